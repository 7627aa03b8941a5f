"""Weeks from Monday to Sunday, from today on."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.weeks import Span, month_from, weeks_from

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_this_week_begins_today_and_the_others_on_monday() -> None:
    friday = date(2026, 11, 20)
    assert weeks_from(friday, 3) == (
        Span(friday, date(2026, 11, 22)),
        Span(date(2026, 11, 23), date(2026, 11, 29)),
        Span(date(2026, 11, 30), date(2026, 12, 6)),
    )


@given(days, st.integers(1, 60), st.integers(0, 500))
def test_every_day_ahead_is_in_one_week_at_most_and_none_is_left_out(
    today: date, number: int, ahead: int
) -> None:
    weeks = weeks_from(today, number)
    day = today + timedelta(days=ahead)
    assert sum(day in week for week in weeks) == (day <= weeks[-1].last)
    assert len(weeks) == number
    assert weeks[-1].last.weekday() == 6


@given(days)
def test_the_month_ends_before_the_next_begins(today: date) -> None:
    month = month_from(today)
    assert month.first == today
    assert month.last.month == today.month
    assert (month.last + timedelta(days=1)).day == 1
