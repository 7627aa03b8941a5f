"""The ceremony in chat: the coordinator starts, opens and dispatches; witnesses look at the numbers and contribute."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has, Writes
from handlers.planning import card
from handlers.presses import DrawPress, Press, Pressed, TaskPress
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from models.tasks import Task, TaskState
from rules.errors import Refused
from services import attempts, draws, notices, opening, profiles, tasks
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="draws")

SHOWN_CANDIDATES = 12


@router.callback_query(Pressed(TaskPress, "draw"))
async def started(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Freeze and commit; the witnesses are asked."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    attempt = await draws.commit(step, profile, press.key)
    return answer(query, await card(step, attempt.task))


@router.callback_query(Pressed(TaskPress, "lists"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Compute the lists and show them to the coordinator."""
    came = await opening.open_lists(step, press.key)
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
    await state.set_state(Writing.failure)
    await state.set_data({"task": press.key})
    return answer(query, render("failure_why", key=press.key))


@router.message(StateFilter(Writing.failure), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The attempt stays in the record with its reason."""
    data = await state.get_data()
    attempt = await draws.fail(step, data["task"], message.text or "")
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


@router.message(Asks("witness"), Has(RoleName.WITNESS))
async def listed(message: Message, step: Step) -> Reply:
    """Draws that wait for this witness."""
    waiting = await attempts.waiting_for(step.session, step.person.account)
    return [say(message.chat.id, render("witness_list", waiting=waiting))]


@router.callback_query(Pressed(DrawPress, "give"))
async def gave(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A tap gives random bytes."""
    await state.set_state(None)
    return answer(query, await _contribute(step, press.key, None))


@router.callback_query(Pressed(DrawPress, "write"))
async def asked_words(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Or words of one's own: dice, a sentence."""
    if press.key not in {
        attempt.task.id for attempt in await attempts.waiting_for(step.session, step.person.account)
    }:
        raise Refused("draws.closed")
    await state.set_state(Writing.contribution)
    await state.set_data({"task": press.key})
    return answer(query, render("contribution_words", key=press.key))


@router.message(StateFilter(Writing.contribution), Writes())
async def wrote_words(message: Message, step: Step, state: FSMContext) -> Reply:
    """The witness's own words."""
    data = await state.get_data()
    rendered = await _contribute(step, data["task"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, rendered)]


async def _contribute(step: Step, task_id: int, text: str | None) -> Rendered:
    attempt, mine = await draws.contribute(step, task_id, text)
    return render("contribution_done", attempt=attempt, mine=mine)
