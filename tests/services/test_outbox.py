"""The worker's side: who may take which row, and what becomes of it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.database import Store
from models.mail import Outbox, OutboxState
from models.people import Account
from services import outbox
from services.outbox import EDIT_TRIES, LEASE, LONGEST_WAIT
from tests.conftest import BEGINNING, SetClock
from tests.services.refusals import refused
from tests.services.story import Story

SU, GU = 501, 502
"""Two chats."""


async def _write(story: Story, *chats: int, edits: int | None = None, after: float = 0) -> list[int]:
    """Rows for these chats, in this order."""
    async with story.step() as step:
        rows = [
            Outbox(
                jurisdiction="anlan",
                account_id=story.coordinator.id,
                telegram_id=chat,
                kind="draw",
                text=f"{chat}",
                edits=edits,
                not_before=step.now + timedelta(seconds=after),
                created_at=step.now,
            )
            for chat in chats
        ]
        for row in rows:
            step.session.add(row)
            await step.session.flush()
    return [row.id for row in rows]


async def _claim(store: Store, owner: str = "eins", limit: int = 10) -> list[int]:
    async with store.step() as step:
        return [row.id for row in await outbox.claim(step, owner, limit)]


async def _begin(store: Store, row: int, owner: str = "eins") -> bool:
    async with store.step() as step:
        return await outbox.begin(step, row, owner)


async def _sent(store: Store, rows: Sequence[int]) -> None:
    for row in rows:
        async with store.step() as step:
            await outbox.sent(step, row, 9000 + row)


async def _row(story: Story, row: int) -> Outbox:
    return next(one for one in await story.mail() if one.id == row)


async def test_each_chat_gets_its_messages_one_after_the_other(story: Story) -> None:
    su_1, su_2, gu_1, su_3 = await _write(story, SU, SU, GU, SU)

    assert await _claim(story.store) == [su_1, gu_1]
    assert await _claim(story.store) == []  # the first is still under way
    await _sent(story.store, [su_1])
    assert await _claim(story.store) == [su_2]
    await _sent(story.store, [su_2, gu_1])
    assert await _claim(story.store) == [su_3]


async def test_a_message_under_way_holds_its_chat_until_it_is_known_what_became_of_it(story: Story) -> None:
    first, second = await _write(story, SU, SU)

    await _claim(story.store)
    assert await _begin(story.store, first)
    assert await _claim(story.store) == []
    async with story.step() as step:
        await outbox.uncertain(step, first, "TimedOut")
    assert await _claim(story.store) == [second]


async def test_what_had_to_wait_keeps_its_place_in_the_chat(story: Story, clock: SetClock) -> None:
    first, second = await _write(story, SU, SU)
    await _claim(story.store)
    async with story.step() as step:
        await outbox.later(step, first, "RetryAfter", timedelta(seconds=30))

    assert await _claim(story.store) == []  # the second does not overtake
    clock.advance(seconds=30)
    assert await _claim(story.store) == [first]
    await _sent(story.store, [first])
    assert await _claim(story.store) == [second]


async def test_what_is_planned_for_a_later_time_holds_nobody_up(story: Story, clock: SetClock) -> None:
    (planned,) = await _write(story, SU, after=3600)
    (now,) = await _write(story, SU)

    assert await _claim(story.store) == [now]
    await _sent(story.store, [now])
    assert await _claim(story.store) == []
    clock.advance(hours=1)
    assert await _claim(story.store) == [planned]


async def test_no_more_rows_are_taken_than_asked_for(story: Story) -> None:
    rows = await _write(story, *range(600, 606))
    assert await _claim(story.store, limit=4) == rows[:4]
    assert await _claim(story.store, "zwei", limit=4) == rows[4:]


async def test_two_workers_never_have_the_same_row(story: Story) -> None:
    """On PostgreSQL both transactions are open at once; on SQLite the second waits for the first."""
    rows = await _write(story, *range(600, 612))
    if story.store.url.get_backend_name() == "sqlite":
        taken = [await _claim(story.store, owner, limit=6) for owner in ("eins", "zwei")]
    else:
        async with story.step() as one, story.step() as other:
            first = await outbox.claim(one, "eins", 6)
            await one.session.flush()
            second = await outbox.claim(other, "zwei", 6)
            taken = [[row.id for row in first], [row.id for row in second]]
    assert taken == [rows[:6], rows[6:]]
    owners = {row.id: row.lease_owner for row in await story.mail()}
    assert owners == dict.fromkeys(rows[:6], "eins") | dict.fromkeys(rows[6:], "zwei")


async def test_a_second_worker_does_not_take_the_next_row_of_a_chat_that_is_being_claimed(
    story: Story,
) -> None:
    first, _ = await _write(story, SU, SU)
    if story.store.url.get_backend_name() == "sqlite":
        return  # one writer: the first claim is over when the second begins
    async with story.step() as one, story.step() as other:
        assert [row.id for row in await outbox.claim(one, "eins", 6)] == [first]
        await one.session.flush()
        assert await outbox.claim(other, "zwei", 6) == []


async def test_a_lease_is_its_owner_s_and_ends(story: Story, clock: SetClock) -> None:
    (row,) = await _write(story, SU)
    assert not await _begin(story.store, row)  # nobody has claimed it
    await _claim(story.store)

    assert not await _begin(story.store, row, "zwei")
    clock.now += LEASE
    assert not await _begin(story.store, row)
    clock.now -= timedelta(seconds=1)
    assert await _begin(story.store, row)
    assert not await _begin(story.store, row)  # and is begun once


async def test_what_a_dead_worker_had_not_begun_is_queued_again(story: Story, clock: SetClock) -> None:
    (row,) = await _write(story, SU)
    await _claim(story.store)

    async def reclaimed() -> int:
        async with story.step() as step:
            return await outbox.reclaim(step)

    assert await reclaimed() == 0  # it may still be alive
    clock.now += LEASE
    assert await reclaimed() == 1
    assert await reclaimed() == 0
    found = await _row(story, row)
    assert (found.state, found.lease_owner, found.lease_until) == (OutboxState.QUEUED, None, None)
    assert await _claim(story.store, "zwei") == [row]


async def test_what_a_dead_worker_was_sending_is_uncertain_and_not_sent_again(
    story: Story, clock: SetClock
) -> None:
    (row,) = await _write(story, SU)
    await _claim(story.store)
    await _begin(story.store, row)
    clock.now += LEASE
    async with story.step() as step:
        await outbox.reclaim(step)

    found = await _row(story, row)
    assert (found.state, found.failure) == (OutboxState.UNCERTAIN, "worker died while sending")
    clock.advance(days=1)
    assert await _claim(story.store) == []


async def test_what_a_worker_known_to_be_gone_held_is_taken_back_before_its_lease_ends(story: Story) -> None:
    first, second = await _write(story, SU, GU)
    await _claim(story.store, "gone", limit=1)
    await _claim(story.store, "alive", limit=1)
    async with story.step() as step:
        assert await outbox.reclaim(step, lambda owner: owner == "gone") == 1

    assert (await _row(story, first)).state is OutboxState.QUEUED
    assert (await _row(story, second)).state is OutboxState.LEASED


async def test_an_edit_that_nobody_knows_of_is_tried_again_later_each_time_and_then_left_to_a_person(
    story: Story, clock: SetClock
) -> None:
    (row,) = await _write(story, SU, edits=77)
    waits = []
    while (found := await _row(story, row)).state is OutboxState.QUEUED:
        clock.now = max(clock.now, found.not_before)
        assert await _claim(story.store) == [row]
        async with story.step() as step:
            await outbox.uncertain(step, row, "TimedOut")
        waits.append((await _row(story, row)).not_before - clock())

    assert found.state is OutboxState.UNCERTAIN
    assert len(waits) == EDIT_TRIES + 1
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] > timedelta(0)


async def test_what_certainly_was_not_taken_is_tried_for_as_long_as_it_takes(
    story: Story, clock: SetClock
) -> None:
    (row,) = await _write(story, SU)
    waits = []
    for _ in range(20):
        assert await _claim(story.store) == [row]
        async with story.step() as step:
            await outbox.later(step, row, "ConnectError")
        found = await _row(story, row)
        waits.append(found.not_before - clock())
        clock.now = found.not_before
    assert waits == sorted(waits)
    assert (waits[0] > timedelta(0), waits[-1]) == (True, LONGEST_WAIT)


async def test_what_was_sent_is_done_with(story: Story, clock: SetClock) -> None:
    (row,) = await _write(story, SU)
    await _claim(story.store)
    await _begin(story.store, row)
    async with story.step() as step:
        await outbox.sent(step, row, 4711)

    found = await _row(story, row)
    assert (found.state, found.message_id, found.sent_at) == (OutboxState.SENT, 4711, BEGINNING)
    assert (found.lease_owner, found.lease_until, found.failure) == (None, None, None)
    clock.advance(days=1)
    async with story.step() as step:
        assert await outbox.reclaim(step) == 0
    assert await _claim(story.store) == []


async def test_who_blocked_the_bot_is_noted_with_the_row(story: Story) -> None:
    (row,) = await _write(story, SU)
    await _claim(story.store)
    async with story.step() as step:
        await outbox.unreachable(step, row, "Forbidden")

    assert (await _row(story, row)).state is OutboxState.UNREACHABLE
    async with story.step() as step:
        assert (await step.get(Account, story.coordinator.id)).unreachable_since == BEGINNING


async def test_a_person_may_have_a_row_sent_once_more_to_the_phone_of_today(
    story: Story, clock: SetClock
) -> None:
    await story.bind(story.coordinator)
    (row,) = await _write(story, SU)
    async with story.step() as step:
        await outbox.dead(step, row, "BadRequest")
    clock.advance(minutes=5)
    async with story.step() as step:
        assert await outbox.resend(step, row)

    found = await _row(story, row)
    assert (found.state, found.tries, found.not_before) == (OutboxState.QUEUED, 0, clock())
    assert found.telegram_id == story.numbers[story.coordinator.id]
    assert await _claim(story.store) == [row]


async def test_nothing_is_sent_again_to_somebody_who_is_not_bound(story: Story) -> None:
    (row,) = await _write(story, SU)
    async with story.step() as step:
        await outbox.dead(step, row, "BadRequest")
        assert not await outbox.resend(step, row)
    assert (await _row(story, row)).state is OutboxState.DEAD


@pytest.mark.parametrize("settle", ["sent", "dead", "uncertain", "unreachable"])
async def test_a_row_that_is_gone_cannot_be_settled(story: Story, settle: str) -> None:
    async with story.step() as step:
        with refused("common.gone"):
            await getattr(outbox, settle)(step, 4711, "x")


async def test_rows_are_counted_by_state(story: Story) -> None:
    rows = await _write(story, SU, GU, 503)
    await _claim(story.store, limit=1)
    async with story.step() as step:
        await outbox.dead(step, rows[1], "BadRequest")
    async with story.store.reading() as session:
        assert await outbox.counts(session) == {"leased": 1, "dead": 1, "queued": 1}
