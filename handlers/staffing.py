"""What a draft asks of those who go, in chat."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.presses import Press, Pressed, TaskPress
from handlers.reply import Reply, answer
from rules.errors import Refused
from services import profiles, staffing
from services.staffing import Asked
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="staffing")


@router.callback_query(Pressed(TaskPress, "staff"))
async def looked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Each department's places and what is asked of them."""
    return answer(query, await _staffing(step, press.key))


@router.callback_query(Pressed(TaskPress, "ask"))
async def asked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """One thing more or fewer: ``PART-KIND-POSITION``."""
    part, _, rest = press.argument.partition("-")
    kind, _, position = rest.partition("-")
    _, known = await staffing.of_task(step, press.key)
    found = next((one for one in known if str(one.part.id) == part), None)
    if found is None or kind not in set(Asked) or not position.isdecimal():
        raise Refused("common.stale")
    values = found.values(Asked(kind))
    if int(position) >= len(values):
        raise Refused("common.stale")
    await staffing.ask(step, press.key, found.part.id, Asked(kind), values[int(position)])
    return answer(query, await _staffing(step, press.key))


@router.callback_query(Pressed(TaskPress, "direct"))
async def directly(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Choose a department's people by hand, where the profile lets one."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    part = int(press.argument) if press.argument.isdecimal() else 0
    await staffing.direct(step, profile, press.key, part)
    return answer(query, await _staffing(step, press.key))


async def _staffing(step: Step, task_id: int) -> Rendered:
    task, known = await staffing.of_task(step, task_id)
    profile = await profiles.of(step.session, task.jurisdiction)
    return render("task_staff", task=task, known=known, direct=staffing.may_be_direct(profile, task))
