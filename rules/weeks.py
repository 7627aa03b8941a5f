"""Weeks from Monday to Sunday, as people look ahead in them."""

from dataclasses import dataclass
from datetime import date, timedelta

_DAYS = 7


@dataclass(frozen=True, slots=True)
class Span:
    """A run of days.

    Attributes:
        first: its first day.
        last: its last day; not before the first.
    """

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


def weeks_from(today: date, number: int) -> tuple[Span, ...]:
    """This week, from today on, and those that follow.

    What was due earlier this week is overdue and no part of it.

    Args:
        today: any day.
        number: how many weeks, this one included.
    """
    monday = today - timedelta(days=today.weekday())
    weeks = [monday + timedelta(days=_DAYS * at) for at in range(number)]
    return tuple(Span(max(today, first), first + timedelta(days=_DAYS - 1)) for first in weeks)


def month_from(today: date) -> Span:
    """This month, from today on."""
    beyond = today.replace(day=28) + timedelta(days=4)
    return Span(today, beyond - timedelta(days=beyond.day))
