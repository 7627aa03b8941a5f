"""The ceremony in chat, as the coordinator holds it: begin, name a public source, open, give up, dispatch."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.planning import card
from handlers.presses import Press, Pressed, TaskPress
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from models.tasks import Task, TaskState
from services import attempts, beacons, draws, notices, opening, profiles, tasks
from services.step import Step
from templates.render import render

router = Router(name="draws")

SHOWN_CANDIDATES = 12


@router.callback_query(Pressed(TaskPress, "draw"))
async def started(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Freeze both lists; the witnesses are shown the numbers."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    attempt = await draws.freeze(step, profile, press.key)
    return answer(query, await card(step, attempt.task))


@router.callback_query(Pressed(TaskPress, "beacon"))
async def asked_source(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Which public source, and which round of it?"""
    task = await tasks.led(step, press.key, TaskState.DRAFT, TaskState.FROZEN)
    profile = await profiles.of(step.session, task.jurisdiction)
    await state.set_state(Writing.beacon_name)
    await state.set_data({"task": task.id})
    source = profile.draw.beacon_source
    return answer(query, render("beacon_name", task=task, source=source.value if source else None))


@router.message(StateFilter(Writing.beacon_name), Writes())
async def wrote_source(message: Message, step: Step, state: FSMContext) -> Reply:
    """Its name and round."""
    data = await state.get_data()
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await beacons.name(step, profile, data["task"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await card(step, task))]


@router.callback_query(Pressed(TaskPress, "beaconless"))
async def without_source(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """No public source."""
    await state.set_state(None)
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    return answer(query, await card(step, await beacons.name(step, profile, press.key, None)))


@router.callback_query(Pressed(TaskPress, "ask"))
async def asked_opening(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The first of two asks for the opening."""
    attempt = await opening.ask(step, press.key, press.revision)
    return answer(query, await card(step, attempt.task))


@router.callback_query(Pressed(TaskPress, "lists"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Compute the lists and show them to the coordinator."""
    came = await opening.open_lists(step, press.key, press.revision)
    return answer(query, await card(step, came.attempt.task))


@router.callback_query(Pressed(TaskPress, "dispatch"))
async def dispatched(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Send the list out."""
    inspections = await opening.dispatch(step, press.key)
    task = await step.get(Task, press.key)
    return answer(query, await card(step, task), render("toast_dispatched", count=len(inspections)).text)


@router.callback_query(Pressed(TaskPress, "fail"))
async def asked_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Give the attempt up: why?"""
    await tasks.led(step, press.key, TaskState.FROZEN)
    (await attempts.require(step.session, press.key)).require_newest(press.revision)
    await state.set_state(Writing.failure)
    await state.set_data({"task": press.key, "number": press.revision})
    return answer(query, render("failure_why", key=press.key))


@router.message(StateFilter(Writing.failure), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The attempt stays in the record with its reason."""
    data = await state.get_data()
    attempt = await draws.fail(step, data["task"], message.text or "", data.get("number", 0))
    await state.set_state(None)
    return [say(message.chat.id, await card(step, attempt.task))]


@router.callback_query(Pressed(TaskPress, "place"))
async def chooses_person(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Chance had nobody for a place: a person decides."""
    step.person.require(RoleName.COORDINATOR)
    place, found = await opening.offered(step, press.key)
    known = await notices.case(step.session, place.inspection_id)
    return answer(
        query, render("place_candidates", case=known, place=place, candidates=found[:SHOWN_CANDIDATES])
    )


@router.callback_query(Pressed(TaskPress, "fill"))
async def asked_reason(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Why this person?"""
    step.person.require(RoleName.COORDINATOR)
    await state.set_state(Writing.filling)
    await state.set_data(
        {"place": press.key, "inspector": int(press.argument) if press.argument.isdecimal() else 0}
    )
    return answer(query, render("filling_why"))


@router.message(StateFilter(Writing.filling), Writes())
async def filled(message: Message, step: Step, state: FSMContext) -> Reply:
    """The decision and its reason are kept."""
    data = await state.get_data()
    await opening.fill(step, data["place"], data["inspector"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, render("filling_done"))]
