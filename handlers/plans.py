"""The annual plan in chat: its lines, a line for a task, a change with its reason; and the year's shares."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has, Writes
from handlers.planning import card, dates
from handlers.presses import PlanPress, Press, Pressed
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from rules.errors import Refused
from services import plans, profiles, quotas, task_lines
from services.plans import Shown, Why
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="plans")

PAGE_LINES = 8
"""Lines on one screen of the plan."""

PERIOD = "period"


@router.message(Asks("annual"), Has(RoleName.COORDINATOR, RoleName.SUPERVISOR))
async def listed(message: Message, step: Step) -> Reply:
    """This year's plan."""
    return [say(message.chat.id, await _plan(step, 0))]


@router.callback_query(Pressed(PlanPress, "list"))
async def listed_in_place(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The same, or another page of it, in the message that was pressed."""
    step.person.require(RoleName.COORDINATOR, RoleName.SUPERVISOR)
    await state.set_state(None)
    return answer(query, await _plan(step, press.page))


@router.callback_query(Pressed(PlanPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A line with its tasks and its changes."""
    await state.set_state(None)
    return answer(query, await _line(step, press.key))


@router.callback_query(Pressed(PlanPress, "pick"))
async def picks(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The lines that a draft may carry out."""
    found = await task_lines.offered(step, press.key)
    page, pages, shown = _page(found, press.page)
    message = render(
        "plan_pick", task_id=press.key, year=step.today.year, lines=shown, page=page, pages=pages
    )
    return answer(query, message)


@router.callback_query(Pressed(PlanPress, "take"))
async def took(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A line for a draft."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    line = int(press.argument) if press.argument.isdecimal() else 0
    task = await task_lines.take(step, profile, press.key, line)
    return answer(query, await card(step, task), render("toast_line_taken").text)


@router.callback_query(Pressed(PlanPress, "drop"))
async def dropped(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """No line for a draft."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await task_lines.drop(step, profile, press.key)
    return answer(query, await card(step, task))


@router.callback_query(Pressed(PlanPress, "change"))
async def asked_for_change(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What should the line say, why, and who approved it?"""
    line = await plans.led(step, press.key)
    await state.set_state(Writing.plan_change)
    await state.set_data({"line": line.id, "what": press.argument})
    return answer(query, render("plan_change", line=line, moves=press.argument == PERIOD))


@router.message(StateFilter(Writing.plan_change), Writes())
async def wrote_change(message: Message, step: Step, state: FSMContext) -> Reply:
    """The change, its reason and its approval, a line each."""
    data = await state.get_data()
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    rows = [row.strip() for row in (message.text or "").splitlines() if row.strip()]
    if data["what"] == PERIOD:
        if len(rows) != 3:
            raise Refused("plans.lines_three")
        why = Why(rows[1], rows[2], step.today)
        change = await plans.change_period(step, profile, data["line"], dates(rows[0]), why)
    else:
        if len(rows) != 2:
            raise Refused("plans.lines_two")
        change = await plans.withdraw(step, profile, data["line"], Why(rows[0], rows[1], step.today))
    await state.set_state(None)
    return [say(message.chat.id, await _line(step, change.line_id))]


@router.message(Asks("quotas"), Has(RoleName.COORDINATOR, RoleName.SUPERVISOR))
async def counted(message: Message, step: Step) -> Reply:
    """Where the year's shares stand."""
    return [say(message.chat.id, await _quotas(step))]


@router.callback_query(Pressed(PlanPress, "quotas"))
async def counted_in_place(query: CallbackQuery, step: Step) -> Reply:
    """The same, in the message that was pressed."""
    step.person.require(RoleName.COORDINATOR, RoleName.SUPERVISOR)
    return answer(query, await _quotas(step))


async def _plan(step: Step, at: int) -> Rendered:
    account = step.person.account
    found = await plans.of_year(step.session, account.jurisdiction, step.today.year, account.department_id)
    page, pages, shown = _page(found, at)
    profile = await profiles.of(step.session, account.jurisdiction)
    oversees = account.department_id is None or RoleName.SUPERVISOR in step.person.roles
    missing: Sequence[str] = ()
    if oversees and profile.tasks.annual_plan.value:
        missing = await plans.without_plan(step.session, account.jurisdiction, step.today.year)
    done = sum(1 for one in found if one.is_done)
    return render(
        "plan_lines",
        lines=shown,
        total=len(found),
        done=done,
        year=step.today.year,
        page=page,
        pages=pages,
        missing=missing,
        today=step.today,
    )


async def _line(step: Step, line_id: int) -> Rendered:
    shown = await plans.seen(step, line_id)
    account = step.person.account
    leads = account.department_id == shown.line.department_id and RoleName.COORDINATOR in step.person.roles
    return render("plan_line", shown=shown, leads=leads, today=step.today)


async def _quotas(step: Step) -> Rendered:
    jurisdiction = step.person.account.jurisdiction
    profile = await profiles.of(step.session, jurisdiction)
    outlook = await quotas.outlook(step.session, profile, jurisdiction, step.today)
    return render("quotas", outlook=outlook, year=step.today.year)


def _page(found: list[Shown], at: int) -> tuple[int, int, list[Shown]]:
    pages = max(1, -(-len(found) // PAGE_LINES))
    page = min(at, pages - 1)
    return page, pages, found[page * PAGE_LINES : (page + 1) * PAGE_LINES]
