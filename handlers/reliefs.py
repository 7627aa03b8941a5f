"""Somebody cannot go, without any interest in the subject: they say so themselves, or a coordinator does."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.paging import number
from handlers.presses import PenPress, Press, Pressed
from handlers.reply import Reply, answer
from models.inspections import Place
from models.registers import Inspector
from rules.errors import Refused
from services import notices, reliefs, visits
from services.step import Step
from templates.phrases import relief_reasons
from templates.render import render

router = Router(name="reliefs")


@router.callback_query(Pressed(PenPress, "who"))
async def asked_who(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A coordinator looks at who is on a visit."""
    found = [(place, await _name(step, place)) for place in await reliefs.places(step, press.key)]
    known = await notices.case(step.session, press.key)
    return answer(query, render("relief_who", case=known, places=found))


@router.callback_query(Pressed(PenPress, "unable"))
async def asked_why(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Why can they not go?"""
    place = await step.get(Place, number(press.argument))
    if place.inspection_id != press.key:
        raise Refused("common.stale_press")
    is_mine = place.inspector_id == step.person.account.inspector_id and place.inspector_id is not None
    if is_mine:
        await visits.place_of(step.session, step.person, press.key)
    else:
        await reliefs.places(step, press.key)
    known = await notices.case(step.session, press.key)
    name = "" if is_mine else await _name(step, place)
    return answer(query, render("relief_why", case=known, place=place, name=name, reasons=relief_reasons()))


@router.callback_query(Pressed(PenPress, "relieve"))
async def relieved(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A reason was pressed."""
    place, _, at = press.argument.partition(".")
    reasons = relief_reasons()
    if not at.isdecimal() or number(at) >= len(reasons):
        raise Refused("common.stale_press")
    following = await reliefs.relieve(step, press.key, number(place), reasons[number(at)])
    await state.set_state(None)
    return answer(query, render("relief_done", place=following))


async def _name(step: Step, place: Place) -> str:
    return "" if place.inspector_id is None else (await step.get(Inspector, place.inspector_id)).name
