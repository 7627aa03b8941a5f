"""Who inspects in a draft: departments and places, ways of checking, and who chooses the inspectors."""

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
from rules.profile.terms import AssignmentMode, CheckMethod
from services import profiles, staffing, tasks
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="staffing")


@router.callback_query(Pressed(TaskPress, "parts"))
async def chooses_departments(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The departments with their places."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, await _departments(step, task, number(press.argument)))


@router.callback_query(Pressed(TaskPress, "part"))
async def ticked_department(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A department more or fewer."""
    department, _, at = press.argument.partition(".")
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await staffing.toggle_department(step, profile, press.key, number(department))
    return answer(query, await _departments(step, task, number(at)))


@router.callback_query(Pressed(TaskPress, "places"))
async def set_places(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """One inspector more or fewer of a department."""
    department, _, places = press.argument.partition(".")
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await staffing.set_places(step, profile, press.key, number(department), number(places))
    return answer(query, await _departments(step, task))


@router.callback_query(Pressed(TaskPress, "methods"))
async def chooses_methods(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """How the checks are made."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, render("task_methods", await surveyed(step, task)))


@router.callback_query(Pressed(TaskPress, "method"))
async def ticked_method(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A way more or fewer."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await staffing.toggle_method(step, profile, press.key, member(CheckMethod, press.argument))
    return answer(query, render("task_methods", await surveyed(step, task)))


@router.callback_query(Pressed(TaskPress, "modes"))
async def chooses_mode(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """From where the inspectors are taken; people by name where that was chosen."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    profile = await profiles.of(step.session, task.jurisdiction)
    parts = await tasks.departments_of(step.session, task.id)
    mode = staffing.mode_of(profile, task, parts)
    return answer(query, render("task_mode", await surveyed(step, task), mode=mode))


@router.callback_query(Pressed(TaskPress, "mode"))
async def chose_mode(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Chance, or a person who says why and whom."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await staffing.set_mode(step, profile, press.key, member(AssignmentMode, press.argument))
    if task.mode is AssignmentMode.DIRECT:
        return answer(query, await _people(step, state, task))
    return answer(query, await card(step, task))


@router.message(StateFilter(Writing.task_direct), Writes())
async def wrote_reason(message: Message, step: Step, state: FSMContext) -> Reply:
    """Why a person chooses."""
    data = await state.get_data()
    task = await staffing.set_direct_reason(step, data["task"], message.text or "")
    return [say(message.chat.id, await _people(step, state, task))]


@router.callback_query(Pressed(TaskPress, "people"))
async def turned_people(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Another page of those who may be chosen."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, await _people(step, state, task, number(press.argument)))


@router.callback_query(Pressed(TaskPress, "person"))
async def ticked_person(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Somebody more or fewer."""
    inspector, _, at = press.argument.partition(".")
    task = await staffing.toggle_named(step, press.key, number(inspector))
    return answer(query, await _people(step, state, task, number(at)))


async def _departments(step: Step, task: Task, at: int = 0) -> Rendered:
    parts = await tasks.departments_of(step.session, task.id)
    taking = {department.id for _, department in parts}
    lead = parts[0][1].id
    others = [
        one for one in await staffing.all_departments(step.session, task.jurisdiction) if one.id != lead
    ]
    one = page(others, at)
    known = await surveyed(step, task)
    shown = {"shown": one.shown, "page": one.number, "pages": one.pages}
    return render("task_parts", known, parts=parts, taking=taking, **shown)


async def _people(step: Step, state: FSMContext, task: Task, at: int = 0) -> Rendered:
    await state.set_state(Writing.task_direct)
    await state.set_data({"task": task.id})
    parts = await tasks.departments_of(step.session, task.id)
    one = page(await staffing.candidates(step, task), at)
    known = await surveyed(step, task)
    shown = {"shown": one.shown, "page": one.number, "pages": one.pages}
    return render("task_direct", known, parts=parts, **shown)
