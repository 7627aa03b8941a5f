"""Experts in chat: a coordinator asks one along, by name or by chance; the expert comes or has an interest."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.presses import ExpertPress, Press, Pressed
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from rules.errors import Refused
from services import experts, notices, overview, tasks
from services.step import Step
from templates.phrases import recusal_reasons
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="experts")

SHOWN_CANDIDATES = 12


@router.callback_query(Pressed(ExpertPress, "visits"))
async def chooses_visit(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """To which visit of the task?"""
    task = await tasks.led(step, press.key)
    return answer(query, render("expert_visits", task=task, visits=await overview.visits(step, task)))


@router.callback_query(Pressed(ExpertPress, "visit"))
async def chooses_expert(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Whom? By name, or by chance."""
    return answer(query, await _candidates(step, press.key))


@router.callback_query(Pressed(ExpertPress, "draw"))
async def drew(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Chance chooses."""
    await experts.draw(step, press.key)
    return answer(query, await _candidates(step, press.key))


@router.callback_query(Pressed(ExpertPress, "choose"))
async def asked_reason(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Why this expert?"""
    chosen = int(press.argument) if press.argument.isdecimal() else 0
    if chosen not in {one.id for one in await experts.candidates(step, press.key)}:
        raise Refused("experts.not_eligible")
    await state.set_state(Writing.expert)
    await state.set_data({"inspection": press.key, "expert": chosen})
    return answer(query, render("expert_why"))


@router.message(StateFilter(Writing.expert), Writes())
async def chose(message: Message, step: Step, state: FSMContext) -> Reply:
    """The choice and its reason are kept."""
    data = await state.get_data()
    await experts.choose(step, data["inspection"], data["expert"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, await _candidates(step, data["inspection"]))]


@router.callback_query(Pressed(ExpertPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """An expert's own visit."""
    return answer(query, await _card(step, press.key))


@router.callback_query(Pressed(ExpertPress, "accept"))
async def accepted(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The expert comes."""
    await experts.accept(step, press.key)
    return answer(query, await _card(step, press.key), render("toast_accepted").text)


@router.callback_query(Pressed(ExpertPress, "recuse"))
async def asked_why(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Which interest is it?"""
    await experts.place_of(step.session, step.person, press.key)
    known = await notices.case(step.session, press.key)
    return answer(query, render("expert_recusal", case=known, reasons=recusal_reasons()))


@router.callback_query(Pressed(ExpertPress, "reason"))
async def recused(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The expert does not come; another one is chosen."""
    reasons = recusal_reasons()
    if not press.argument.isdecimal() or int(press.argument) >= len(reasons):
        raise Refused("common.stale")
    await experts.recuse(step, press.key, reasons[int(press.argument)])
    return answer(query, render("recusal_done"))


async def _candidates(step: Step, inspection_id: int) -> Rendered:
    found = await experts.candidates(step, inspection_id)
    known = await notices.case(step.session, inspection_id)
    return render("expert_candidates", case=known, candidates=found[:SHOWN_CANDIDATES])


async def _card(step: Step, inspection_id: int) -> Rendered:
    place = await experts.place_of(step.session, step.person, inspection_id)
    known = await notices.case(step.session, inspection_id)
    return render("expert_visit", case=known, place=place)
