"""How much goes through in a time."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.limits import Budget, Limits

_MOMENTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4), st.integers(1, 3)), max_size=120)


@given(_MOMENTS)
def test_no_second_ever_has_more_than_the_limit(steps: list[tuple[int, int, int]]) -> None:
    budget, limits = Budget(), Limits(per_second=5, per_chat=None)
    now, sent = 0, list[int]()
    for step, chat, messages in steps:
        now += step
        if budget.take(limits, chat, messages, now / 100) is None:
            sent += [now] * messages
    assert all(sum(1 for other in sent if one <= other < one + 100) <= 5 for one in sent)


@given(_MOMENTS, st.integers(1, 4))
def test_a_chat_never_gets_more_than_its_burst_and_its_rate(
    steps: list[tuple[int, int, int]], burst: int
) -> None:
    budget, limits = Budget(), Limits(per_second=None, burst=burst)
    now, sent = 0, Counter[int]()
    for step, chat, _ in steps:
        now += step
        sent[chat] += budget.take(limits, chat, 1, now / 100) is None
    assert all(count <= burst + now / 100 for count in sent.values())


@settings(max_examples=300)
@given(_MOMENTS)
def test_who_waits_as_long_as_told_gets_through(steps: list[tuple[int, int, int]]) -> None:
    budget, limits = Budget(), Limits(per_second=5, burst=2)
    now = 0.0
    for step, chat, messages in steps:
        now += step / 100
        wait = budget.take(limits, chat, messages, now)
        if wait is not None:
            now += wait
            assert budget.take(limits, chat, messages, now) is None


@pytest.mark.parametrize(("burst", "through"), [(1, 1), (3, 3)])
def test_a_rested_chat_takes_a_burst(burst: int, through: int) -> None:
    budget, limits = Budget(), Limits(burst=burst)
    taken = [budget.take(limits, 7, 1, 100.0) for _ in range(5)]
    assert taken == [None] * through + [1] * (5 - through)


def test_an_album_goes_through_whole_and_is_paid_for_afterwards() -> None:
    budget, limits = Budget(), Limits(burst=1)
    assert budget.take(limits, 7, 10, 0.0) is None
    assert budget.take(limits, 7, 1, 0.5) == 10
    assert budget.take(limits, 8, 1, 0.5) is None


def test_an_album_of_more_than_a_seconds_worth_waits_for_an_empty_second() -> None:
    budget, limits = Budget(), Limits(per_second=5, per_chat=None)
    assert budget.take(limits, 7, 1, 0.0) is None
    assert budget.take(limits, 7, 10, 0.5) == 1
    assert budget.take(limits, 7, 10, 1.5) is None


def test_limits_can_be_off() -> None:
    budget, limits = Budget(), Limits(per_second=None, per_chat=None)
    assert {budget.take(limits, 7, 1, 0.0) for _ in range(200)} == {None}


def test_a_refused_message_is_not_counted() -> None:
    budget, limits = Budget(), Limits(per_second=1, per_chat=None)
    assert [budget.take(limits, 7, 1, at) for at in (0.0, 0.5, 1.0)] == [None, 1, None]
