"""Working days: the official ones where a notice is known, provisional ones where none is yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Self

from rules.errors import Refused
from rules.statutory import statutory_days

MOST_WORKING_DAYS = 2500
"""About ten years; the longest limit of any document is 20 days."""

FIRST_YEAR, LAST_YEAR = 1950, 2200
"""Dates outside are slips of the pen, not deadlines."""

# A datetime is a date to Python, but never equal to one: holidays would count as worked.
_A_MOMENT = "a date is wanted, not a moment; see rules.deadlines.local_date"
_DAY = timedelta(days=1)
_MONDAY, _TUESDAY, _SATURDAY, _SUNDAY = 0, 1, 5, 6
_NEXT_NOTICE_FROM = (12, 29)
_BRIDGED = frozenset({_SUNDAY, _MONDAY, _TUESDAY})


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which something must be done.

    Attributes:
        on: the last day.
        provisional: whether a notice that is not known yet may move it.
    """

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What the State Council's notice for one year says.

    Attributes:
        year: which year's holidays it arranges.
        days_off: days off by the notice, weekends among them or not.
        work_days: Saturdays and Sundays at work.

    Raises:
        Refused: ``calendar.notice_other_year`` when a day is neither in the year nor in the December before it;
            ``calendar.notice_both`` when a day is off and at work; ``calendar.notice_weekday`` when a day to
            make up is no Saturday or Sunday.
    """

    year: int
    days_off: frozenset[date]
    work_days: frozenset[date]

    def __post_init__(self) -> None:
        _check_year(self.year)
        # The New Year's holiday reaches into the December before it, or its make-up days do.
        first, last = date(self.year - 1, 12, 1), date(self.year, 12, 31)
        named = self.days_off | self.work_days
        for reason, days in (
            ("other_year", [day for day in named if not first <= day <= last]),
            ("both", self.days_off & self.work_days),
            ("weekday", [day for day in self.work_days if day.weekday() < _SATURDAY]),
        ):
            if days:
                raise Refused(f"calendar.notice_{reason}", year=self.year, day=min(days))


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Which days are worked. Build it with ``Calendar.of`` or ``official_calendar``.

    Attributes:
        known: years whose notice is known.
    """

    known: frozenset[int]
    _exceptions: Mapping[date, bool] = field(repr=False)
    """Days that differ from the week's ordinary rhythm, or are named by a notice: at work or not."""

    @classmethod
    def of(cls, notices: Iterable[Notice], local_days_off: Iterable[date] = ()) -> Self:
        """A calendar of these notices; a later one for the same year takes the place of the earlier.

        Args:
            notices: in any order of years.
            local_days_off: days that a region or county has off besides, such as a festival of its own.

        Returns:
            The calendar.

        Source: 《全国年节及纪念日放假办法》 art. 4 for local days off.
        """
        by_year = {notice.year: notice for notice in notices}
        exceptions: dict[date, bool] = {}
        # Ascending, because a notice may also speak of the December before its year.
        for year in sorted(by_year):
            exceptions.update(dict.fromkeys(by_year[year].days_off, False))
            exceptions.update(dict.fromkeys(by_year[year].work_days, True))
        exceptions.update(dict.fromkeys(local_days_off, False))
        return cls(frozenset(by_year), MappingProxyType(exceptions))

    def is_known(self, year: int) -> bool:
        """Whether the notice for a year is known."""
        return year in self.known

    def is_working(self, day: date) -> bool:
        """Whether a day is worked; in a year without a notice, as far as the regulation alone says."""
        if isinstance(day, datetime):
            raise TypeError(_A_MOMENT)
        works = self._exceptions.get(day)
        if works is not None:
            return works
        if day.weekday() >= _SATURDAY:
            return False
        return day.year in self.known or day not in statutory_days(day.year)

    def is_named(self, day: date) -> bool:
        """Whether a notice, a county or the regulation says what a day is, rather than the week alone."""
        return day in self._exceptions or (day.year not in self.known and day in statutory_days(day.year))

    def is_settled(self, day: date) -> bool:
        """Whether no notice that is still to come can change what a day is.

        Source: the notices for 2004-2026: of the days in December only 29, 30 and 31 were ever touched by the
        next year's notice, and only before a 1 January on Sunday, Monday or Tuesday (2006, 2007, 2011, 2018).
        """
        if day.year not in self.known:
            return False
        if (day.month, day.day) < _NEXT_NOTICE_FROM or day.year + 1 in self.known:
            return True
        return date(day.year + 1, 1, 1).weekday() not in _BRIDGED

    def add_working_days(self, start: date, count: int) -> Due:
        """The last day of a limit.

        Args:
            start: day of the event that starts the limit; it does not count itself, worked or not.
            count: working days, 0 or more; 0 gives the start.

        Returns:
            The due date, provisional when a day that was counted or passed over is not settled.

        Raises:
            Refused: ``calendar.count_out_of_range``, ``calendar.year_out_of_range``.

        Source: 民法典 art. 201 (the day that starts a period does not count).
        """
        if not 0 <= count <= MOST_WORKING_DAYS:
            raise Refused("calendar.count_out_of_range", count=count, most=MOST_WORKING_DAYS)
        day, left, provisional = _plain(start), count, False
        while left:
            day += _DAY
            left -= self.is_working(day)
            provisional = provisional or not self.is_settled(day)
        return Due(day, provisional)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first.

        Args:
            start: a day that does not count.
            end: a day that counts if it is worked.

        Returns:
            The number that ``add_working_days`` takes from ``start`` to the working day ``end``.

        Raises:
            Refused: ``calendar.year_out_of_range``.
        """
        if _plain(end) < _plain(start):
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + _DAY * step) for step in range(1, (end - start).days + 1))

    def working_day_on_or_before(self, day: date) -> Due:
        """A day itself if it is worked, otherwise the last working day before it.

        Args:
            day: any day.

        Returns:
            The working day, provisional when it or a day passed over is not settled.

        Raises:
            Refused: ``calendar.year_out_of_range``.
        """
        day, provisional = _plain(day), not self.is_settled(day)
        while not self.is_working(day):
            day -= _DAY
            provisional = provisional or not self.is_settled(day)
        return Due(day, provisional)

    def previous_working_day(self, day: date) -> Due:
        """The last working day before a day.

        Args:
            day: any day.

        Returns:
            The working day, provisional when it or a day passed over is not settled.

        Raises:
            Refused: ``calendar.year_out_of_range``.
        """
        return self.working_day_on_or_before(_plain(day) - _DAY)


def official_calendar(notices: Iterable[Notice] = (), local_days_off: Iterable[date] = ()) -> Calendar:
    """The packaged notices of 2004-2026, and more.

    Args:
        notices: later notices, or corrected ones for a year that is packaged.
        local_days_off: days that a region or county has off besides.

    Returns:
        The calendar.

    Source: the yearly notices of the State Council's General Office, as packaged in chinesecalendar 1.11.
    """
    return Calendar.of([*_packaged_notices(), *notices], local_days_off)


def packaged_notice(year: int) -> Notice | None:
    """What the packaged notices say of a year; none when they do not know it.

    Args:
        year: of the Gregorian calendar.
    """
    return next((notice for notice in _packaged_notices() if notice.year == year), None)


@cache
def _packaged_notices() -> tuple[Notice, ...]:
    # Imported on first use: most commands count no days.
    from chinese_calendar import (  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types
        constants,
    )

    days_off, work_days = _by_notice(constants.holidays), _by_notice(constants.workdays)
    return tuple(
        Notice(year, frozenset(days_off[year]), frozenset(work_days.get(year, ())))
        for year in sorted(days_off)
    )


def _by_notice(days: Iterable[date]) -> dict[int, list[date]]:
    notices: dict[int, list[date]] = {}
    for day in days:
        year = day.year + ((day.month, day.day) >= _NEXT_NOTICE_FROM)
        notices.setdefault(year, []).append(day)
    return notices


def _plain(day: date) -> date:
    if isinstance(day, datetime):
        raise TypeError(_A_MOMENT)
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("calendar.year_out_of_range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
