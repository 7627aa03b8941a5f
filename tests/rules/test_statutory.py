"""The table of festivals against the sky: new moons and the sun's longitude, by the short series of Meeus,
Astronomical Algorithms (2nd ed., chapters 25 and 49), good to a few minutes."""

from datetime import date, datetime, timedelta
from math import radians, sin

import pytest

from rules.statutory import statutory_days

J2000 = datetime(2000, 1, 1, 12)  # noqa: DTZ001  # dynamical time; a minute from UTC, which does not matter here
EIGHT_HOURS = timedelta(hours=8)
TABLE = range(2027, 2051)


def _beijing(days_after_j2000: float) -> datetime:
    return J2000 + timedelta(days=days_after_j2000) + EIGHT_HOURS


def _new_moon(k: int) -> datetime:
    t = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    e = 1 - 0.002516 * t
    days = 5.09766 + 29.530588861 * k + 0.00015437 * t * t
    days += -0.40720 * sin(moon) + 0.17241 * e * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node)
    days += 0.00739 * e * sin(moon - sun) - 0.00514 * e * sin(moon + sun) + 0.00208 * e * e * sin(2 * sun)
    days += (
        -0.00111 * sin(moon - 2 * node) - 0.00057 * sin(moon + 2 * node) + 0.00056 * e * sin(2 * moon + sun)
    )
    days += -0.00042 * sin(3 * moon) + 0.00042 * e * sin(sun + 2 * node) + 0.00038 * e * sin(sun - 2 * node)
    return _beijing(days)


def _sun_longitude(moment: datetime) -> float:
    t = (moment - EIGHT_HOURS - J2000) / timedelta(days=36525)
    m = radians(357.52911 + 35999.05029 * t)
    center = (
        (1.914602 - 0.004817 * t) * sin(m) + (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m)
    )
    node = radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + center - 0.00569 - 0.00478 * sin(node)) % 360


NEW_MOONS = {_new_moon(k).date() for k in range(325, 640)}


def _runs(year: int) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in sorted(statutory_days(year)):
        if runs and day == runs[-1][-1] + timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


@pytest.mark.parametrize("year", TABLE)
def test_spring_festival_begins_the_day_before_a_new_moon(year: int) -> None:
    spring = next(run for run in _runs(year) if date(year, 1, 15) < run[0] < date(year, 3, 1))

    assert len(spring) == 4
    assert spring[1] in NEW_MOONS
    assert date(year, 1, 21) <= spring[1] <= date(year, 2, 20)


@pytest.mark.parametrize("year", TABLE)
def test_qingming_is_the_day_on_which_the_sun_reaches_15_degrees(year: int) -> None:
    (qingming,) = [day for day in statutory_days(year) if day.month == 4]
    midnight = datetime(year, 4, qingming.day)  # noqa: DTZ001  # Beijing time throughout

    assert _sun_longitude(midnight) <= 15 < _sun_longitude(midnight + timedelta(days=1))


@pytest.mark.parametrize("year", TABLE)
def test_the_fifth_of_the_fifth_and_the_fifteenth_of_the_eighth(year: int) -> None:
    days = statutory_days(year)
    (dragon_boat,) = [day for day in days if date(year, 5, 20) < day < date(year, 7, 1)]
    autumn = [day for day in days if date(year, 9, 1) < day < date(year, 10, 10)]
    full = [day for day in autumn if day - timedelta(days=14) in NEW_MOONS]

    assert dragon_boat - timedelta(days=4) in NEW_MOONS
    assert date(year, 5, 27) <= dragon_boat <= date(year, 6, 25)
    assert len(full) == 1
    assert date(year, 9, 7) <= full[0] <= date(year, 10, 8)


@pytest.mark.parametrize("year", TABLE)
def test_thirteen_days_or_fewer_where_festivals_meet(year: int) -> None:
    # In these years the fifteenth of the eighth month is one of the first three days of October.
    assert len(statutory_days(year)) == (12 if year in {2028, 2031, 2039} else 13)


@pytest.mark.parametrize("year", [1999, 2051, 2199])
def test_a_year_outside_the_table_has_its_fixed_dates(year: int) -> None:
    fixed = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}

    assert {(day.month, day.day) for day in statutory_days(year)} == fixed
