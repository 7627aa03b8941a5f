"""When the next message may go. The time in here is nobody's but the test's."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import GROUP_INTERVAL_SECONDS, Pace
from tests.bot.conftest import Seconds

NEARLY = 1e-9
"""What sums of fractions are off by."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that went."""

    at: float
    chat: int | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A message that wants to go: when it comes, and where to."""

    comes: float
    chat: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A 429: when it comes, and how long it asks to wait."""

    comes: float
    seconds: float


rates = st.sampled_from([0.5, 3.0, 18.0, 30.0])
intervals = st.sampled_from([0.0, 0.4, 1.05])
moments = st.floats(0, 20, allow_nan=False)
wishes = st.lists(
    st.builds(Wish, moments, st.one_of(st.none(), st.integers(1, 4), st.integers(-2, -1))), max_size=25
)
holds = st.lists(st.builds(Hold, moments, st.floats(0.1, 8)), max_size=4)


def play(rate: float, interval: float, wishes: list[Wish], holds: list[Hold]) -> list[Gone]:
    """Let messages and 429s come at their moments; gives what went, in order."""
    seconds = Seconds()
    pace = Pace(rate, interval, clock=seconds.clock, sleep=seconds.sleep)
    gone: list[Gone] = []

    async def send(wish: Wish) -> None:
        await seconds.sleep(wish.comes)
        await pace.turn(wish.chat)
        gone.append(Gone(seconds.now, wish.chat))

    async def hold(hold: Hold) -> None:
        await seconds.sleep(hold.comes)
        pace.hold(hold.seconds)

    async def everything() -> None:
        work = asyncio.gather(*map(hold, holds), *map(send, wishes))
        await seconds.pass_until_done(work)

    asyncio.run(everything())
    return gone


@given(rates, intervals, wishes, holds)
def test_no_two_messages_go_closer_than_the_rate_allows(
    rate: float, interval: float, wishes: list[Wish], holds: list[Hold]
) -> None:
    gone = play(rate, interval, wishes, holds)
    assert len(gone) == len(wishes)
    assert all(later.at - earlier.at >= 1 / rate - NEARLY for earlier, later in pairwise(gone))


@given(rates, intervals, wishes, holds)
def test_messages_to_one_chat_keep_its_interval_from_when_they_went(
    rate: float, interval: float, wishes: list[Wish], holds: list[Hold]
) -> None:
    gone = play(rate, interval, wishes, holds)
    for chat in {one.chat for one in gone if one.chat is not None}:
        least = GROUP_INTERVAL_SECONDS if chat < 0 else interval
        own = [one.at for one in gone if one.chat == chat]
        assert all(later - earlier >= least - NEARLY for earlier, later in pairwise(own))


@given(rates, intervals, wishes, holds)
def test_nothing_goes_while_telegram_said_to_wait(
    rate: float, interval: float, wishes: list[Wish], holds: list[Hold]
) -> None:
    gone = play(rate, interval, wishes, holds)
    for one in holds:
        assert not [g for g in gone if one.comes + NEARLY < g.at < one.comes + one.seconds - NEARLY]


@given(rates, st.integers(1, 12))
def test_a_full_outbox_goes_evenly_and_as_fast_as_it_may(rate: float, messages: int) -> None:
    gone = play(rate, 1.05, [Wish(0, chat) for chat in range(1, messages + 1)], [])
    assert all(abs(one.at - place / rate) < NEARLY * messages for place, one in enumerate(gone))


def test_a_lone_message_goes_at_once() -> None:
    assert play(18, 1.05, [Wish(5, 1)], []) == [Gone(5, 1)]


def test_a_chat_that_has_to_wait_holds_nobody_else_up() -> None:
    gone = play(10, 5, [Wish(0, 1), Wish(0, 1), Wish(0.5, 2), Wish(1, 3)], [])
    assert [one.at for one in gone if one.chat in {2, 3}] == [0.5, 1]


def test_the_interval_of_a_chat_begins_when_its_message_goes_and_not_when_it_could_have_gone() -> None:
    # At one message a second, chat 9 gets its turn at 3; its next message is not due before 3 + 1.5.
    crowd = [Wish(0, chat) for chat in (1, 2, 3)]
    gone = play(1, 1.5, [*crowd, Wish(0, 9), Wish(3.1, 9)], [])
    assert [one.at for one in gone if one.chat == 9] == [3, 4.5]


def test_a_shorter_wait_never_ends_a_longer_one() -> None:
    assert play(18, 0, [Wish(2, 1)], [Hold(0, 10), Hold(1, 2)]) == [Gone(10, 1)]


def test_a_message_that_waits_for_its_turn_is_held_as_well() -> None:
    assert play(1, 0, [Wish(0, 1), Wish(0, 2)], [Hold(0.5, 4)])[1:] == [Gone(4.5, 2)]


def test_a_call_that_is_no_message_takes_no_turn_of_a_chat() -> None:
    gone = play(10, 5, [Wish(0, 1), Wish(0.2, None), Wish(0.4, None)], [])
    assert [one.at for one in gone] == [0, 0.2, 0.4]
