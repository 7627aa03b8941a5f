"""A subject that is gone, in chat: the inspector says why and sends a photo, a coordinator confirms."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.presses import Press, Pressed, SwapPress
from handlers.records import Pictures, sent_of
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from rules.errors import Refused
from rules.substitution import Absence
from services import notices, substitutions, visits
from services.step import Step
from services.substitutions import Outcome
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="substitutions")


@router.callback_query(Pressed(SwapPress, "why"))
async def asked_why(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """What became of it?"""
    await visits.place_of(step.session, step.person, press.key)
    known = await notices.case(step.session, press.key)
    return answer(query, render("substitution_why", case=known, reasons=list(Absence)))


@router.callback_query(Pressed(SwapPress, "reason"))
async def begun(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Now a photo, which is required."""
    if press.argument not in set(Absence):
        raise Refused("common.stale")
    substitution = await substitutions.begin(step, press.key, Absence(press.argument))
    await state.set_state(Writing.absence)
    await state.set_data({"substitution": substitution.id})
    return answer(query, await _photos(step, Outcome(substitution, [])))


@router.message(StateFilter(Writing.absence), Pictures())
async def photographed(message: Message, step: Step, state: FSMContext) -> Reply:
    """A photo for the report."""
    data = await state.get_data()
    outcome = await substitutions.photograph(step, data["substitution"], sent_of(message))
    return [say(message.chat.id, await _photos(step, outcome))]


@router.message(StateFilter(Writing.absence), Writes())
async def wrote_instead(_message: Message) -> Reply:
    """Words are no photo."""
    raise Refused("substitution.photo")


@router.callback_query(Pressed(SwapPress, "report"))
async def reported(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Hand the report in."""
    outcome = await substitutions.report(step, press.key)
    await state.set_state(None)
    known = await notices.case(step.session, outcome.substitution.inspection_id)
    return answer(query, render("substitution_done", case=known, substitution=outcome.substitution))


@router.callback_query(Pressed(SwapPress, "keep"))
async def withdrawn(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """It was found after all."""
    substitution = await substitutions.withdraw(step, press.key)
    await state.set_state(None)
    known = await notices.case(step.session, substitution.inspection_id)
    return answer(query, render("substitution_done", case=known, substitution=substitution))


@router.callback_query(Pressed(SwapPress, "confirm"))
async def confirmed(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The second person agrees: the next in order follows."""
    outcome = await substitutions.approve(step, press.key)
    return answer(query, await _decided(step, outcome))


@router.callback_query(Pressed(SwapPress, "refuse"))
async def asked_why_not(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The second person does not agree: why?"""
    await substitutions.of_second(step, press.key, checked=True)
    await state.set_state(Writing.absence_refused)
    await state.set_data({"substitution": press.key})
    return answer(query, render("substitution_refusal"))


@router.message(StateFilter(Writing.absence_refused), Writes())
async def refused(message: Message, step: Step, state: FSMContext) -> Reply:
    """The visit goes on."""
    data = await state.get_data()
    substitution = await substitutions.reject(step, data["substitution"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await _decided(step, Outcome(substitution, [])))]


async def _photos(step: Step, outcome: Outcome) -> Rendered:
    known = await notices.case(step.session, outcome.substitution.inspection_id)
    return render(
        "substitution_photos", case=known, substitution=outcome.substitution, photos=len(outcome.photos)
    )


async def _decided(step: Step, outcome: Outcome) -> Rendered:
    known = await notices.case(step.session, outcome.substitution.inspection_id)
    following = await notices.case(step.session, outcome.substitute.id) if outcome.substitute else None
    return render(
        "substitution_decided",
        case=known,
        substitution=outcome.substitution,
        substitute=following,
        coordinates=True,
    )
