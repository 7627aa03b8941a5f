"""A draft's kind, scope, trigger and year: what it is about, and why."""

import re
from datetime import date

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.paging import number, page
from handlers.planning import card, surveyed
from handlers.presses import Press, Pressed, TaskPress, member
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.tasks import Task, TaskState
from rules.errors import Refused
from rules.profile.terms import TaskKind, Trigger
from rules.scope import Facet
from services import kinds, profiles, scopes, tasks
from services.step import Step
from templates.phrases import trigger_sources
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="scoping")

DAY = re.compile(r"\D*(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*")


@router.callback_query(Pressed(TaskPress, "kinds"))
async def chooses_kind(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The kinds that are lawful here, each with what follows from it."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, render("task_kind", await surveyed(step, task)))


@router.callback_query(Pressed(TaskPress, "kind"))
async def chose_kind(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A kind; those that need more ask for it at once."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    kind = member(TaskKind, press.argument)
    task = await kinds.set_kind(step, profile, press.key, kind)
    if kind is TaskKind.SPECIAL:
        await state.set_state(Writing.task_special)
        await state.set_data({"task": task.id})
        return answer(query, render("task_special", await surveyed(step, task)))
    if kind is TaskKind.TRIGGERED and task.trigger is None:
        return answer(query, render("task_trigger", await surveyed(step, task)))
    if kind is TaskKind.TARGETED and not scopes.scope_of(task):
        return answer(query, await _scope(step, task))
    return answer(query, await card(step, task))


@router.message(StateFilter(Writing.task_special), Writes())
async def wrote_special(message: Message, step: Step, state: FSMContext) -> Reply:
    """The order or the law that asks for a special inspection."""
    data = await state.get_data()
    task = await kinds.set_special_reason(step, data["task"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "trades"))
async def chooses_scope(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The scope, beginning with the first facet that the register has."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, await _scope(step, task))


@router.callback_query(Pressed(TaskPress, "facet"))
async def turned_facet(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Another facet, or another page of it."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    facet, _, at = press.argument.partition(".")
    return answer(query, await _scope(step, task, member(Facet, facet), number(at)))


@router.callback_query(Pressed(TaskPress, "tick"))
async def ticked_value(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A value more or fewer."""
    facet, at, mark = (*press.argument.split("."), "", "")[:3]
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await scopes.toggle(step, profile, press.key, member(Facet, facet), mark)
    return answer(query, await _scope(step, task, member(Facet, facet), number(at)))


@router.callback_query(Pressed(TaskPress, "clear"))
async def cleared(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A facet without a limit, or all of them."""
    facet = member(Facet, press.argument) if press.argument else None
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await scopes.clear(step, profile, press.key, facet)
    return answer(query, await _scope(step, task, facet))


@router.callback_query(Pressed(TaskPress, "triggers"))
async def chooses_trigger(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What set the task off."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, render("task_trigger", await surveyed(step, task)))


@router.callback_query(Pressed(TaskPress, "trigger"))
async def chose_trigger(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A trigger, whose source is asked for next; or the plan."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    trigger = None if press.argument == "plan" else member(Trigger, press.argument)
    task = await kinds.set_trigger(step, profile, press.key, trigger)
    if trigger is None:
        return answer(query, await card(step, task))
    return answer(query, await _lead(step, state, task, "source"))


@router.callback_query(Pressed(TaskPress, "source"))
async def chose_source(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """One of the usual sources."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    usual = trigger_sources(task.trigger) if task.trigger else ()
    if number(press.argument) >= len(usual):
        raise Refused("common.stale")
    task = await kinds.set_trigger_source(step, task.id, usual[number(press.argument)])
    return answer(query, await _lead(step, state, task, "day"))


@router.message(StateFilter(Writing.task_source), Writes())
async def wrote_source(message: Message, step: Step, state: FSMContext) -> Reply:
    """A source of its own."""
    data = await state.get_data()
    task = await kinds.set_trigger_source(step, data["task"], message.text or "")
    return [say(message.chat.id, await _lead(step, state, task, "day"))]


@router.callback_query(Pressed(TaskPress, "day"))
async def chose_day(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Today, or one of the days before."""
    day = number(press.argument)
    if not 1 <= day <= date.max.toordinal():
        raise Refused("common.stale")
    task = await kinds.set_trigger_day(step, press.key, date.fromordinal(day))
    return answer(query, await _lead(step, state, task, "reference"))


@router.message(StateFilter(Writing.task_day), Writes())
async def wrote_day(message: Message, step: Step, state: FSMContext) -> Reply:
    """A date, typed."""
    data = await state.get_data()
    found = DAY.fullmatch(message.text or "")
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise Refused("tasks.day_words")
    task = await kinds.set_trigger_day(step, data["task"], day)
    return [say(message.chat.id, await _lead(step, state, task, "reference"))]


@router.message(StateFilter(Writing.task_reference), Writes())
async def wrote_reference(message: Message, step: Step, state: FSMContext) -> Reply:
    """The number under which it is found again; the trigger is complete."""
    data = await state.get_data()
    task = await kinds.set_trigger_reference(step, data["task"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "year"))
async def looks_at_year(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Whether who was drawn this year stays out, and what lifts that."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    known = await surveyed(step, task)
    may_lift = task.trigger in known["profile"].exclusion.exceptions.value
    if may_lift:
        await state.set_state(Writing.task_year)
        await state.set_data({"task": task.id})
    return answer(query, render("task_year", known, may_lift=may_lift))


@router.message(StateFilter(Writing.task_year), Writes())
async def wrote_year(message: Message, step: Step, state: FSMContext) -> Reply:
    """Why somebody may be drawn twice this year."""
    data = await state.get_data()
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await kinds.lift_year(step, profile, data["task"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "keepyear"))
async def kept_year(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The year holds again."""
    await state.set_state(None)
    task = await kinds.keep_year(step, press.key)
    return answer(query, await card(step, task))


async def _scope(step: Step, task: Task, facet: Facet | None = None, at: int = 0) -> Rendered:
    facets = await scopes.facets(step.session, task)
    scope = scopes.scope_of(task)
    facet = facet or next(iter([*scope, *facets]), Facet.INDUSTRY)
    one = page(await scopes.options(step.session, task, facet), at)
    overlaps = await scopes.overlaps(step.session, task, step.today)
    return render(
        "task_trades",
        await surveyed(step, task),
        facets=facets,
        facet=facet,
        scope=scope,
        overlaps=overlaps,
        shown=one.shown,
        page=one.number,
        pages=one.pages,
    )


async def _lead(step: Step, state: FSMContext, task: Task, asks: str) -> Rendered:
    states = {
        "source": Writing.task_source,
        "day": Writing.task_day,
        "reference": Writing.task_reference,
    }
    await state.set_state(states[asks])
    await state.set_data({"task": task.id})
    sources = trigger_sources(task.trigger) if task.trigger else ()
    known = await surveyed(step, task)
    return render("task_lead", known, asks=asks, sources=sources, today=step.today)
