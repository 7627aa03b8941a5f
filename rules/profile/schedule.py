"""What is due on fixed dates: reports, plans, meetings."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from rules.profile.cited import AtLeastOne, Citation, Cited, Part, Text
from rules.profile.terms import Obligor, OnDayOff, ReportKind, SystemRecord

LAST = "last"
# A year without 29 February, so that a yearly date exists in every year.
_PLAIN_YEAR = 2023


def _month_and_day(text: str) -> str:
    match = re.fullmatch(r"(\d\d)-(\d\d|last)", text)
    if match is None or not 1 <= int(match[1]) <= 12:
        raise PydanticCustomError("no_yearly_date", "not MM-DD or MM-last")
    if match[2] != LAST and not 1 <= int(match[2]) <= calendar.monthrange(_PLAIN_YEAR, int(match[1]))[1]:
        raise PydanticCustomError("no_yearly_date", "no such day")
    return text


def _monthly_day(text: str) -> str:
    if text != LAST and not (re.fullmatch(r"\d\d", text) and 1 <= int(text) <= 28):
        raise PydanticCustomError("no_monthly_day", "not 01 to 28 or last")
    return text


def _day_of(year: int, month: int, day: str) -> date:
    return date(year, month, calendar.monthrange(year, month)[1] if day == LAST else int(day))


class Schedule(Part):
    """On which dates something is due; exactly one of the three is given.

    Attributes:
        monthly: a day of every month, ``"01"`` to ``"28"`` or ``"last"``.
        yearly: dates of every year, ``"MM-DD"`` or ``"MM-last"``.
        once: a single date.
    """

    monthly: Annotated[str, AfterValidator(_monthly_day)] | None = None
    yearly: AtLeastOne[Annotated[str, AfterValidator(_month_and_day)]] | None = None
    once: date | None = None

    @model_validator(mode="after")
    def _is_exactly_one(self) -> Self:
        if [self.monthly, self.yearly, self.once].count(None) != 2:
            raise PydanticCustomError("no_single_schedule", "monthly, yearly or once")
        return self

    def dates(self, first: date, last: date) -> Iterator[date]:
        """The dates from ``first`` to ``last``, both included, in ascending order."""
        if self.once is not None:
            days = [self.once]
        else:
            days = [day for year in range(first.year, last.year + 1) for day in self._of(year)]
        return (day for day in sorted(days) if first <= day <= last)

    def _of(self, year: int) -> list[date]:
        if self.monthly is not None:
            return [_day_of(year, month, self.monthly) for month in range(1, 13)]
        return [_day_of(year, int(text[:2]), text[3:]) for text in self.yearly or ()]


class Report(Citation):
    """One duty with fixed dates.

    Attributes:
        name: key of the duty, unique in the profile.
        title: what people call it.
        kind: what is due.
        by: who owes it.
        schedule: on which dates; the date itself is the last day.
        minimum: how many are due on each date.
        to: who gets it, where the document says so. An address is a setting, not a rule.
        form: key of the document that is generated for it, if there is one.
        settled_by: what of our own shows that it is done; somebody says so where there is nothing.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    kind: ReportKind
    by: AtLeastOne[Obligor]
    schedule: Schedule
    minimum: Annotated[int, Field(ge=1, le=1000)] = 1
    to: Text | None = None
    form: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_/]*$")] | None = None
    settled_by: SystemRecord | None = None


class ReportCalendar(Part):
    """Everything that is due on fixed dates.

    Attributes:
        on_day_off: when a date that falls on a day off is reminded for. No document moves the date itself.
        reports: the duties.
    """

    on_day_off: Cited[OnDayOff]
    reports: tuple[Report, ...]
