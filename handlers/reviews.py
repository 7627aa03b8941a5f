"""Review: what waits, the record, approve and publish, or return with a reason."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.confirmations import send_photos
from handlers.filters import Asks, Has, Writes
from handlers.presses import Press, Pressed, ReviewPress
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from models.results import Result
from services import lateness, losses, notices, publishing, reviews, signatures, told
from services.step import Step
from templates.leaves import leaf
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="reviews")


@router.message(Asks("reviews"), Has(RoleName.REVIEWER))
async def listed(message: Message, step: Step) -> Reply:
    """Records that wait."""
    waiting = await reviews.seen(step)
    return [say(message.chat.id, render("reviews", waiting=waiting))]


@router.callback_query(Pressed(ReviewPress, "list"))
async def back_to_list(query: CallbackQuery, step: Step) -> Reply:
    """The same, in the message that was pressed."""
    return answer(query, render("reviews", waiting=await reviews.seen(step)))


@router.callback_query(Pressed(ReviewPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The record; a long one in pages."""
    result, known = await reviews.of_reviewer(step, press.key)
    return answer(query, await record_card(step, known, result, press.page))


@router.callback_query(Pressed(ReviewPress, "photos"))
async def asked_for_photos(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Its photos."""
    result, _ = await reviews.of_reviewer(step, press.key)
    return await send_photos(query, step, result)


@router.callback_query(Pressed(ReviewPress, "yes"))
async def approved(
    query: CallbackQuery, press: Press, step: Step, state: FSMContext, public_url: str
) -> Reply:
    """It is right: it is public from now on; late, where «in principle» allows it, with a reason."""
    await told.read(step, query.message.message_id if query.message else None)
    _, case = await reviews.of_reviewer(step, press.key)
    late = await lateness.asks(step, case.inspection)
    if late:
        await state.set_state(Writing.late_publication)
        await state.set_data({"result": press.key})
        return answer(query, render("late_why", case=case, key=press.key, late=late))
    publication = await reviews.approve(step, press.key, public_url)
    known = await notices.case(step.session, publication.inspection_id)
    address = publishing.address_of(publication, public_url)
    return answer(query, render("review_done", case=known, publication=publication, address=address))


@router.message(StateFilter(Writing.late_publication), Writes())
async def wrote_why_late(message: Message, step: Step, state: FSMContext, public_url: str) -> Reply:
    """The reason stays with the duty, and the result is public."""
    data = await state.get_data()
    publication = await reviews.approve(step, data["result"], public_url, message.text or "")
    await state.set_state(None)
    known = await notices.case(step.session, publication.inspection_id)
    address = publishing.address_of(publication, public_url)
    return [say(message.chat.id, render("review_done", case=known, publication=publication, address=address))]


@router.callback_query(Pressed(ReviewPress, "no"))
async def asked_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """It goes back: why?"""
    _, known = await reviews.of_reviewer(step, press.key)
    await state.set_state(Writing.returning)
    await state.set_data({"result": press.key})
    return answer(query, render("return_why", case=known, key=press.key))


@router.message(StateFilter(Writing.returning), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The reason goes to whoever took the record down."""
    data = await state.get_data()
    inspection = await reviews.return_(step, data["result"], message.text or "")
    await state.set_state(None)
    known = await notices.case(step.session, inspection.id)
    return [say(message.chat.id, render("return_done", case=known))]


async def record_card(step: Step, known: notices.Case, result: Result, page: int = 0) -> Rendered:
    """A record as its reviewer reads it, a page of it, with how it was signed."""
    signed = await signatures.standing(step.session, result)
    lost = await losses.count(step.session, result.inspection_id)
    found = leaf(result.record, page)
    return render("review", case=known, result=result, signed=signed, leaf=found, lost=lost)
