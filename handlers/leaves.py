"""Leave in chat (请假代办): who is away from when to when, and who gets their reminders meanwhile."""

from datetime import date, timedelta

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has, Writes
from handlers.paging import number, page
from handlers.planning import dates
from handlers.presses import LeavePress, Press, Pressed
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.people import RoleName
from rules.errors import Refused
from services import leaves
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="leaves")

LASTS = (1, 3, 7, 14)
"""Days that the buttons offer, today among them."""


@router.message(
    Asks("leave"), Has(RoleName.INSPECTOR, RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR)
)
async def asked(message: Message, step: Step) -> Reply:
    """Leave that lasts or is to come."""
    return [say(message.chat.id, await _list(step))]


@router.callback_query(Pressed(LeavePress, "list"))
async def listed(query: CallbackQuery, step: Step, state: FSMContext) -> Reply:
    """The same, in the message that was pressed."""
    await state.set_state(None)
    return answer(query, await _list(step))


@router.callback_query(Pressed(LeavePress, "for"))
async def asked_whose(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """A coordinator enters somebody's leave: whose?"""
    shown = page(await leaves.colleagues(step), press.page)
    return answer(query, render("leave_step", stage="whose", page=shown, whose=0))


@router.callback_query(Pressed(LeavePress, "new"))
async def asked_deputy(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Who stands in? One's own leave without a key."""
    whose = press.key or step.person.account.id
    shown = page(await leaves.colleagues(step, whose), press.page)
    return answer(query, render("leave_step", stage="deputy", page=shown, whose=whose))


@router.callback_query(Pressed(LeavePress, "deputy"))
async def asked_days(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """From when to when? Buttons begin today; other days are typed."""
    deputy = number(press.argument)
    await state.set_state(Writing.leave)
    await state.set_data({"whose": press.key, "deputy": deputy})
    return answer(
        query,
        render("leave_step", stage="days", whose=press.key, deputy=deputy, lasts=LASTS, today=step.today),
    )


@router.callback_query(Pressed(LeavePress, "days"))
async def took(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """So many days from today."""
    deputy, _, lasts = press.argument.partition("-")
    if number(lasts) not in LASTS:
        raise Refused("common.stale_press")
    last = step.today + timedelta(days=number(lasts) - 1)
    return answer(query, await _taken(step, state, press.key, number(deputy), (step.today, last)))


@router.message(StateFilter(Writing.leave), Writes())
async def wrote_days(message: Message, step: Step, state: FSMContext) -> Reply:
    """Two dates, typed."""
    data = await state.get_data()
    span = dates(message.text or "")
    return [say(message.chat.id, await _taken(step, state, data["whose"], data["deputy"], span))]


@router.callback_query(Pressed(LeavePress, "end"))
async def ended(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Back again."""
    await leaves.end(step, press.key)
    return answer(query, await _list(step))


async def _taken(step: Step, state: FSMContext, whose: int, deputy: int, span: tuple[date, date]) -> Rendered:
    await leaves.take(step, whose, deputy, *span)
    await state.set_state(None)
    return await _list(step)


async def _list(step: Step) -> Rendered:
    actor = step.person
    known = await leaves.listed(step.session, actor, step.today)
    coordinates = RoleName.COORDINATOR in actor.roles
    return render("leaves", known=known, me=actor.account, coordinates=coordinates, today=step.today)
