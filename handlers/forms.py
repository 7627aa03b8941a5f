"""A department's own check forms in chat: send one, see what it is, choose its items, put it into use."""

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import paging
from handlers.filters import Asks, Has, Wordless, Writes
from handlers.presses import FormPress, Press, Pressed
from handlers.records import sent_of
from handlers.refusals import refused
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from rules.errors import Refused
from services import uploads, uses
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="forms")

captioned = Router(name="captioned forms")
"""A file that says itself that it is a form; asked first, because whoever is in a record would be taken to answer with it."""

COMMAND = "forms"

LISTED = 12
"""Versions in the list; earlier ones are of no use but to drafts that began with them."""


class Captioned(Filter):
    """A file with the command as its caption."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        words = (message.caption or "").strip()
        return message.document is not None and words.split("@", 1)[0] == f"/{COMMAND}"


class Documents(Filter):
    """A file."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        return message.document is not None


@router.message(Asks(COMMAND), Has(RoleName.COORDINATOR))
async def listed(message: Message, step: Step, state: FSMContext) -> Reply:
    """The department's forms; the next file is a form."""
    shown = await _list(step)
    await state.set_state(Writing.form)
    return [say(message.chat.id, shown)]


@router.callback_query(Pressed(FormPress, "list"))
async def back_to_list(query: CallbackQuery, step: Step, state: FSMContext) -> Reply:
    """The same, in the message that was pressed."""
    shown = await _list(step)
    await state.set_state(Writing.form)
    return answer(query, shown)


@captioned.message(Captioned(), Has(RoleName.COORDINATOR))
@router.message(StateFilter(Writing.form), Documents())
async def sent(message: Message, step: Step, state: FSMContext) -> Reply:
    """A file: it is fetched and checked, and the answer comes by itself."""
    upload = await uploads.note(step, sent_of(message))
    await state.set_state(None)
    return [say(message.chat.id, render("form_received", name=upload.file_name))]


@router.message(StateFilter(Writing.form), Writes())
@router.message(StateFilter(Writing.form), Wordless())
async def sent_something_else(message: Message) -> Reply:
    """Words, a photo, a sticker: no form."""
    return refused(message, Refused("uses.upload_type"))


@router.callback_query(Pressed(FormPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A version's card."""
    return answer(query, await _card(step, press.key))


@router.callback_query(Pressed(FormPress, "items"))
async def choosing(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """For which of the department's items?"""
    return answer(query, await _items(step, press.key, press.page))


@router.callback_query(Pressed(FormPress, "item"))
async def chose(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """For this one, or no longer."""
    item, _, page = press.argument.partition(".")
    await uses.toggle(step, press.key, paging.number(item))
    return answer(query, await _items(step, press.key, paging.number(page)))


@router.callback_query(Pressed(FormPress, "enable"))
async def enabled(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """From now on."""
    await uses.enable(step, press.key)
    return answer(query, await _card(step, press.key), render("toast_form_enabled").text)


@router.callback_query(Pressed(FormPress, "stop"))
async def stopped(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """No longer."""
    await uses.stop(step, press.key)
    return answer(query, await _card(step, press.key))


async def _list(step: Step) -> Rendered:
    own = await uses.own(step)
    return render("forms", own=own[:LISTED], more=max(0, len(own) - LISTED))


async def _card(step: Step, form_id: int) -> Rendered:
    row = await uses.of_department(step, form_id)
    return render("form", card=await uses.card(step.session, row))


async def _items(step: Step, form_id: int, page: int) -> Rendered:
    row, found = await uses.choices(step, form_id)
    cut = paging.page(found, page)
    chosen = sum(1 for one in found if one.chosen)
    return render("form_items", form=row, choices=cut.shown, chosen=chosen, page=cut.number, pages=cut.pages)
