"""What falls due: the list with its filters, and a picture of the weeks ahead."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.asked import PERSON, Asked
from handlers.filters import Asks, Has
from handlers.paging import page
from handlers.planning import card
from handlers.presses import DutyPress, MenuPress, Press, Pressed
from handlers.reply import Reply, answer, say
from handlers.reviews import record_card
from models.people import RoleName
from services import agenda, notices, overview, reviews, snoozes, told, visits
from services.ahead import ahead
from services.duties import OFFICE
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="deadlines")

PAGE = 6
"""Duties on one screen: their numbers are one row of buttons."""

CHOICES = 8

HOLDERS = 10
"""In the picture; the page on the web has all of them."""

READERS = (RoleName.INSPECTOR, RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR)


@router.message(Asks("deadlines"), Has(*READERS))
async def listed(message: Message, step: Step) -> Reply:
    """Open duties, the nearest first."""
    return [say(message.chat.id, await _list(step, Asked()))]


@router.callback_query(Pressed(DutyPress, "list"))
async def listed_in_place(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The same, filtered and turned to a page, in the message that was pressed."""
    step.person.require(*READERS)
    await told.read(step, query.message.message_id if query.message else None)
    return answer(query, await _list(step, Asked.read(press.argument)))


@router.callback_query(Pressed(DutyPress, "filter"))
async def filtered(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """By what the list can be narrowed."""
    step.person.require(*READERS)
    asked = Asked.read(press.argument)
    wanted = asked.filter(step.person.account)
    counts = await agenda.counts(step.session, step.person, wanted, step.today)
    whose = await agenda.whose(step.session, step.person, wanted)
    office = bool(step.person.roles & OFFICE)
    return answer(query, render("deadlines_filter", asked=asked, counts=counts, whose=whose, office=office))


@router.callback_query(Pressed(DutyPress, "kinds"))
async def chooses_kind(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The kinds that there are."""
    step.person.require(*READERS)
    asked = Asked.read(press.argument)
    found = await agenda.kinds(step.session, step.person, asked.filter(step.person.account), step.today)
    return answer(query, render("deadlines_kinds", asked=asked, found=found))


@router.callback_query(Pressed(DutyPress, "whose"))
async def chooses_whom(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The departments that owe something, where there are several, the people who hold it, or oneself."""
    step.person.require(*OFFICE)
    asked = Asked.read(press.argument)
    wanted = asked.filter(step.person.account)
    owing = await agenda.departments(step.session, step.person, wanted, step.today)
    holding = await agenda.holders(step.session, step.person, wanted, step.today)
    found = [(f"{key}", "🏢", name, count) for key, name, count in owing if len(owing) > 1]
    found += [(f"{PERSON}{key}", "👤", name, count) for key, name, count in holding]
    one = page(found, asked.page, CHOICES)
    return answer(query, render("deadlines_whose", asked=asked, page=one))


@router.callback_query(Pressed(DutyPress, "weeks"))
async def looked_ahead(query: CallbackQuery, step: Step) -> Reply:
    """What falls due by week, and who holds it."""
    step.person.require(*READERS)
    found = await ahead(step.session, step.person, step.today)
    departments = found.departments()
    holders = departments if len(departments) > 1 else found.holders
    return answer(
        query,
        render(
            "deadlines_weeks",
            ahead=found,
            holders=holders[:HOLDERS],
            more=max(0, len(holders) - HOLDERS),
        ),
    )


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
            return answer(query, await record_card(step, case, result))
    return answer(query, await card(step, await overview.seen(step, known.task.id)))


async def _list(step: Step, asked: Asked) -> Rendered:
    found = await agenda.find(step, asked.filter(step.person.account), asked.page, PAGE)
    return render(
        "deadlines",
        asked=asked.but(page=found.number),
        found=found,
        office=bool(step.person.roles & OFFICE),
        put_off=await snoozes.lasting(step.session, [due.duty.id for due in found.dues]),
    )
