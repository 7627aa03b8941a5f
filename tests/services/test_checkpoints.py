"""Checkpoints: what witnesses keep of the chain, and what it proves when somebody had the database's password."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

import scheduler
from models.audit import AuditEvent, Checkpoint
from models.mail import Outbox
from models.people import Account, RoleName
from rules import checkpoints as rules
from rules.checkpoints import Held
from services import audit, people
from services.audit import Break, Fault
from services.chain import GENESIS, line_hash
from tests.conftest import SetClock
from tests.county import CODE
from tests.guards import lift
from tests.services.refusals import refused
from tests.services.story import Story

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""Half past five in China."""


async def _checkpoints(story: Story) -> list[Checkpoint]:
    async with story.store.reading() as session:
        return list((await session.exec(select(Checkpoint).order_by(col(Checkpoint.id)))).all())


async def _lines(story: Story) -> list[AuditEvent]:
    async with story.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.jurisdiction == CODE)
        return list((await session.exec(query.order_by(col(AuditEvent.sequence)))).all())


async def _something(story: Story) -> None:
    async with story.store.step() as step:
        step.record("test.line", await step.get(Account, story.witness.id))


async def _kept(story: Story, clock: SetClock, *, days: int = 1) -> list[Checkpoint]:
    """Everybody is bound, and so many days have passed, each with something done."""
    await story.bind()
    for day in range(days):
        clock.now = AT.replace(day=AT.day + day)
        await _something(story)
        await scheduler.checkpoint(story.store)
    await _something(story)
    return await _checkpoints(story)


async def _verify(story: Story, *held: str) -> list[Break]:
    async with story.store.reading() as session:
        return await audit.verify(session, [one for text in held for one in rules.read(text)])


async def test_the_day_s_checkpoint_goes_to_the_witnesses_when_the_office_closes(
    story: Story, clock: SetClock
) -> None:
    await story.bind()
    clock.now = datetime(2026, 11, 20, 9, 29, tzinfo=UTC)
    assert await scheduler.checkpoint(story.store) == 0
    newest = (await _lines(story))[-1]
    clock.now = AT
    assert await scheduler.checkpoint(story.store) == 1

    (kept,) = await _checkpoints(story)
    assert (kept.sequence, kept.hash, kept.count) == (newest.sequence, newest.hash, newest.sequence)
    assert (kept.at, kept.on_date.isoformat(), kept.sent_to) == (AT, "2026-11-20", [story.witness.id])
    (letter,) = await story.mail(kind="checkpoint")
    assert letter.account_id == story.witness.id
    assert letter.extra == {"silent": True}
    assert f"<code>{CODE}/{newest.sequence}/{newest.hash[:16]}</code>" in letter.text
    told = (await _lines(story))[-1]
    assert (told.kind, told.object_id) == ("checkpoint.written", kept.id)
    assert told.data == {"sequence": kept.sequence, "hash": kept.hash}
    assert await _verify(story) == []


async def test_one_a_day_however_often_and_from_wherever_it_is_asked_for(
    story: Story, clock: SetClock
) -> None:
    await story.bind()
    clock.now = AT
    assert sorted(await asyncio.gather(*(scheduler.checkpoint(story.store) for _ in range(3)))) == [0, 0, 1]
    await _something(story)
    clock.advance(hours=1)
    assert await scheduler.checkpoint(story.store) == 0
    assert len(await _checkpoints(story)) == len(await story.mail(kind="checkpoint")) == 1


@pytest.mark.parametrize("hour", [12, 15, 23])
async def test_nothing_comes_at_night(story: Story, clock: SetClock, hour: int) -> None:
    await story.bind()
    clock.now = datetime(2026, 11, 20, hour, 0, tzinfo=UTC)
    assert await scheduler.checkpoint(story.store) == 0
    assert await _checkpoints(story) == []


async def test_nothing_is_sent_on_a_day_on_which_the_chain_has_not_grown(
    story: Story, clock: SetClock
) -> None:
    await story.bind()
    clock.now = AT
    await scheduler.checkpoint(story.store)
    clock.advance(days=1)  # the line that tells of the checkpoint itself is no growth
    assert await scheduler.checkpoint(story.store) == 0
    clock.advance(days=1)
    await _something(story)
    assert await scheduler.checkpoint(story.store) == 1
    assert [one.on_date.day for one in await _checkpoints(story)] == [20, 22]


async def test_each_witness_gets_it_and_nobody_else(story: Story, clock: SetClock) -> None:
    async with story.store.step() as step:
        other = await people.appoint(step, CODE, "另一位见证人", [RoleName.WITNESS])
        await people.appoint(step, CODE, "没有绑定的见证人", [RoleName.WITNESS])
    await story.bind()
    async with story.store.step() as step:
        (await step.get(Account, other.id)).telegram_id = 4711
    clock.now = AT
    assert await scheduler.checkpoint(story.store) == 2
    letters = await story.mail(kind="checkpoint")
    assert {letter.account_id for letter in letters} == {story.witness.id, other.id}
    assert len({letter.text for letter in letters}) == 1


async def _cut(session: AsyncSession, last: int) -> None:
    await session.exec(delete(AuditEvent).where(col(AuditEvent.sequence) > last))


async def _recompute(session: AsyncSession, sequence: int, **changes: object) -> None:
    """Change a line and compute the chain anew from there, as somebody does who knows how it is made."""
    query = select(AuditEvent).where(AuditEvent.jurisdiction == CODE).order_by(col(AuditEvent.sequence))
    previous = GENESIS
    for row in (await session.exec(query)).all():
        if row.sequence == sequence:
            row.sqlmodel_update(changes)
        row.previous = previous
        content = row.model_dump(exclude={"id", "hash"})
        previous = row.hash = line_hash(**content)
        session.add(row)
    await session.flush()


async def _tamper(story: Story, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    await lift(story.store, "audit_event", "checkpoint")
    async with story.store.step() as step:
        await work(step.session)


async def test_a_tail_that_was_cut_behind_a_checkpoint_is_found_with_its_place(
    story: Story, clock: SetClock
) -> None:
    (first, second) = await _kept(story, clock, days=2)
    await _tamper(story, lambda session: _cut(session, second.sequence - 1))
    assert await _verify(story) == [
        Break(CODE, second.sequence, Fault.CUT, after=first.at, before=second.at),
    ]


async def test_a_chain_that_was_computed_anew_is_found_by_its_checkpoint(
    story: Story, clock: SetClock
) -> None:
    (first, second) = await _kept(story, clock, days=2)
    await _tamper(story, lambda session: _recompute(session, first.sequence + 2, kind="test.other"))
    assert await _verify(story) == [
        Break(CODE, second.sequence, Fault.CHECKPOINT, after=first.at, before=second.at)
    ]


async def test_a_checkpoint_that_was_deleted_is_missed_by_the_line_that_tells_of_it(
    story: Story, clock: SetClock
) -> None:
    (kept,) = await _kept(story, clock)

    async def remove(session: AsyncSession) -> None:
        await session.exec(delete(Checkpoint))

    await _tamper(story, remove)
    assert await _verify(story) == [Break(CODE, kept.sequence + 1, Fault.CHECKPOINT_GONE, after=AT)]


async def test_a_chain_that_was_computed_anew_with_its_checkpoints_is_found_by_what_a_witness_holds(
    story: Story, clock: SetClock
) -> None:
    (kept,) = await _kept(story, clock)
    (letter,) = await story.mail(kind="checkpoint")
    line, code = kept.line, kept.hash[:16]
    for held in (line, code, letter.text, code.upper(), " ".join(code[at : at + 4] for at in (0, 4, 8, 12))):
        assert await _verify(story, held) == [], held

    async def forge(session: AsyncSession) -> None:
        await _recompute(session, 2, kind="test.other")
        query = select(AuditEvent.hash).where(AuditEvent.sequence == kept.sequence)
        forged = (await session.exec(query)).one()
        await session.exec(update(Checkpoint).values(hash=forged))
        told = {"sequence": kept.sequence, "hash": forged}
        await _recompute(session, kept.sequence + 1, data=told)

    await _tamper(story, forge)
    assert await _verify(story) == []  # from the database alone nobody sees it
    at = (await _lines(story))[kept.sequence - 1].at
    assert await _verify(story, line) == [
        Break(CODE, kept.sequence, Fault.HELD, after=None, before=at, held=code)
    ]
    assert await _verify(story, code) == [Break("", 0, Fault.HELD_UNKNOWN, held=code)]


async def test_a_tail_that_was_cut_with_its_checkpoint_is_found_by_what_a_witness_holds(
    story: Story, clock: SetClock
) -> None:
    (first, second) = await _kept(story, clock, days=2)

    async def cut(session: AsyncSession) -> None:
        await _cut(session, first.sequence + 1)
        await session.exec(delete(Checkpoint).where(col(Checkpoint.id) == second.id))

    await _tamper(story, cut)
    assert await _verify(story) == []
    assert await _verify(story, first.line, second.line) == [
        Break(CODE, first.sequence + 2, Fault.HELD_CUT, after=AT, before=None, held=second.hash[:16])
    ]


async def test_a_line_of_another_deployment_is_in_no_chain(story: Story) -> None:
    assert await _verify(story, "elsewhere/3/0123456789abcdef") == [
        Break("elsewhere", 0, Fault.HELD_UNKNOWN, held="0123456789abcdef")
    ]


@pytest.mark.parametrize("text", ["", "校验码", "0123456789abcde", "0123456789abcdef0", "x/1/0123"])
def test_what_holds_no_code_is_refused(text: str) -> None:
    with refused("audit.held_words"):
        rules.read(text)


def test_several_lines_of_one_message_are_all_read() -> None:
    text = "2026年11月20日　a/3/0123456789abcdef\n2026年11月21日　a/9/fedcba9876543210"
    assert rules.read(text) == (Held("0123456789abcdef", "a", 3), Held("fedcba9876543210", "a", 9))


async def test_letters_have_one_key_each(story: Story, clock: SetClock) -> None:
    await _kept(story, clock, days=2)
    async with story.store.reading() as session:
        keys = (await session.exec(select(Outbox.dedup).where(Outbox.kind == "checkpoint"))).all()
    assert keys == [f"checkpoint:{number}:{story.witness.id}" for number in (1, 2)]
