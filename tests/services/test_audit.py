"""The record of every step: whatever is done to it afterwards is found, with its place."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Store
from models.audit import AuditEvent
from models.people import Account
from models.registers import Jurisdiction
from rules.errors import Refused
from services import audit
from services.chain import GENESIS, line_hash
from tests.conftest import BEGINNING
from tests.county import CODE, County
from tests.guards import lift
from tests.services.story import Story

LINES = 6

Tamper: TypeAlias = Callable[[AsyncSession], Coroutine[Any, Any, None]]


async def _write(store: Store, lines: int = LINES) -> None:
    """A jurisdiction and so many lines, each of a step of its own."""
    async with store.step() as step:
        for code in ("anlan", "beilan"):
            step.session.add(
                Jurisdiction(code=code, name=code, profile="puyang", division="419998", created_at=BEGINNING)
            )
        await step.session.flush()
        step.session.add(Account(id=41, jurisdiction="anlan", name="苏既白"))
    for number in range(lines):
        async with store.step() as step:
            account = await step.get(Account, 41)
            step.record("test.line", account, number=number)


async def _chain(store: Store, jurisdiction: str = "anlan") -> list[AuditEvent]:
    async with store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.jurisdiction == jurisdiction)
        return list((await session.exec(query.order_by(col(AuditEvent.sequence)))).all())


Found: TypeAlias = tuple[str, int, str]
"""Whose chain, which line, what is wrong."""


async def _verified(store: Store) -> list[Found]:
    async with store.reading() as session:
        return [(one.jurisdiction, one.sequence, one.reason) for one in await audit.verify(session)]


async def _tampered(store: Store, tamper: Tamper) -> list[Found]:
    await lift(store, "audit_event")
    async with store.step() as step:
        await tamper(step.session)
    return await _verified(store)


def _at(sequence: int) -> Any:
    return (col(AuditEvent.jurisdiction) == "anlan", col(AuditEvent.sequence) == sequence)


async def _renumber(session: AsyncSession, old: int, new: int) -> None:
    await session.exec(update(AuditEvent).where(*_at(old)).values(sequence=new))


async def test_a_chain_as_it_was_written_holds(store: Store) -> None:
    await _write(store)
    assert await _verified(store) == []
    chain = await _chain(store)
    assert [event.sequence for event in chain] == list(range(1, LINES + 1))
    assert [event.previous for event in chain] == [GENESIS, *(event.hash for event in chain[:-1])]


EDITS: dict[str, object] = {
    "at": BEGINNING - timedelta(microseconds=1),
    "actor_id": 41,
    "kind": "test.other",
    "object_kind": "task",
    "object_id": 42,
    "data": {"number": 99},
    "previous": "0" * 64,
    "hash": "f" * 64,
}


async def test_an_edit_of_any_column_breaks_the_chain_at_its_line(store: Store) -> None:
    await _write(store)
    line = (await _chain(store))[2]

    def set_to(column: str, value: object) -> Tamper:
        async def edit(session: AsyncSession) -> None:
            await session.exec(update(AuditEvent).where(*_at(3)).values({column: value}))

        return edit

    for column, value in EDITS.items():
        reason = "link" if column == "previous" else "content"
        assert await _tampered(store, set_to(column, value)) == [("anlan", 3, reason)], column
        assert await _tampered(store, set_to(column, getattr(line, column))) == [], column


def test_every_column_of_a_line_is_covered() -> None:
    """A column that is added later must be hashed, or be named here with its reason."""
    derived = {"id"}  # the store's own number
    moved = {"jurisdiction", "sequence"}  # tried in the tests of moved lines
    assert set(AuditEvent.model_fields) == derived | moved | set(EDITS)


async def test_a_deleted_line_leaves_a_gap(store: Store) -> None:
    await _write(store)

    async def cut(session: AsyncSession) -> None:
        await session.exec(delete(AuditEvent).where(*_at(3)))

    assert await _tampered(store, cut) == [("anlan", 4, "gap")]


async def test_a_deleted_line_whose_followers_were_renumbered_does_not_link(store: Store) -> None:
    await _write(store)

    async def cut(session: AsyncSession) -> None:
        await session.exec(delete(AuditEvent).where(*_at(3)))
        for sequence in range(4, LINES + 1):
            await _renumber(session, sequence, sequence - 1)

    assert await _tampered(store, cut) == [("anlan", 3, "link")]


async def test_an_inserted_line_with_a_right_hash_of_its_own_is_found_at_the_next(store: Store) -> None:
    await _write(store)
    before = (await _chain(store))[2]

    async def insert(session: AsyncSession) -> None:
        for sequence in range(LINES, 3, -1):
            await _renumber(session, sequence, sequence + 1)
        content: dict[str, Any] = {
            "jurisdiction": "anlan",
            "sequence": 4,
            "at": BEGINNING,
            "actor_id": None,
            "kind": "test.forged",
            "object_kind": "account",
            "object_id": 41,
            "data": {},
            "previous": before.hash,
        }
        session.add(AuditEvent(**content, hash=line_hash(**content)))
        await session.flush()

    assert await _tampered(store, insert) == [("anlan", 5, "link")]


async def test_two_lines_that_changed_places_are_found_at_the_first(store: Store) -> None:
    await _write(store)

    async def swap(session: AsyncSession) -> None:
        for old, new in ((3, 1000), (4, 3), (1000, 4)):
            await _renumber(session, old, new)

    assert await _tampered(store, swap) == [("anlan", 3, "link")]


async def test_a_line_that_was_moved_to_another_jurisdiction_is_missed_there_and_found_here(
    store: Store,
) -> None:
    await _write(store)

    async def move(session: AsyncSession) -> None:
        await session.exec(update(AuditEvent).where(*_at(3)).values(jurisdiction="beilan"))

    assert await _tampered(store, move) == [("anlan", 4, "gap"), ("beilan", 3, "gap")]


async def test_a_cut_tail_shows_only_to_who_has_kept_the_last_hash(store: Store) -> None:
    await _write(store)
    kept = (await _chain(store))[-1].hash

    async def cut(session: AsyncSession) -> None:
        await session.exec(delete(AuditEvent).where(*_at(LINES)))

    assert await _tampered(store, cut) == []
    assert kept not in {event.hash for event in await _chain(store)}


async def test_only_the_first_break_of_a_chain_is_told(store: Store) -> None:
    await _write(store)

    async def edit(session: AsyncSession) -> None:
        for sequence in (5, 2):
            await session.exec(update(AuditEvent).where(*_at(sequence)).values(kind="test.other"))

    assert await _tampered(store, edit) == [("anlan", 2, "content")]


async def test_each_jurisdiction_has_a_chain_of_its_own(store: Store) -> None:
    await _write(store, lines=0)
    async with store.step() as step:
        for code in ("beilan", "anlan", "beilan"):
            account = Account(jurisdiction=code, name=code)
            step.session.add(account)
            await step.session.flush()
            step.record("test.line", account)

    assert [event.sequence for event in await _chain(store, "anlan")] == [1]
    assert [event.sequence for event in await _chain(store, "beilan")] == [1, 2]
    assert await _verified(store) == []


async def test_lines_are_kept_with_their_effect_or_not_at_all(store: Store) -> None:
    await _write(store, lines=1)

    async def broken() -> None:
        async with store.step() as step:
            account = await step.get(Account, 41)
            account.name = "谁"
            step.record("test.broken", account)
            raise Refused("common.gone")

    with pytest.raises(Refused):
        await broken()
    async with store.step() as step:
        step.record("test.next", await step.get(Account, 41))

    assert [(event.sequence, event.kind) for event in await _chain(store)] == [
        (1, "test.line"),
        (2, "test.next"),
    ]
    assert await _verified(store) == []


async def test_steps_at_the_same_time_never_take_one_place(store: Store) -> None:
    await _write(store, lines=0)

    async def line(number: int) -> None:
        async with store.step() as step:
            account = await step.get(Account, 41)
            await asyncio.sleep(0)
            step.record("test.line", account, number=number)
            step.record("test.again", account, number=number)

    await asyncio.gather(*(line(number) for number in range(12)))

    chain = await _chain(store)
    assert [event.sequence for event in chain] == list(range(1, 25))
    pairs = [event.data["number"] for event in chain]
    assert pairs[::2] == pairs[1::2]  # the lines of one step stand together
    assert sorted(pairs[::2]) == list(range(12))
    assert await _verified(store) == []


def test_a_line_is_hashed_as_canonical_json() -> None:
    """So that another program can check the chain from what `docs` say of it."""
    at = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    text = json.dumps(
        {
            "actor": 3,
            "at": "2026-11-20T01:30:00.000000+00:00",
            "data": {"number": 1, "字": "甲"},
            "jurisdiction": "anlan",
            "kind": "test.line",
            "object": ["task", 7],
            "previous": GENESIS,
            "sequence": 1,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    made = line_hash(
        jurisdiction="anlan",
        sequence=1,
        at=at,
        actor_id=3,
        kind="test.line",
        object_kind="task",
        object_id=7,
        data={"字": "甲", "number": 1},
        previous=GENESIS,
    )
    assert made == hashlib.sha256(text.encode()).hexdigest()


async def test_the_record_of_a_whole_task_holds_and_names_nobody(story: Story) -> None:
    visit = (await story.dispatched())[0]
    holder = (await story.team(visit))[0][1]
    await story.recuse(visit, holder, "与负责人曾是同事")
    result = await story.finish(visit)
    await story.approve(result.id)

    assert await _verified(story.store) == []
    kept = json.dumps([event.data for event in await _chain(story.store, CODE)], ensure_ascii=False)
    assert await _lines(story.store) > 30
    for secret in (*_names(story.county), "与负责人曾是同事", "no_problem", "豫安监"):
        assert secret not in kept


async def _lines(store: Store) -> int:
    async with store.reading() as session:
        return (await session.exec(select(func.count()).select_from(AuditEvent))).one()


def _names(county: County) -> list[str]:
    return [*(one.name for one in county.everybody), *(one.name for one in county.subjects)]
