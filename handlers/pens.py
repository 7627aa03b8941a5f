"""The pen of a portion: a colleague looks at what was taken down, takes the pen, or is given it, always with a reason."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import drafts
from handlers.filters import Writes
from handlers.paging import number
from handlers.presses import PenPress, Press, Pressed
from handlers.reply import Reply, answer
from handlers.writing import Writing
from models.registers import Inspector
from rules.errors import Refused
from services import notices, passing
from services.step import Step
from templates.leaves import leaf
from templates.phrases import passing_reasons
from templates.render import render

router = Router(name="pens")


@router.callback_query(Pressed(PenPress, "look"))
async def looked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """What stands in the portion so far, to be read."""
    pen, sections, missing = await passing.read(step, press.key)
    written = [
        {
            "title": section.title,
            "lines": [(line.label, line.value) for line in section.lines if line.value is not None],
        }
        for section in sections
    ]
    known = await notices.case(step.session, press.key)
    return answer(
        query,
        render("portion_look", case=known, pen=pen, leaf=leaf(written, press.page), missing=missing),
    )


@router.callback_query(Pressed(PenPress, "why"))
async def asked_why(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Who is to have the pen is known; why?"""
    taker = await _taker(step, press.key, number(press.argument))
    known = await notices.case(step.session, press.key)
    is_me = taker.id == step.person.account.inspector_id
    return answer(
        query,
        render("pen_why", case=known, taker=taker, is_me=is_me, reasons=passing_reasons(), writes=False),
    )


@router.callback_query(Pressed(PenPress, "pass"))
async def passed(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A usual reason was pressed."""
    taker, _, at = press.argument.partition(".")
    reasons = passing_reasons()
    if not at.isdecimal() or number(at) >= len(reasons):
        raise Refused("common.stale_press")
    return await _pass(query, step, state, (press.key, number(taker)), reasons[number(at)])


@router.callback_query(Pressed(PenPress, "write"))
async def writes_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Another reason is typed."""
    taker = await _taker(step, press.key, number(press.argument))
    await state.set_state(Writing.passing)
    await state.set_data({"visit": press.key, "taker": taker.id})
    known = await notices.case(step.session, press.key)
    is_me = taker.id == step.person.account.inspector_id
    return answer(query, render("pen_why", case=known, taker=taker, is_me=is_me, reasons=(), writes=True))


@router.message(StateFilter(Writing.passing), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The reason in one's own words."""
    data = await state.get_data()
    return await _pass(message, step, state, (data["visit"], data["taker"]), message.text or "")


async def _taker(step: Step, inspection_id: int, taker_id: int) -> Inspector:
    pen = await passing.of_mine(step, inspection_id)
    found = next((one for one in await passing.mates(step, pen) if one.id == taker_id), None)
    if found is None:
        raise Refused("common.stale_press")
    return found


async def _pass(
    event: CallbackQuery | Message, step: Step, state: FSMContext, to: tuple[int, int], reason: str
) -> Reply:
    """Pass the pen of a visit's portion on to somebody; whoever takes it themselves goes on at once."""
    visit, taker = to
    if taker == step.person.account.inspector_id:
        pen = await passing.take_over(step, visit, reason)
        known = await notices.case(step.session, visit)
        opened = await drafts.opened(event, step, state, pen)
        return [*answer(event, render("pen_taken", case=known)), *opened]
    await passing.hand_over(step, visit, taker, reason)
    await state.set_state(None)
    known = await notices.case(step.session, visit)
    return answer(event, render("pen_given", case=known, taker=await step.get(Inspector, taker)))
