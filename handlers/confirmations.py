"""The other inspectors' word on a record: look, confirm, object."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.presses import ConfirmPress, Press, Pressed
from handlers.reply import Reply, answer, say, toast
from handlers.writing import Writing
from models.results import Result
from services import evidence, losses, notices, signatures, submissions, visits
from services.step import Step
from templates.leaves import leaf
from templates.render import render

router = Router(name="confirmations")


@router.callback_query(Pressed(ConfirmPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The record, to be read before it is confirmed; a long one in pages."""
    result = await step.get(Result, press.key)
    await visits.place_of(step.session, step.person, result.inspection_id)
    known = await notices.case(step.session, result.inspection_id)
    signed = await signatures.standing(step.session, result)
    lost = await losses.count(step.session, result.inspection_id)
    page = leaf(result.record, press.page)
    return answer(
        query, render("confirmation", case=known, result=result, signed=signed, leaf=page, lost=lost)
    )


@router.callback_query(Pressed(ConfirmPress, "photos"))
async def asked_for_photos(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The photos of the record, in albums."""
    result = await step.get(Result, press.key)
    await visits.place_of(step.session, step.person, result.inspection_id)
    return await send_photos(query, step, result)


@router.callback_query(Pressed(ConfirmPress, "yes"))
async def confirmed(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The record is right."""
    inspection, complete = await submissions.confirm(step, press.key)
    known = await notices.case(step.session, inspection.id)
    result = await step.get(Result, press.key)
    unsigned = not (await signatures.standing(step.session, result)).is_settled
    message = render("confirmation_done", case=known, complete=complete, result=result, unsigned=unsigned)
    return answer(query, message)


@router.callback_query(Pressed(ConfirmPress, "no"))
async def asked_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The record is not right: why?"""
    result = await step.get(Result, press.key)
    await visits.place_of(step.session, step.person, result.inspection_id)
    await state.set_state(Writing.objection)
    await state.set_data({"result": press.key})
    return answer(query, render("objection_why"))


@router.message(StateFilter(Writing.objection), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The reason goes to whoever took the record down."""
    data = await state.get_data()
    inspection, _ = await submissions.confirm(step, data["result"], message.text or "")
    await state.set_state(None)
    known = await notices.case(step.session, inspection.id)
    return [say(message.chat.id, render("objection_done", case=known))]


async def send_photos(query: CallbackQuery, step: Step, result: Result) -> Reply:
    """Send a record's photos to whoever asked; nobody waits for them, so they go through the outbox."""
    found = await evidence.of_inspection(step.session, result.inspection_id)
    if not found:
        return [toast(query, render("no_photos").text)]
    known = await notices.case(step.session, result.inspection_id)
    await notices.send_photos(step, step.person.account, list(found), render("photos", case=known))
    return [toast(query, render("photos_coming", count=len(found)).text)]
