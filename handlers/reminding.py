"""Reminders in chat: when one wants them, and the buttons in the message that do the thing."""

from datetime import date, time

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import duties
from handlers.filters import Asks, Has, Writes
from handlers.paging import number, page
from handlers.presses import Press, Pressed, RemindPress
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from rules.errors import Refused
from services import digest_times, handovers, owed, profiles, snoozes, told
from services.step import Step
from templates.phrases import snooze_reasons
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="reminding")


@router.message(
    Asks("reminders"),
    Has(RoleName.INSPECTOR, RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR),
)
async def asked(message: Message, step: Step) -> Reply:
    """When the digest comes, to be changed by a press."""
    return [say(message.chat.id, await _settings(step))]


@router.callback_query(Pressed(RemindPress, "at"))
async def chose_time(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Another time of day."""
    hour, minute = divmod(number(press.argument), 100)
    if hour not in range(24) or minute not in range(60):
        raise Refused("reminders.time")
    await digest_times.choose(step, time(hour, minute))
    return answer(query, await _settings(step))


@router.callback_query(Pressed(RemindPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A duty that a reminder names, with what may be done about it."""
    await state.set_state(None)
    return answer(query, await _card(query, step, press.key))


@router.callback_query(Pressed(RemindPress, "back"))
async def back(query: CallbackQuery, step: Step) -> Reply:
    """The reminder as it was, with what is done by now."""
    row = await told.read(step, _pressed(query))
    if row is None:
        raise Refused("common.stale_press")
    return answer(query, await told.again(step.session, row))


@router.callback_query(Pressed(RemindPress, "later"))
async def asked_when(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Until when is it put off?"""
    await told.read(step, _pressed(query))
    card = await owed.open_one(step, press.key)
    if not card.until:
        raise Refused("reminders.snooze_late")
    return answer(query, render("snooze", card=card, until=None, thin=await _thin(step), today=step.today))


@router.callback_query(Pressed(RemindPress, "until"))
async def asked_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """And why? Usual reasons are buttons, others are typed."""
    card = await owed.open_one(step, press.key)
    until = _day(press.argument)
    await state.set_state(Writing.snooze)
    await state.set_data({"duty": press.key, "until": until.toordinal()})
    return answer(
        query,
        render("snooze", card=card, until=until, reasons=snooze_reasons(), thin=await _thin(step)),
    )


@router.callback_query(Pressed(RemindPress, "why"))
async def put_off(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A usual reason: it is put off."""
    day, _, index = press.argument.partition("-")
    reasons = snooze_reasons()
    if not index.isdecimal() or int(index) >= len(reasons):
        raise Refused("common.stale_press")
    await snoozes.put_off(step, press.key, _day(day), reasons[int(index)])
    await state.set_state(None)
    return answer(query, await _card(query, step, press.key))


@router.message(StateFilter(Writing.snooze), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The reason in one's own words."""
    data = await state.get_data()
    await snoozes.put_off(step, data["duty"], date.fromordinal(data["until"]), message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await _card(message, step, data["duty"]))]


@router.callback_query(Pressed(RemindPress, "hand"))
async def asked_whom(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Who is to take it over?"""
    await told.read(step, _pressed(query))
    card, found = await handovers.candidates(step, press.key)
    shown = page(found, press.page)
    return answer(query, render("hand_over", card=card, page=shown, thin=await _thin(step)))


@router.callback_query(Pressed(RemindPress, "to"))
async def handed_over(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """It is theirs now, and they are told."""
    await handovers.hand_over(step, press.key, number(press.argument))
    return answer(query, await _card(query, step, press.key))


@router.callback_query(Pressed(RemindPress, "decline"))
async def asked_why_not(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Give it back: why?"""
    card = await owed.open_one(step, press.key)
    await state.set_state(Writing.declining)
    await state.set_data({"duty": press.key})
    return answer(query, render("decline_why", due=card.due, thin=await _thin(step)))


@router.message(StateFilter(Writing.declining), Writes())
async def declined(message: Message, step: Step, state: FSMContext) -> Reply:
    """Whoever handed it over is told why."""
    data = await state.get_data()
    await handovers.decline(step, data["duty"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, render("decline_done"))]


async def _card(event: CallbackQuery | Message, step: Step, duty_id: int) -> Rendered:
    row = await told.read(step, _pressed(event)) if isinstance(event, CallbackQuery) else None
    return await duties.card(step, duty_id, back=row is not None)


async def _settings(step: Step) -> Rendered:
    times, chosen = await digest_times.offered(step)
    rule = (await profiles.of(step.session, step.person.account.jurisdiction)).reminders
    return render("reminders", times=times, chosen=chosen, rule=rule)


async def _thin(step: Step) -> bool:
    return await profiles.thin(step.session, step.person.account.jurisdiction)


def _pressed(query: CallbackQuery) -> int | None:
    return None if query.message is None else query.message.message_id


def _day(argument: str) -> date:
    day = number(argument)
    if not 1 <= day <= date.max.toordinal():
        raise Refused("common.stale_press")
    return date.fromordinal(day)
