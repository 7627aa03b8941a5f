"""Grave non-cooperation, in chat: which kind it is, then the record asks for facts and evidence."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers import drafts
from handlers.presses import Press, Pressed, ScenePress, member
from handlers.reply import Reply, answer, toast
from rules.profile.terms import Noncooperation
from services import hindrances, notices, records
from services.hindrances import Hindrance
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="hindrances")


@router.callback_query(Pressed(ScenePress, "hinder"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Which kind is it?"""
    pen = await records.of_recorder(step, press.key)
    return answer(query, await _kinds(step, press.key, await hindrances.look(step, pen)))


@router.callback_query(Pressed(ScenePress, "kind"))
async def ticked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A kind more or fewer."""
    pen = await records.of_recorder(step, press.key)
    found = await hindrances.turn(step, pen, member(Noncooperation, press.argument))
    return answer(query, await _kinds(step, press.key, found))


@router.callback_query(Pressed(ScenePress, "untrue"))
async def ticked_falsified(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """What was published is untrue, or it is not."""
    pen = await records.of_recorder(step, press.key)
    return answer(query, await _kinds(step, press.key, await hindrances.turn_falsified(step, pen)))


@router.callback_query(Pressed(ScenePress, "facts"))
async def went_on(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Facts and evidence, as the record asks for them; «stop» leaves out the items that were not checked."""
    pen = await records.of_recorder(step, press.key)
    work = await hindrances.write(step, pen, stopped=press.argument == "stop")
    paused = await drafts.pointed(step, state, pen)
    return [toast(query), *paused, await drafts.show(query, step, work)]


async def _kinds(step: Step, inspection_id: int, found: Hindrance) -> Rendered:
    return render("hindrance", case=await notices.case(step.session, inspection_id), found=found)
