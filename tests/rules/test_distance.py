"""Distances on the earth, and lateness."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.distance import EARTH_RADIUS, Spot, lateness, metres

NOW = datetime(2026, 11, 20, tzinfo=UTC)
spots = st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180))


@given(spots, spots)
def test_there_and_back_are_as_far_and_nowhere_further_than_half_around(one: Spot, other: Spot) -> None:
    there = metres(one, other)
    assert 0 <= there <= 3.15 * EARTH_RADIUS
    assert there == pytest.approx(metres(other, one), abs=1e-3)
    assert metres(one, one) == pytest.approx(0, abs=1e-3)


def test_a_degree_of_latitude_is_some_hundred_and_eleven_kilometres() -> None:
    assert metres(Spot(35, 115), Spot(36, 115)) == pytest.approx(111_195, rel=1e-4)


def test_a_degree_of_longitude_shrinks_towards_the_pole() -> None:
    assert metres(Spot(60, 115), Spot(60, 116)) == pytest.approx(55_597, rel=1e-3)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=30)), st.integers(1, 1440))
def test_late_is_what_took_longer_than_is_tolerated(delay: timedelta, minutes: int) -> None:
    tolerance = timedelta(minutes=minutes)
    assert lateness(NOW, NOW + delay, tolerance) == (delay if delay > tolerance else None)
