"""One duty: what it is, where it stands, and what somebody says of it."""

import re
from datetime import date

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendDocument
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from handlers.filters import Wordless, Writes
from handlers.presses import DutyPress, Press, Pressed
from handlers.reply import Reply, answer, say, toast
from handlers.writing import Writing
from models.people import RoleName
from rules.errors import Refused
from rules.profile.terms import CheckEvent
from services import diligence, event_days, lateness, owed, settlements
from services.settlements import Said
from services.step import Step
from templates.diligence import file_name, table
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="duties")

_LINK = re.compile(r"https?://\S+")
_DATED = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D*?\s+(\S.*)", re.DOTALL)


@router.callback_query(Pressed(DutyPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The duty's card."""
    await state.set_state(None)
    return answer(query, await card(step, press.key))


@router.callback_query(Pressed(DutyPress, "done"))
async def finished(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """It is done, and there is no more to say."""
    duty = await settlements.finish(step, press.key)
    return answer(query, await card(step, duty.id))


@router.callback_query(Pressed(DutyPress, "note"))
async def asked_for_note(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What was done?"""
    return await _ask(query, press, step, state, "note")


@router.callback_query(Pressed(DutyPress, "item"))
async def asked_for_item(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """One more: which?"""
    return await _ask(query, press, step, state, "item")


@router.callback_query(Pressed(DutyPress, "drop"))
async def asked_why_withdrawn(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Why need nobody look again?"""
    return await _ask(query, press, step, state, "drop")


@router.callback_query(Pressed(DutyPress, "late"))
async def asked_why_late(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Why is it late?"""
    return await _ask(query, press, step, state, "late")


@router.callback_query(Pressed(DutyPress, "event"))
async def asked_for_day(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """On which day did it begin, and why is that another one?"""
    return await _ask(query, press, step, state, "event")


@router.message(StateFilter(Writing.duty), Writes())
async def wrote(message: Message, step: Step, state: FSMContext) -> Reply:
    """What was asked for, in words."""
    data = await state.get_data()
    text = (message.text or "").strip()
    match data["what"]:
        case "note":
            await settlements.finish(step, data["duty"], _said(text))
        case "item":
            await settlements.count(step, data["duty"], _said(text))
        case "drop":
            await settlements.withdraw(step, data["duty"], _said(text))
        case "late":
            await lateness.explain(step, data["duty"], text)
        case _:
            known = await settlements.look(step, data["duty"])
            day, reason = _dated(text)
            event = CheckEvent(known.due.duty.start_event)
            await event_days.correct(step, known.due.duty.inspection_id or 0, event, day, reason)
    await state.set_state(None)
    return [say(message.chat.id, await card(step, data["duty"]))]


@router.message(StateFilter(Writing.duty), Wordless())
async def sent_file(message: Message, step: Step, state: FSMContext) -> Reply:
    """A file or a photo that shows what was done, with a word on it."""
    data = await state.get_data()
    if data["what"] not in {"note", "item"} or not (message.document or message.photo):
        raise Refused("common.text_expected")
    document = message.document
    name = document.file_name if document is not None else None
    file_id = document.file_id if document is not None else (message.photo or [])[-1].file_id
    words = _said((message.caption or name or "").strip())
    said = Said(words.title, words.link, file_id, name)
    if data["what"] == "note":
        await settlements.finish(step, data["duty"], said)
    else:
        await settlements.count(step, data["duty"], said)
    await state.set_state(None)
    return [say(message.chat.id, await card(step, data["duty"]))]


@router.callback_query(Pressed(DutyPress, "export"))
async def exported(query: CallbackQuery, step: Step) -> Reply:
    """Everything that was due this year, with who was told, as a spreadsheet."""
    step.person.require(RoleName.COORDINATOR, RoleName.SUPERVISOR)
    rows = await diligence.seen(step, step.today.year)
    name = file_name(step.today.year, ".xlsx")
    file = BufferedInputFile(table(rows, ".xlsx"), name)
    caption = render("diligence", rows=rows, year=step.today.year)
    return [
        toast(query),
        SendDocument(chat_id=query.from_user.id, document=file, caption=caption.text, parse_mode="HTML"),
    ]


async def _ask(query: CallbackQuery, press: Press, step: Step, state: FSMContext, what: str) -> Reply:
    known = await settlements.look(step, press.key)
    await state.set_state(Writing.duty)
    await state.set_data({"duty": press.key, "what": what})
    return answer(query, render("duty_asks", known=known, what=what))


async def card(step: Step, duty_id: int, *, back: bool = False) -> Rendered:
    """A duty's card, with what this person may do about it.

    Args:
        step: the transaction.
        duty_id: which duty.
        back: whether a button leads back to the reminder that was pressed.
    """
    known = await settlements.look(step, duty_id)
    return render("duty", known=known, card=await owed.beside(step, known.due.duty), back=back)


def _said(text: str) -> Said:
    """Words with a link among them, or a link alone, which then is the words as well."""
    found = _LINK.search(text)
    if found is None:
        return Said(text)
    words = text.replace(found[0], " ").strip()
    return Said(words or found[0][:200], found[0])


def _dated(text: str) -> tuple[date, str]:
    found = _DATED.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3])), found[4]
    except ValueError:
        pass
    raise Refused("deadlines.event_line")
