"""The month that somebody looks at: its days, and what falls due on them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.calendar import FIRST_YEAR, LAST_YEAR
from rules.errors import Refused
from rules.month import DayKind, Month, kind_of, month_of
from rules.profile.terms import MessageStyle
from services import calendars, duties, profiles
from services.duties import Due
from services.step import Step

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Page:
    """A month for one person.

    Args:
        month: its days.
        due: how many of the person's duties fall due on a day.
        local: the jurisdiction's own days off in it, each with who said so.
        today: in China.
    """

    month: Month
    due: Mapping[date, int]
    local: Mapping[date, str]
    today: date


@dataclass(frozen=True, slots=True)
class OneDay:
    """One day for one person.

    Args:
        on: the date.
        kind: what it is.
        source: who gave a local day off, or none.
        dues: the person's duties that fall due on it.
        thin: whether messages may not say more than number, date and button.
    """

    on: date
    kind: DayKind
    source: str | None
    dues: tuple[Due, ...]
    thin: bool


async def page(step: Step, year: int, number: int) -> Page:
    """A month with what falls due in it, as far as the person has to do with it.

    Raises:
        Refused: ``calendar.year_out_of_range``, ``calendar.no_such_month``.
    """
    _check(year, number)
    jurisdiction = step.person.account.jurisdiction
    month = month_of(await calendars.of(step.session, jurisdiction), year, number)
    found = await duties.between(step.session, step.person, step.today, month.first, month.last)
    local = await calendars.local_days(step.session, jurisdiction)
    return Page(
        month,
        Counter(due.duty.due_on for due in found),
        {day: source for day, source in local.items() if month.first <= day <= month.last},
        step.today,
    )


async def one_day(step: Step, day: date) -> OneDay:
    """A day with what falls due on it, as far as the person has to do with it.

    Raises:
        Refused: ``calendar.year_out_of_range``.
    """
    _check(day.year, day.month)
    jurisdiction = step.person.account.jurisdiction
    days = await calendars.of(step.session, jurisdiction)
    found = await duties.between(step.session, step.person, step.today, day, day)
    local = await calendars.local_days(step.session, jurisdiction)
    profile = await profiles.of(step.session, jurisdiction)
    thin = profile.messages.style.value is MessageStyle.THIN
    return OneDay(day, kind_of(days, day), local.get(day), tuple(found), thin)


def _check(year: int, number: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("calendar.year_out_of_range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
    if not 1 <= number <= _MONTHS:
        raise Refused("calendar.no_such_month", number=number)
