"""A month at a glance."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import official_calendar
from rules.month import DayKind, kind_of, month_of, neighbour

OFFICIAL = official_calendar()


def test_what_the_days_of_october_2026_are() -> None:
    october = month_of(OFFICIAL, 2026, 10)
    assert [day.day for day in october.of_kind(DayKind.OFF)] == [1, 2, 3, 4, 5, 6, 7]
    assert october.of_kind(DayKind.MAKE_UP) == [date(2026, 10, 10)]
    assert (october.working, october.provisional) == (18, False)
    assert [day.on.day if day else None for day in october.weeks[0]] == [None, None, None, 1, 2, 3, 4]
    assert (october.first, october.last) == (date(2026, 10, 1), date(2026, 10, 31))


def test_a_local_day_off_is_a_day_off_and_a_weekend_is_not() -> None:
    county = official_calendar(local_days_off=[date(2026, 12, 1)])
    assert kind_of(county, date(2026, 12, 1)) is DayKind.OFF
    assert kind_of(county, date(2026, 12, 5)) is DayKind.REST
    assert kind_of(county, date(2026, 12, 2)) is DayKind.WORK


def test_a_year_without_a_notice_has_the_days_of_the_regulation() -> None:
    february = month_of(OFFICIAL, 2027, 2)
    assert [day.day for day in february.of_kind(DayKind.OFF)] == [5, 6, 7, 8]
    assert february.provisional


@given(st.integers(1951, 2199), st.integers(1, 12))
def test_a_month_has_each_of_its_days_once_and_in_its_place(year: int, number: int) -> None:
    month = month_of(OFFICIAL, year, number)
    days = [day.on for day in month.days]
    assert days == [month.first + timedelta(days=step) for step in range(len(days))]
    assert month.last + timedelta(days=1) == date(*neighbour(year, number, 1), 1)
    assert all(day is None or day.on.weekday() == at for week in month.weeks for at, day in enumerate(week))
    assert month.working == OFFICIAL.working_days_between(month.first - timedelta(days=1), month.last)


@given(st.integers(1960, 2190), st.integers(1, 12), st.integers(-50, 50))
def test_a_neighbour_s_neighbour_is_where_one_was(year: int, number: int, step: int) -> None:
    assert neighbour(*neighbour(year, number, step), -step) == (year, number)
