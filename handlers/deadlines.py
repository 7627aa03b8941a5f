"""What falls due."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has
from handlers.planning import card
from handlers.presses import DutyPress, MenuPress, Press, Pressed
from handlers.reply import Reply, answer, say
from models.people import RoleName
from services import duties, notices, overview, reviews, snoozes, told, visits
from services.step import Step
from templates.leaves import leaf
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="deadlines")

SHOWN = 15


@router.message(Asks("deadlines"), Has(RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR))
async def listed(message: Message, step: Step) -> Reply:
    """Open duties of the department, the nearest first."""
    return [say(message.chat.id, await _list(step))]


@router.callback_query(Pressed(DutyPress, "list"))
async def listed_in_place(query: CallbackQuery, step: Step) -> Reply:
    """The same, in the message that was pressed."""
    step.person.require(RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR)
    await told.read(step, query.message.message_id if query.message else None)
    return answer(query, await _list(step))


@router.callback_query(Pressed(MenuPress, "due"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """What a reminder is about, as far as this person has to do with it: their visit, the review, the task."""
    await told.read(step, query.message.message_id if query.message else None)
    known = await notices.case(step.session, press.key)
    if any(mate.account is not None and mate.account.id == step.person.account.id for mate in known.mates):
        place = await visits.place_of(step.session, step.person, press.key)
        return answer(query, render("assignment", case=known, place=place, me=step.person.account))
    for waiting, newest in await reviews.waiting(step.session, step.person):
        if waiting.inspection.id == press.key:
            result, case = await reviews.of_reviewer(step, newest.id)
            return answer(query, render("review", case=case, result=result, leaf=leaf(result.record)))
    return answer(query, await card(step, await overview.seen(step, known.task.id)))


async def _list(step: Step) -> Rendered:
    found = await duties.seen(step)
    put_off = await snoozes.lasting(step.session, [due.duty.id for due in found[:SHOWN]])
    more = max(0, len(found) - SHOWN)
    return render("deadlines", dues=found[:SHOWN], more=more, today=step.today, put_off=put_off)
