"""Several workers, and workers that die: each letter goes once and each chat keeps its order. On both databases."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.delivery import BATCH, Delivery, ext_bot
from bot.pace import Pace
from bot.worker import Worker
from models.mail import Outbox, OutboxState
from models.people import Account
from sandbox.client import Person
from sandbox.faults import Trouble
from services import mail, outbox
from templates.render import Message
from tests.bot.conftest import TOKEN, Post, Seconds, finish
from tests.bot.phones import texts
from tests.conftest import SetClock

DEAD = Worker("elsewhere", 4711, "0")
"""A worker on another machine, so that nobody can see whether it lives."""


async def phones(post: Post) -> dict[str, Person]:
    return {name: await post.phone(account) for name, account in post.county.inspectors.items()}


async def test_a_chat_keeps_its_order_whatever_else_goes_on(post_on_both: Post) -> None:
    post = post_on_both
    known = await phones(post)
    for number in range(4):
        for account in post.county.inspectors.values():
            await post.write(account, f"第 {number} 封")
    await post.deliver()
    for person in known.values():
        assert await texts(person) == [f"第 {number} 封" for number in range(4)]


async def test_a_letter_that_has_to_wait_is_not_overtaken_in_its_chat(
    post_on_both: Post, clock: SetClock
) -> None:
    post = post_on_both
    slow, quick = post.county.inspectors["陈知远"], post.county.inspectors["林晓棠"]
    known = await phones(post)
    await post.sandbox.fault(Trouble.FLOOD, "sendMessage", chat=slow.telegram_id, retry_after=5)
    for text in ("一", "二"):
        await post.write(slow, text)
    await post.write(quick, "三")
    await post.deliver()
    assert await texts(known["陈知远"]) == []
    assert await texts(known["林晓棠"]) == ["三"]
    clock.advance(seconds=6)
    await post.deliver()
    assert await texts(known["陈知远"]) == ["一", "二"]


async def test_a_letter_planned_for_later_does_not_hold_up_what_is_due(
    post_on_both: Post, clock: SetClock
) -> None:
    post = post_on_both
    known = await phones(post)
    await post.write(post.county.inspectors["陈知远"], "明早", not_before=clock.now + timedelta(hours=12))
    await post.write(post.county.inspectors["陈知远"], "现在")
    await post.deliver()
    assert await texts(known["陈知远"]) == ["现在"]


async def test_two_workers_never_send_one_row_twice(post_on_both: Post) -> None:
    post = post_on_both
    known = await phones(post)
    for number in range(6):
        for account in post.county.inspectors.values():
            await post.write(account, f"第 {number} 封")

    async def work(worker: Delivery) -> None:
        while await post.states() != ["sent"] * 30:
            await worker.once()
            await finish(worker)

    await asyncio.gather(*(work(post.worker()) for _ in range(3)))
    for person in known.values():
        assert await texts(person) == [f"第 {number} 封" for number in range(6)]


async def claimed(post: Post, *, sending: bool) -> list[int]:
    """Rows that a worker has claimed, and perhaps begun to send, before it died."""
    async with post.store.step() as step:
        rows = await outbox.claim(step, DEAD.name, BATCH)
    for row in rows:
        async with post.store.step() as step:
            assert not sending or await outbox.begin(step, row.id, DEAD.name)
    return [row.id for row in rows]


async def test_what_a_dead_worker_had_not_begun_is_sent_by_another_when_its_lease_is_over(
    post_on_both: Post, clock: SetClock
) -> None:
    post = post_on_both
    known = await phones(post)
    await post.write(post.county.inspectors["陈知远"], "留下的")
    await claimed(post, sending=False)
    await post.write(post.county.inspectors["陈知远"], "后来的")
    await post.deliver()
    assert await texts(known["陈知远"]) == []
    clock.now += outbox.LEASE
    await post.deliver()
    assert await texts(known["陈知远"]) == ["留下的", "后来的"]


async def test_what_a_dead_worker_was_sending_is_uncertain_and_an_edit_is_made_again(
    post_on_both: Post, clock: SetClock
) -> None:
    post = post_on_both
    known = await phones(post)
    await post.write(post.county.inspectors["林晓棠"], "旧", dedup="one")
    await post.deliver()
    await post.write(post.county.inspectors["陈知远"], "在路上")
    async with post.store.step() as step:
        await mail.amend(step, "one", "note", Message("新"))
    assert len(await claimed(post, sending=True)) == 2
    clock.now += outbox.LEASE
    await post.deliver()  # takes them back
    clock.advance(seconds=2)
    await post.deliver()
    assert await post.states() == ["sent", "uncertain", "sent"]
    assert await texts(known["陈知远"]) == []
    assert await texts(known["林晓棠"]) == ["新"]


async def test_a_successor_on_the_same_machine_does_not_wait_for_the_lease(post_on_both: Post) -> None:
    post = post_on_both
    known = await phones(post)
    await post.write(post.county.inspectors["陈知远"], "留下的")
    await claimed(post, sending=False)
    await post.deliver(Delivery(post.store, post.bot(), Worker(DEAD.node, DEAD.process, "1")))
    assert await texts(known["陈知远"]) == ["留下的"]


class Gate:
    """Lets nobody through until it is opened; afterwards waits are over at once.

    Args:
        seconds: the time that passes.
    """

    def __init__(self, seconds: Seconds) -> None:
        self.waiting = asyncio.Event()
        self._seconds = seconds
        self._open = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait at the gate."""
        self.waiting.set()
        await self._open.wait()
        self._seconds.now += seconds

    def open(self) -> None:
        """Let everybody through."""
        self._open.set()


def held(post: Post, gate: Gate) -> Delivery:
    """A worker that has claimed its rows and waits for its turn to send them."""
    pace = Pace(1, 0, clock=post.seconds.clock, sleep=gate.sleep)
    pace.hold(10)
    return post.worker(post.kept(ext_bot(TOKEN, post.server.url, pace)))


async def test_a_worker_that_was_away_too_long_leaves_its_rows_to_the_other(
    post_on_both: Post, clock: SetClock
) -> None:
    post, gate = post_on_both, Gate(post_on_both.seconds)
    known = await phones(post)
    await post.write(post.county.inspectors["陈知远"], "一次")
    slow = held(post, gate)
    assert await slow.once() == 1
    await gate.waiting.wait()
    clock.now += outbox.LEASE
    await post.deliver()
    gate.open()
    await finish(slow)
    assert await texts(known["陈知远"]) == ["一次"]
    assert await post.states() == ["sent"]


async def test_a_lease_that_has_run_out_is_not_used_though_nobody_has_taken_the_row(
    post_on_both: Post, clock: SetClock
) -> None:
    post, gate = post_on_both, Gate(post_on_both.seconds)
    known = await phones(post)
    await post.write(post.county.inspectors["陈知远"], "一次")
    slow = held(post, gate)
    await slow.once()
    await gate.waiting.wait()
    clock.now += outbox.LEASE
    gate.open()
    await finish(slow)
    assert await texts(known["陈知远"]) == []
    await post.deliver(slow)  # which looks for such rows at its next turn, not at its next round
    assert await texts(known["陈知远"]) == ["一次"]


async def test_a_worker_that_gets_its_own_row_once_more_sends_it_once(
    post_on_both: Post, clock: SetClock
) -> None:
    post, gate = post_on_both, Gate(post_on_both.seconds)
    known = await phones(post)
    await post.write(post.county.inspectors["陈知远"], "一次")
    slow = held(post, gate)
    assert await slow.once() == 1
    await gate.waiting.wait()
    clock.now += outbox.LEASE
    async with post.store.step() as step:
        assert await outbox.reclaim(step) == 1
    assert await slow.once() == 1
    gate.open()
    await finish(slow)
    assert await texts(known["陈知远"]) == ["一次"]
    assert await post.states() == ["sent"]


async def test_a_worker_that_is_told_to_stop_in_mid_batch_finishes_what_it_has_begun(
    post_on_both: Post,
) -> None:
    post, gate, stop = post_on_both, Gate(post_on_both.seconds), asyncio.Event()
    known = await phones(post)
    for account in post.county.inspectors.values():
        await post.write(account, "在手上")
    worker = held(post, gate)
    running = asyncio.ensure_future(worker.run(stop))
    await gate.waiting.wait()
    stop.set()
    await post.write(post.county.witness, "已经停了")
    worker.wake()
    gate.open()
    await running
    assert [await texts(person) for person in known.values()] == [["在手上"]] * len(known)
    assert await post.states() == ["sent"] * len(known) + ["queued"]


async def test_a_worker_that_is_woken_sends_at_once(post: Post) -> None:
    stop = asyncio.Event()
    person = await post.phone(post.county.witness)
    worker = post.worker()
    running = asyncio.ensure_future(worker.run(stop))
    for text in ("一", "二"):
        await post.write(post.county.witness, text)
        worker.wake()
        await person.wait_for(text)
    stop.set()
    await running
    assert await post.states() == ["sent", "sent"]


async def test_a_worker_holds_no_more_rows_than_a_batch(post: Post) -> None:
    gate = Gate(post.seconds)
    async with post.store.step() as step:
        for number in range(BATCH + 5):
            step.session.add(
                Account(jurisdiction="anlan", name=f"第 {number} 人", telegram_id=900_000 + number)
            )
    async with post.store.reading() as session:
        crowd = (await session.exec(select(Account).where(Account.telegram_id >= 900_000))).all()  # type: ignore[operator]  # everybody there is bound
    for account in crowd:
        await post.phone(account)
        await post.write(account, "大家好")
    worker = held(post, gate)
    assert await worker.once() == BATCH
    assert Counter(await post.states())["leased"] == BATCH
    gate.open()
    await finish(worker)
    assert await worker.once() == 5
    await finish(worker)
    assert Counter(await post.states()) == {"sent": BATCH + 5}


@pytest.mark.parametrize("state", list(OutboxState))
async def test_only_what_is_queued_is_ever_claimed(post: Post, clock: SetClock, state: OutboxState) -> None:
    row = await post.write(post.county.witness, "试")
    async with post.store.step() as step:
        kept = await step.get(Outbox, row)
        kept.state = state
        kept.lease_owner, kept.lease_until = "somebody", clock.now + outbox.LEASE
        step.session.add(kept)
    assert bool(await claimed(post, sending=False)) is (state is OutboxState.QUEUED)
