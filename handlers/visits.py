"""An inspector's visits: the list, a visit's card, accept, recuse, begin."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import drafts
from handlers.filters import Asks, Has, Writes
from handlers.presses import Press, Pressed, VisitPress
from handlers.reply import Reply, answer, say, toast
from handlers.writing import Writing
from models.inspections import Inspection
from models.people import RoleName
from services import experts, notices, passing, portions, records, signatures, submissions, visits
from services.step import Step
from templates.phrases import recusal_reasons
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="visits")


@router.message(Asks("tasks"), Has(RoleName.INSPECTOR, RoleName.EXPERT))
async def listed(message: Message, step: Step) -> Reply:
    """Somebody's visits."""
    return [say(message.chat.id, await _list(step))]


@router.callback_query(Pressed(VisitPress, "list"))
async def back_to_list(query: CallbackQuery, step: Step) -> Reply:
    """The same, in the message that was pressed."""
    return answer(query, await _list(step))


@router.callback_query(Pressed(VisitPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A visit's card."""
    return answer(query, await _card(step, press.key))


@router.callback_query(Pressed(VisitPress, "accept"))
async def accepted(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Take a visit on."""
    await visits.accept(step, press.key)
    return answer(query, await _card(step, press.key), render("toast_accepted").text)


@router.callback_query(Pressed(VisitPress, "recuse"))
async def asked_why(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Which interest is it? Usual ones are buttons."""
    place = await visits.place_of(step.session, step.person, press.key)
    known = await notices.case(step.session, press.key)
    return answer(query, render("recusal_reasons", case=known, reasons=recusal_reasons(), place=place))


@router.callback_query(Pressed(VisitPress, "reason"))
async def recused(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A usual interest was pressed."""
    reasons = recusal_reasons()
    reason = (
        reasons[int(press.argument)]
        if press.argument.isdecimal() and int(press.argument) < len(reasons)
        else ""
    )
    await visits.recuse(step, press.key, reason)
    await state.set_state(None)
    return answer(query, render("recusal_done"))


@router.callback_query(Pressed(VisitPress, "other"))
async def writes_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Another interest is typed."""
    await visits.place_of(step.session, step.person, press.key)
    await state.set_state(Writing.recusal)
    await state.set_data({"inspection": press.key})
    return answer(query, render("recusal_why", inspection_id=press.key))


@router.message(StateFilter(Writing.recusal), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The interest in the inspector's own words."""
    data = await state.get_data()
    await visits.recuse(step, data["inspection"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, render("recusal_done"))]


@router.callback_query(Pressed(VisitPress, "begin"))
async def begun(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Begin the check, or come back to it."""
    inspection = await visits.begin(step, press.key)
    pen = await records.of_recorder(step, inspection.id)
    return [toast(query), *await drafts.opened(query, step, state, pen)]


@router.message(Asks("resume"), Has(RoleName.INSPECTOR))
async def resumed(message: Message, step: Step, state: FSMContext) -> Reply:
    """The record that was touched last, as a new screen below; of several, a list of them all above it."""
    own = await portions.held(step.session, step.person)
    if not own:
        return [say(message.chat.id, render("nothing_to_resume"))]
    pen = await records.of_recorder(step, own[0].inspection.id)
    reply = await drafts.opened(message, step, state, pen)
    if len(own) > 1:
        shown = [await drafts.listed(step, one) for one in own]
        reply = [say(message.chat.id, render("drafts", drafts=shown, is_opened=True)), *reply]
    return reply


async def _list(step: Step) -> Rendered:
    own = await visits.own(step.session, step.person)
    helped = await experts.own(step.session, step.person)
    return render("visits", own=own, helped=helped, today=step.today)


async def _card(step: Step, inspection_id: int) -> Rendered:
    place = await visits.place_of(step.session, step.person, inspection_id)
    known = await notices.case(step.session, inspection_id)
    last = await submissions.newest(step.session, inspection_id)
    signed = last is not None and (await signatures.standing(step.session, last)).needed
    result = last if signed else None
    pens = await _pens(step, known.inspection)
    return render("assignment", case=known, place=place, me=step.person.account, result=result, pens=pens)


async def _pens(step: Step, inspection: Inspection) -> dict[str, object] | None:
    """Who takes which portion down, and who else of one's department could; ``None`` while nothing is."""
    if inspection.state not in visits.DRAFTS:
        return None
    pen = await passing.of_mine(step, inspection.id)
    all_ = await portions.standings(step.session, inspection, step.now)
    mine = next(one for one in all_ if one.portion.id == pen.portion.id)
    return {"all": all_, "mine": mine, "mates": await passing.mates(step, pen)}
