"""The working calendar: a month as a grid of buttons, and what falls due on a day."""

from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has
from handlers.presses import CalendarPress, Press, Pressed
from handlers.reply import Reply, answer, say, toast
from models.people import RoleName
from rules.errors import Refused
from rules.month import neighbour
from services import months
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="calendar")

SHOWN = 15

_READERS = (RoleName.INSPECTOR, RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR)


@router.message(Asks("calendar"), Has(*_READERS))
async def asked(message: Message, step: Step) -> Reply:
    """This month."""
    return [say(message.chat.id, await _month(step, 0))]


@router.callback_query(Pressed(CalendarPress, "month"))
async def turned(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Another month, or this one, in the message that was pressed."""
    step.person.require(*_READERS)
    return answer(query, await _month(step, press.key))


@router.callback_query(Pressed(CalendarPress, "day"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """One day: what it is, and what falls due on it."""
    step.person.require(*_READERS)
    year, rest = divmod(press.key, 10_000)
    try:
        day = date(year, *divmod(rest, 100))
    except ValueError:
        raise Refused("common.stale_press") from None
    found = await months.one_day(step, day)
    shown, more = found.dues[:SHOWN], max(0, len(found.dues) - SHOWN)
    return answer(query, render("calendar_day", day=found, dues=shown, more=more, today=step.today))


@router.callback_query(Pressed(CalendarPress, "legend"))
async def explained(query: CallbackQuery) -> Reply:
    """A heading or an empty place was pressed: what the signs mean."""
    return [toast(query, render("calendar_legend").text)]


async def _month(step: Step, key: int) -> Rendered:
    """A month by its key, year and number in one as 202612; 0 is this one."""
    year, number = divmod(key, 100) if key else (step.today.year, step.today.month)
    page = await months.page(step, year, number)
    before, after = (neighbour(year, number, by) for by in (-1, 1))
    return render("calendar_month", page=page, before=before, after=after)
