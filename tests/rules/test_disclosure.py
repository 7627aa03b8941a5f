"""When a draw may be seen by whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.disclosure import may_answer, revealed

LAST = date(2026, 12, 20)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(days, days, st.booleans())
def test_nothing_is_revealed_before_the_list_is_open(last: date, today: date, ended: bool) -> None:
    assert not revealed(opened=False, ended=ended, period_end=last, today=today)


@pytest.mark.parametrize(
    ("ended", "today", "expected"),
    [
        (False, date(2026, 12, 20), False),
        (False, date(2026, 12, 21), True),
        (True, date(2026, 11, 20), True),
    ],
)
def test_the_last_check_or_the_day_after_the_last_reveals(ended: bool, today: date, expected: bool) -> None:
    assert revealed(opened=True, ended=ended, period_end=LAST, today=today) is expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"A": 3, "D": 1}, True),
        ({"-year": 1, "D": 2}, True),
        ({"ALL": 5}, True),
        ({"U": 5}, True),
        ({"D": 5}, False),
        ({"D": 5, "A": 0}, False),
        ({"RAISED": 2}, False),
        ({"-year": 2}, False),
        ({}, True),
    ],
)
def test_a_list_of_one_class_does_not_say_who_is_in_it(counts: dict[str, int], expected: bool) -> None:
    assert may_answer(counts) is expected
