from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.quota import Bound, Bounds, Number, Ratio, Rounding, check_quotas, everybody, quota
from rules.errors import Refused

CEIL, FLOOR = Rounding.CEIL, Rounding.FLOOR


@pytest.mark.parametrize(
    ("base", "basis_points", "rounding", "count"),
    [
        (100, 700, CEIL, 7),  # in floats, ceil(0.07 * 100) is 8
        (100, 300, CEIL, 3),
        (101, 300, CEIL, 4),
        (101, 300, FLOOR, 3),
        (4422, 300, CEIL, 133),
        (6055, 300, CEIL, 182),
        (500, 20, CEIL, 1),  # 2 ‰
        (501, 20, CEIL, 2),
        (1, 300, CEIL, 1),
        (1, 300, FLOOR, 0),
        (7, 10_000, FLOOR, 7),
        (7, 0, CEIL, 0),
        (0, 300, CEIL, 0),
    ],
)
def test_a_share_is_rounded_in_whole_numbers(
    base: int, basis_points: int, rounding: Rounding, count: int
) -> None:
    assert quota(base, Ratio(basis_points, rounding)).count == count


@given(st.integers(0, 10**9), st.integers(0, 10_000), st.sampled_from(Rounding), st.booleans())
def test_a_share_is_what_exact_arithmetic_says(
    base: int, basis_points: int, rounding: Rounding, at_least_one: bool
) -> None:
    counted = quota(base, Ratio(basis_points, rounding, at_least_one))
    way = ROUND_CEILING if rounding is CEIL else ROUND_FLOOR
    exact = int((Decimal(base) * basis_points / 10_000).to_integral_value(way))
    assert counted.count == (max(exact, 1) if at_least_one and base else exact)
    assert 0 <= counted.count <= base
    assert (counted.base, counted.target) == (base, Ratio(basis_points, rounding, at_least_one))


def test_a_pool_that_has_anybody_gives_somebody_if_the_plan_says_so() -> None:
    assert quota(5, Ratio(300, FLOOR, at_least_one=True)).count == 1
    assert quota(0, Ratio(300, FLOOR, at_least_one=True)).count == 0


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_rounding_up_keeps_a_minimum_and_rounding_down_a_cap(base: int, basis_points: int) -> None:
    bounds = Bounds(min_bp=basis_points, max_bp=basis_points)
    assert Bound.MINIMUM not in quota(base, Ratio(basis_points, CEIL), bounds).breaks
    assert Bound.MAXIMUM not in quota(base, Ratio(basis_points, FLOOR), bounds).breaks


@pytest.mark.parametrize(
    ("base", "target", "breaks"),
    [
        (3, Ratio(300, CEIL), {Bound.MAXIMUM}),  # nobody or a third: 3 % to 20 % cannot be kept
        (3, Ratio(300, FLOOR), {Bound.MINIMUM}),
        (100, Ratio(300, CEIL), set()),  # 3 % itself keeps it
        (100, Ratio(2000, FLOOR), set()),  # 20 % itself keeps it
        (100, Number(2), {Bound.MINIMUM}),
        (100, Number(21), {Bound.MAXIMUM}),
        (0, Ratio(300, CEIL), set()),
    ],
)
def test_what_rounding_does_to_three_to_twenty_percent_is_shown(
    base: int, target: Ratio | Number, breaks: set[Bound]
) -> None:
    assert quota(base, target, Bounds(300, 2000)).breaks == breaks


def test_a_number_may_stand_instead_of_a_share() -> None:
    assert quota(200, Number(10)).count == 10
    for wrong in (201, -1):
        with pytest.raises(Refused) as refused:
            quota(200, Number(wrong))
        assert refused.value.code == "draw.number_over"
        assert refused.value.details == {"number": wrong, "base": 200}


@pytest.mark.parametrize("basis_points", [-1, 10_001])
def test_a_share_below_nothing_or_above_all_is_refused(basis_points: int) -> None:
    with pytest.raises(Refused) as refused:
        quota(100, Ratio(basis_points, CEIL))
    assert refused.value.code == "draw.ratio_range"


def test_a_negative_pool_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="-1"):
        quota(-1, Number(0))


COUNTS = {"-year": 4, "A": 3, "B": 2}


@pytest.mark.parametrize(
    ("quotas", "code"),
    [
        ({"A": 1, "-year": 1}, "draw.quota_excluded"),
        ({"-other": 0}, "draw.quota_excluded"),
        ({"C": 0}, "draw.quota_stratum"),
        ({"A": 4}, "draw.quota_over"),
        ({"A": -1}, "draw.quota_over"),
    ],
)
def test_a_quota_that_the_list_cannot_give_is_refused(quotas: dict[str, int], code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_quotas(quotas, COUNTS)
    assert refused.value.code == code


def test_everybody_are_all_who_may_be_drawn() -> None:
    assert everybody(COUNTS) == {"A": 3, "B": 2}
    check_quotas(everybody(COUNTS), COUNTS)
