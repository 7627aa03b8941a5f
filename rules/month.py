"""A month at a glance: which days are worked, which are off, and which are made up for."""

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.calendar import Calendar

_SATURDAY = 5
_MONTHS = 12


class DayKind(StrEnum):
    """WORK and REST are a week's ordinary days; OFF is a day that a notice or a county gives, MAKE_UP a weekend at work."""

    WORK = "work"
    REST = "rest"
    OFF = "off"
    MAKE_UP = "make_up"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month.

    Attributes:
        on: the date.
        kind: what it is.
        settled: whether no notice that is still to come can change that.
    """

    on: date
    kind: DayKind
    settled: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday.

    Attributes:
        year: of the Gregorian calendar.
        number: 1 to 12.
        weeks: each with seven places; none where the day belongs to another month.
    """

    year: int
    number: int
    weeks: tuple[tuple[Day | None, ...], ...]

    @property
    def days(self) -> list[Day]:
        """The days alone, in their order."""
        return [day for week in self.weeks for day in week if day is not None]

    @property
    def first(self) -> date:
        """Its first day."""
        return self.days[0].on

    @property
    def last(self) -> date:
        """Its last day."""
        return self.days[-1].on

    @property
    def provisional(self) -> bool:
        """Whether a notice that is still to come may change a day of it."""
        return not all(day.settled for day in self.days)

    @property
    def working(self) -> int:
        """How many days are worked."""
        return sum(day.kind in {DayKind.WORK, DayKind.MAKE_UP} for day in self.days)

    def of_kind(self, kind: DayKind) -> list[date]:
        """The days of a kind."""
        return [day.on for day in self.days if day.kind == kind]


def kind_of(calendar: Calendar, day: date) -> DayKind:
    """What a day is.

    Args:
        calendar: working days.
        day: any day.
    """
    weekend = day.weekday() >= _SATURDAY
    if calendar.is_working(day):
        return DayKind.MAKE_UP if weekend else DayKind.WORK
    return DayKind.REST if weekend and not calendar.is_named(day) else DayKind.OFF


def month_of(calendar: Calendar, year: int, number: int) -> Month:
    """A month.

    Args:
        calendar: working days.
        year: of the Gregorian calendar.
        number: 1 to 12.
    """
    weeks = tuple(
        tuple(
            Day(day, kind_of(calendar, day), calendar.is_settled(day)) if day.month == number else None
            for day in week
        )
        for week in Weeks().monthdatescalendar(year, number)
    )
    return Month(year, number, weeks)


def neighbour(year: int, number: int, step: int) -> tuple[int, int]:
    """The month so many steps away, as year and number."""
    place = year * _MONTHS + number - 1 + step
    return place // _MONTHS, place % _MONTHS + 1
