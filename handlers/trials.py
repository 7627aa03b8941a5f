"""A form tried in chat: the ordinary screens; what is answered is no record."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from handlers.drafts import drawn
from handlers.filters import Wordless, Writes
from handlers.presses import FormPress, Press, Pressed, TrialPress
from handlers.records import Files, Location, sent_of
from handlers.refusals import refused
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from rules.forms.event import Point, Text
from services import trials, uses
from services.step import Step
from services.trials import StaleTrial, Trying
from templates.keyboard import handed_over
from templates.refusal import sentence
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="trials")

RECORD, TRIAL = "rec", "try"
"""The conversation whose screens these are, and the one that answers their buttons here."""


@router.callback_query(Pressed(FormPress, "try"))
async def begun(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Begin, or go on."""
    trying = await trials.begin(step, press.key)
    await _point_to(state, trying)
    return answer(query, _screen(step, trying))


@router.callback_query(Pressed(TrialPress))
async def pressed(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Any button of a trial's screen."""
    looks = press.do in {"page", "leave", "resume", "instances"}
    try:
        trying = await trials.of_tester(step, press.key, None if looks else press.revision)
    except StaleTrial as stale:
        trying = await trials.of_tester(step, press.key)
        return answer(query, _screen(step, trying), sentence(stale))
    if press.do == "leave":
        await state.set_state(None)
        return answer(query, render("trial_left", trial=trying.trial, form=trying.row))
    if looks:
        await _point_to(state, trying)
        deleting = press.do == "instances"
        return answer(query, _screen(step, trying, 0 if deleting else press.page, deleting=deleting))
    trying = await trials.press(step, trying, press.do, press.argument)
    if trying.completed:
        await state.set_state(None)
        card = await uses.card(step.session, trying.row)
        return answer(query, render("trial_done", card=card))
    await _point_to(state, trying)
    return answer(query, _screen(step, trying))


@router.message(StateFilter(Writing.trial), Writes())
async def wrote(message: Message, step: Step, state: FSMContext) -> Reply:
    """Words are the answer to the question on the screen."""
    trying = await trials.give(step, await _open(step, state), Text(message.text or ""))
    return [say(message.chat.id, _screen(step, trying))]


@router.message(StateFilter(Writing.trial), Files())
async def photographed(message: Message, step: Step, state: FSMContext) -> Reply:
    """A photo is counted, and not kept."""
    trying = await trials.photograph(step, await _open(step, state), sent_of(message))
    return [say(message.chat.id, _screen(step, trying))]


@router.message(StateFilter(Writing.trial), Location())
async def located(message: Message, step: Step, state: FSMContext) -> Reply:
    """A position."""
    place = message.location
    assert place is not None  # noqa: S101  (the filter has looked)
    point = Point(place.latitude, place.longitude, place.horizontal_accuracy)
    trying = await trials.give(step, await _open(step, state), point)
    return [say(message.chat.id, _screen(step, trying))]


@router.message(StateFilter(Writing.trial), Wordless())
async def sent_something_else(message: Message, step: Step, state: FSMContext) -> Reply:
    """A sticker, a voice message: one sentence that says what is expected."""
    return refused(message, trials.expected(await _open(step, state)))


def _screen(step: Step, trying: Trying, page: int = 0, *, deleting: bool = False) -> Rendered:
    title = Markup(render("trial_title", form=trying.row).text)  # noqa: S704  (a template's own, escaped there)
    shown = drawn(step, trying, title, page, deleting=deleting)
    return Rendered(shown.text, handed_over(shown.rows, RECORD, TRIAL))


async def _open(step: Step, state: FSMContext) -> Trying:
    return await trials.of_tester(step, (await state.get_data())["trial"])


async def _point_to(state: FSMContext, trying: Trying) -> None:
    await state.set_state(Writing.trial)
    await state.set_data({"trial": trying.trial.id})
