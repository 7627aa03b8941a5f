"""A coordinator's task before the draw: items, period, name; its card; and the list of tasks."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has, Writes
from handlers.paging import number, page
from handlers.presses import Press, Pressed, TaskPress
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from models.tasks import Task, TaskState
from rules.errors import Refused
from services import overview, pools, profiles, tasks
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="planning")

PERIODS = (14, 30, 60)
"""Days that the buttons offer."""

DATES = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D+(?:(\d{4})\D+)?(\d{1,2})\D+(\d{1,2})\D*")


@router.message(Asks("plan"), Has(RoleName.COORDINATOR, RoleName.SUPERVISOR))
async def listed(message: Message, step: Step) -> Reply:
    """The department's tasks."""
    return [say(message.chat.id, await _list(step))]


@router.callback_query(Pressed(TaskPress, "list"))
async def back_to_list(query: CallbackQuery, step: Step) -> Reply:
    """The same, in the message that was pressed."""
    return answer(query, await _list(step))


@router.message(Asks("new"), Has(RoleName.COORDINATOR))
async def opened_new(message: Message, step: Step) -> Reply:
    """A new task."""
    task = await tasks.open_task(step, await profiles.of(step.session, step.person.account.jurisdiction))
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A task's card, whatever its state; a draft's with what is rarely chosen, when that is asked for."""
    await state.set_state(None)
    task = await overview.seen(step, press.key)
    return answer(query, await card(step, task, more=press.argument == "more"))


@router.callback_query(Pressed(TaskPress, "items"))
async def chooses_items(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The item list, to tick."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, await _items(step, task, press.page))


@router.callback_query(Pressed(TaskPress, "item"))
async def ticked_item(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """An item more or fewer."""
    item, _, at = press.argument.partition(".")
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await tasks.toggle_item(step, profile, press.key, number(item))
    return answer(query, await _items(step, task, number(at)))


@router.callback_query(Pressed(TaskPress, "period"))
async def chooses_period(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The days within which the checks are made: buttons, or typed."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    await state.set_state(Writing.task_period)
    await state.set_data({"task": task.id})
    ends = [step.today + timedelta(days=days) for days in PERIODS]
    days = {"today": step.today, "ends": ends, "month_end": _month_end(step.today)}
    return answer(query, render("task_period", await surveyed(step, task), **days))


@router.callback_query(Pressed(TaskPress, "until"))
async def chose_period(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """From today to the day of the button."""
    await state.set_state(None)
    day = number(press.argument)
    end = date.fromordinal(day) if 1 <= day <= date.max.toordinal() else step.today
    task = await tasks.set_period(step, press.key, step.today, end)
    return answer(query, await card(step, task))


@router.message(StateFilter(Writing.task_period), Writes())
async def wrote_period(message: Message, step: Step, state: FSMContext) -> Reply:
    """Two dates, typed."""
    data = await state.get_data()
    start, end = dates(message.text or "")
    task = await tasks.set_period(step, data["task"], start, end)
    await state.set_state(None)
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "name"))
async def asked_name(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What is it called? A name is proposed."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    await state.set_state(Writing.task_name)
    await state.set_data({"task": task.id})
    proposal = await _proposal(step, task)
    return answer(query, render("task_name", await surveyed(step, task), proposal=proposal))


@router.callback_query(Pressed(TaskPress, "named"))
async def took_proposal(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The proposed name."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    task = await tasks.set_name(step, task.id, await _proposal(step, task))
    return answer(query, await card(step, task))


@router.message(StateFilter(Writing.task_name), Writes())
async def wrote_name(message: Message, step: Step, state: FSMContext) -> Reply:
    """A name of the coordinator's own."""
    data = await state.get_data()
    task = await tasks.set_name(step, data["task"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "discard"))
async def discarded(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Give the draft up; asked once more before."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    if press.argument != "yes":
        return answer(query, render("task_discard", task=task, done=False))
    await tasks.discard(step, task.id)
    return answer(query, render("task_discard", task=task, done=True))


async def card(step: Step, task: Task, *, more: bool = False) -> Rendered:
    """A task at a glance: a draft's choices, the usual or the rare ones, or its progress."""
    profile = await profiles.of(step.session, task.jurisdiction)
    known = await overview.glance(step, profile, task)
    return render("task", known=known, task=task, profile=profile, today=step.today, more=more)


async def _list(step: Step) -> Rendered:
    account = step.person.account
    found = await tasks.visible(step.session, account.jurisdiction, account.department_id)
    counted = [(task, await overview.counts(step.session, task.id)) for task in found]
    return render("tasks", tasks=counted, may_open=RoleName.COORDINATOR in step.person.roles)


async def surveyed(step: Step, task: Task) -> dict[str, Any]:
    """What every screen of a draft shows: the task, its profile, how many its scope holds and how many will be drawn."""
    profile = await profiles.of(step.session, task.jurisdiction)
    survey = await pools.survey(step.session, profile, task, step.today)
    return {"task": task, "profile": profile, "survey": survey}


async def _items(step: Step, task: Task, at: int = 0) -> Rendered:
    one = page(await tasks.current_items(step.session, task.jurisdiction), at)
    chosen = {item.id for item in await tasks.items_of(step.session, task.id)}
    parts = await tasks.departments_of(step.session, task.id)
    shown = {"shown": one.shown, "page": one.number, "pages": one.pages}
    return render("task_items", await surveyed(step, task), chosen=chosen, parts=parts, **shown)


async def _proposal(step: Step, task: Task) -> str:
    items = await tasks.items_of(step.session, task.id)
    parts = await tasks.departments_of(step.session, task.id)
    return render("task_proposal", task=task, items=items, joint=len(parts) > 1).text


def dates(text: str) -> tuple[date, date]:
    """Two dates as people type them."""
    found = DATES.search(text)
    if found is None:
        raise Refused("tasks.period_words")
    year, month, day, other_year, other_month, other_day = found.groups()
    try:
        start = date(int(year), int(month), int(day))
        return start, date(int(other_year or year), int(other_month), int(other_day))
    except ValueError:
        raise Refused("tasks.period_words") from None


def _month_end(today: date) -> date:
    return today.replace(day=monthrange(today.year, today.month)[1])
