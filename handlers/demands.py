"""What a draft asks of those who go, in chat."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.presses import Press, Pressed, TaskPress
from handlers.reply import Reply, answer
from rules.errors import Refused
from services import demands
from services.demands import Asked
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="demands")


@router.callback_query(Pressed(TaskPress, "demands"))
async def looked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Each department's places and what is asked of them."""
    return answer(query, await _shown(step, press.key))


@router.callback_query(Pressed(TaskPress, "demand"))
async def asked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """One thing more or fewer: ``PART-KIND-POSITION``."""
    part, _, rest = press.argument.partition("-")
    kind, _, position = rest.partition("-")
    _, known = await demands.of_task(step, press.key)
    found = next((one for one in known if str(one.part.id) == part), None)
    if found is None or kind not in set(Asked) or not position.isdecimal():
        raise Refused("common.stale")
    values = found.values(Asked(kind))
    if int(position) >= len(values):
        raise Refused("common.stale")
    await demands.ask(step, press.key, found.part.id, Asked(kind), values[int(position)])
    return answer(query, await _shown(step, press.key))


async def _shown(step: Step, task_id: int) -> Rendered:
    task, known = await demands.of_task(step, task_id)
    return render("task_demands", task=task, known=known)
