"""The ceremony in chat, as its witnesses see it: the numbers, the commitment, their part, and what it came to."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has, Writes
from handlers.presses import DrawPress, Press, Pressed
from handlers.reply import Reply, answer, say, toast
from handlers.writing import Writing
from models.people import RoleName
from models.tasks import AttemptState
from rules.errors import Refused
from services import attempts, beacons, witnessing
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="witnesses")


@router.message(Asks("witness"), Has(RoleName.WITNESS))
async def listed(message: Message, step: Step) -> Reply:
    """Draws that wait for this witness, and those that they have witnessed."""
    me = step.person.account
    waiting = await attempts.waiting_for(step.session, me)
    there = {attempt.subjects.id for attempt in waiting}
    others = [one for one in await attempts.witnessed(step.session, me) if one.subjects.id not in there]
    return [say(message.chat.id, render("witness_list", waiting=waiting, others=others))]


@router.callback_query(Pressed(DrawPress, "preview"))
async def looked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The numbers again."""
    attempt = await attempts.require(step.session, press.key)
    attempt.require_newest(press.revision)
    if attempt.of(step.person.account) is None:
        raise Refused("draws.not_witness")
    if attempt.subjects.state is not AttemptState.FROZEN:
        raise Refused("draws.preview_over")
    return answer(query, render("witness_preview", attempt=attempt))


@router.callback_query(Pressed(DrawPress, "confirm"))
async def confirmed(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The numbers are as the witness knows them."""
    attempt = await witnessing.confirm(step, press.key, press.revision)
    return answer(query, render("preview_confirmed", attempt=attempt))


@router.callback_query(Pressed(DrawPress, "give"))
async def gave(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A tap gives random bytes."""
    await state.set_state(None)
    return answer(query, await _contribute(step, press.key, None, press.revision))


@router.callback_query(Pressed(DrawPress, "write"))
async def asked_words(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Or words of one's own: dice, a sentence."""
    committed = {
        attempt.task.id: attempt
        for attempt in await attempts.waiting_for(step.session, step.person.account)
        if attempt.subjects.state is AttemptState.COMMITTED
    }
    if press.key not in committed:
        raise Refused("draws.closed")
    committed[press.key].require_newest(press.revision)
    await state.set_state(Writing.contribution)
    await state.set_data({"task": press.key, "number": press.revision})
    return answer(query, render("contribution_words", key=press.key, number=press.revision))


@router.message(StateFilter(Writing.contribution), Writes())
async def wrote_words(message: Message, step: Step, state: FSMContext) -> Reply:
    """The witness's own words."""
    data = await state.get_data()
    rendered = await _contribute(step, data["task"], message.text or "", data.get("number", 0))
    await state.set_state(None)
    return [say(message.chat.id, rendered)]


@router.callback_query(Pressed(DrawPress, "read"))
async def asked_reading(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What did the public source say? A coordinator may read it off as well."""
    attempt = await beacons.readable(step, press.key, press.revision)
    await state.set_state(Writing.beacon)
    await state.set_data({"task": press.key, "number": press.revision})
    # Below, and not in place: the message with the button says what is awaited, and is pressed again after a mismatch.
    return [toast(query), say(query.from_user.id, render("beacon_what", attempt=attempt))]


@router.message(StateFilter(Writing.beacon), Writes())
async def wrote_reading(message: Message, step: Step, state: FSMContext) -> Reply:
    """One of the two readings."""
    data = await state.get_data()
    attempt, came = await beacons.read(step, data["task"], message.text or "", data.get("number", 0))
    await state.set_state(None)
    return [say(message.chat.id, render("beacon_done", attempt=attempt, came=came))]


@router.callback_query(Pressed(DrawPress, "mine"))
async def looked_back(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """What was committed, what they gave, and how to check it."""
    attempt = await attempts.require(step.session, press.key)
    attempt.require_newest(press.revision)
    mine = attempt.of(step.person.account)
    if mine is None:
        raise Refused("draws.not_witness")
    return answer(query, render("witness_mine", attempt=attempt, witness=mine))


async def _contribute(step: Step, task_id: int, text: str | None, number: int) -> Rendered:
    attempt, mine = await witnessing.contribute(step, task_id, text, number)
    return render("contribution_done", attempt=attempt, mine=mine)
