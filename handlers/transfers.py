"""A lead on another matter, in chat: for whom it is, what was found, photos, and it is handed in."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.paging import number, page
from handlers.presses import Press, Pressed, ScenePress
from handlers.records import Pictures, sent_of
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from services import notices, portions, transfers
from services.step import Step
from services.transfers import Note
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="transfers")

JUDICIAL = "judicial"


@router.callback_query(Pressed(ScenePress, "lead"))
async def asked_whom(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Whose matter is it?"""
    known = await transfers.receivers(step, press.key)
    await state.set_state(None)
    shown = page(known.departments, number(press.argument))
    case = await notices.case(step.session, press.key)
    return answer(query, render("transfer_whom", case=case, departments=shown, judicial=known.judicial))


@router.callback_query(Pressed(ScenePress, "to"))
async def chose_receiver(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A department, or the judicial organ: now the facts."""
    await transfers.receivers(step, press.key)
    await state.set_state(Writing.lead)
    to = None if press.argument == JUDICIAL else number(press.argument)
    await state.set_data({"inspection": press.key, "to": to})
    return answer(query, render("transfer_facts", inspection_id=press.key))


@router.callback_query(Pressed(ScenePress, "other"))
async def writes_receiver(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Another authority, by its name."""
    await transfers.receivers(step, press.key)
    await state.set_state(Writing.lead_receiver)
    await state.set_data({"inspection": press.key})
    return answer(query, render("transfer_receiver", inspection_id=press.key))


@router.message(StateFilter(Writing.lead_receiver), Writes())
async def wrote_receiver(message: Message, state: FSMContext) -> Reply:
    """Its name; now the facts."""
    name = transfers.require_name(message.text or "")
    inspection_id = (await state.get_data())["inspection"]
    await state.set_state(Writing.lead)
    await state.set_data({"inspection": inspection_id, "to": name})
    return [say(message.chat.id, render("transfer_facts", inspection_id=inspection_id))]


@router.message(StateFilter(Writing.lead), Writes())
async def wrote_facts(message: Message, step: Step, state: FSMContext) -> Reply:
    """What was found; photos may follow."""
    data = await state.get_data()
    note = await transfers.begin(step, data["inspection"], data["to"], message.text or "")
    await state.set_state(Writing.lead_photos)
    await state.set_data({"transfer": note.row.id})
    return [say(message.chat.id, await _note(step, note))]


@router.message(StateFilter(Writing.lead_photos), Pictures())
async def photographed(message: Message, step: Step, state: FSMContext) -> Reply:
    """A photo that goes with it."""
    note = await transfers.photograph(step, (await state.get_data())["transfer"], sent_of(message))
    return [say(message.chat.id, await _note(step, note))]


@router.callback_query(Pressed(ScenePress, "hand"))
async def handed(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """It goes to those who lead the task."""
    note = await transfers.hand(step, press.key)
    await state.set_state(None)
    return answer(query, await _note(step, note))


@router.callback_query(Pressed(ScenePress, "drop"))
async def withdrawn(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """It was a mistake."""
    note = await transfers.withdraw(step, press.key)
    await state.set_state(None)
    return answer(query, await _note(step, note))


async def _note(step: Step, note: Note) -> Rendered:
    case = await notices.case(step.session, note.row.inspection_id)
    pen = await portions.pen_of(step.session, note.row.inspection_id, step.person.account)
    return render("transfer", case=case, transfer=note.row, photos=len(note.photos), records=pen is not None)
