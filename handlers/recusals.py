"""Standing recusals in chat: declare an interest beforehand, look at one's own, withdraw one."""

from datetime import date, timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has, Writes
from handlers.presses import AvoidPress, Press, Pressed
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from models.registers import Inspector, Subject
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from services import recusals
from services.step import Step
from templates.phrases import recusal_reasons
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="recusals")

LASTS = (0, 365, 730)
"""Days that the buttons offer; 0 is for good."""


@router.message(Asks("recusals"), Has(RoleName.INSPECTOR, RoleName.EXPERT, RoleName.COORDINATOR))
async def listed(message: Message, step: Step) -> Reply:
    """Recusals in force: one's own, or of the coordinator's department."""
    return [say(message.chat.id, await _list(step))]


@router.callback_query(Pressed(AvoidPress, "list"))
async def back_to_list(query: CallbackQuery, step: Step, state: FSMContext) -> Reply:
    """The same, in the message that was pressed."""
    await state.set_state(None)
    return answer(query, await _list(step))


@router.callback_query(Pressed(AvoidPress, "new"))
async def begun(query: CallbackQuery, step: Step, state: FSMContext) -> Reply:
    """One's own interest: in which subject?"""
    mine = step.person.account.inspector_id
    if mine is None:
        raise Refused("common.not_yours")
    return answer(query, await _asks_subject(step, state, mine))


@router.callback_query(Pressed(AvoidPress, "for"))
async def begun_for_other(query: CallbackQuery, step: Step, state: FSMContext) -> Reply:
    """A coordinator enters somebody's interest: whose?"""
    step.person.require(RoleName.COORDINATOR)
    await state.set_state(Writing.recused_person)
    await state.set_data({})
    return answer(query, render("recusal_step", stage="person"))


@router.message(StateFilter(Writing.recused_person), Writes())
async def named_person(message: Message, step: Step) -> Reply:
    """The people of that name, to choose from."""
    found = await recusals.people_named(step.session, step.person, message.text or "")
    return [say(message.chat.id, render("recusal_step", stage="people", found=found))]


@router.callback_query(Pressed(AvoidPress, "who"))
async def chose_person(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """In which subject?"""
    return answer(query, await _asks_subject(step, state, press.key))


@router.message(StateFilter(Writing.recused_subject), Writes())
async def named_subject(message: Message, step: Step) -> Reply:
    """The subjects of that name, to choose from."""
    found = await recusals.subjects_named(step.session, step.person.account.jurisdiction, message.text or "")
    return [say(message.chat.id, render("recusal_step", stage="subjects", found=found))]


@router.callback_query(Pressed(AvoidPress, "subject"))
async def chose_subject(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Which interest is it?"""
    data = await _held(state, "whose")
    subject = await step.get(Subject, press.key)
    await state.set_state(Writing.recused_reason)
    await state.set_data({"whose": data["whose"], "of": subject.id})
    return answer(query, render("recusal_step", stage="reason", subject=subject, reasons=recusal_reasons()))


@router.callback_query(Pressed(AvoidPress, "reason"))
async def chose_reason(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A usual interest; until when?"""
    reasons = recusal_reasons()
    if not press.argument.isdecimal() or int(press.argument) >= len(reasons):
        raise Refused("common.stale")
    return answer(query, await _asks_until(step, state, reasons[int(press.argument)]))


@router.message(StateFilter(Writing.recused_reason), Writes())
async def wrote_reason(message: Message, step: Step, state: FSMContext) -> Reply:
    """The interest in one's own words; until when?"""
    if len((message.text or "").strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    return [say(message.chat.id, await _asks_until(step, state, message.text or ""))]


@router.callback_query(Pressed(AvoidPress, "until"))
async def declared(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The last day is chosen: the recusal stands from now on."""
    data = await _held(state, "reason")
    until: date | None = None
    if press.argument != "0":
        if not press.argument.isdecimal() or int(press.argument) not in LASTS:
            raise Refused("common.stale")
        until = step.today + timedelta(days=int(press.argument))
    recusal, off = await recusals.declare(step, data["whose"], data["of"], data["reason"], until)
    await state.set_state(None)
    await state.set_data({})
    known = await recusals.of_whom(step, recusal.id)
    return answer(query, render("recusal_step", stage="done", known=known, off=len(off)))


@router.callback_query(Pressed(AvoidPress, "end"))
async def asked_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Withdraw one: why?"""
    known = await recusals.of_whom(step, press.key)
    await state.set_state(Writing.recusal_end)
    await state.set_data({"recusal": press.key})
    return answer(query, render("recusal_step", stage="end", known=known))


@router.message(StateFilter(Writing.recusal_end), Writes())
async def withdrawn(message: Message, step: Step, state: FSMContext) -> Reply:
    """The recusal is over; the list as it is now."""
    data = await state.get_data()
    await recusals.withdraw(step, data["recusal"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await _list(step))]


async def _list(step: Step) -> Rendered:
    actor = step.person
    known = await recusals.listed(step.session, actor, step.today)
    return render(
        "recusals",
        known=known,
        own=actor.account.inspector_id,
        coordinates=RoleName.COORDINATOR in actor.roles,
    )


async def _asks_subject(step: Step, state: FSMContext, inspector: int) -> Rendered:
    found = await step.get(Inspector, inspector)
    await state.set_state(Writing.recused_subject)
    await state.set_data({"whose": found.id})
    return render("recusal_step", stage="subject", inspector=found)


async def _asks_until(step: Step, state: FSMContext, reason: str) -> Rendered:
    data = await _held(state, "of")
    await state.set_state(None)
    await state.set_data({**data, "reason": reason.strip()})
    return render("recusal_step", stage="until", reason=reason.strip(), lasts=LASTS, today=step.today)


async def _held(state: FSMContext, name: str) -> dict[str, Any]:
    """What was chosen before; a button of an earlier time has nothing to go on with."""
    data = await state.get_data()
    if name not in data:
        raise Refused("common.stale_press")
    return data
