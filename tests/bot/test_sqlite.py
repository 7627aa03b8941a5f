"""Our connections to SQLite: what waits does not hold the loop up, what was cancelled leaves nothing behind."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Store
from bot.sqlite import AT_ONCE
from tests.conftest import SetClock

SIZES = (0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "numbers.sqlite3"


@pytest.fixture
async def numbers(path: Path) -> AsyncIterator[Store]:
    """A store with one table."""
    store = Store(URL.create("sqlite+aiosqlite", database=str(path)), SetClock())
    async with store.step() as step:
        await _run(step.session, "CREATE TABLE number (n INTEGER PRIMARY KEY)")
    yield store
    await store.close()


@pytest.fixture
def other(numbers: Store, path: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection."""
    del numbers
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


async def _run(session: AsyncSession, sql: str, many: list[dict[str, int]] | None = None) -> None:
    await (await session.connection()).execute(text(sql), many)


async def _all(session: AsyncSession) -> list[int]:
    connection = await session.connection()
    return list((await connection.execute(text("SELECT n FROM number ORDER BY n"))).scalars())


async def _write(store: Store, *numbers: int) -> None:
    async with store.step() as step:
        for number in numbers:
            await _run(step.session, "INSERT INTO number VALUES (:n)", [{"n": number}])


@pytest.mark.parametrize("size", SIZES)
async def test_long_lists_go_in_and_come_out_whole(numbers: Store, size: int) -> None:
    async with numbers.step() as step:
        if size:
            await _run(step.session, "INSERT INTO number VALUES (:n)", [{"n": n} for n in range(size)])
        assert await _all(step.session) == list(range(size))
    async with numbers.reading() as session:
        assert await _all(session) == list(range(size))


@pytest.mark.parametrize("size", SIZES)
async def test_rows_that_are_read_as_they_are_asked_for_are_all_there(numbers: Store, size: int) -> None:
    async with numbers.step() as step:
        if size:
            await _run(step.session, "INSERT INTO number VALUES (:n)", [{"n": n} for n in range(size)])
        connection = await step.session.connection()
        stream = await connection.stream(text("SELECT n FROM number ORDER BY n"))
        assert [row.n async for row in stream] == list(range(size))


async def test_who_waits_for_another_process_does_not_hold_the_others_up(
    numbers: Store, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(_write(numbers, 1))
    async with numbers.reading() as session:  # the loop goes on, and so do readers
        assert await _all(session) == []
    assert not waiting.done()
    other.execute("INSERT INTO number VALUES (2)")
    other.execute("COMMIT")
    await waiting
    async with numbers.reading() as session:
        assert await _all(session) == [1, 2]


async def test_who_gives_up_waiting_leaves_the_connection_as_it_was(
    numbers: Store, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(_write(numbers, 1))
    async with numbers.reading() as session:
        await _all(session)
    waiting.cancel()
    other.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await _write(numbers, 2)
    async with numbers.reading() as session:
        assert await _all(session) == [2]


async def test_what_fails_takes_the_whole_step_back(numbers: Store) -> None:
    await _write(numbers, 1)
    with pytest.raises(IntegrityError):
        await _write(numbers, 2, 1)
    await _write(numbers, 3)
    async with numbers.reading() as session:
        assert await _all(session) == [1, 3]


async def test_a_reader_sees_what_was_there_when_it_began(numbers: Store) -> None:
    await _write(numbers, 1)
    async with numbers.reading() as session:
        assert await _all(session) == [1]
        await _write(numbers, 2)
        assert await _all(session) == [1]


async def test_the_patience_is_there_again_after_a_step(numbers: Store) -> None:
    async with numbers.step() as step:
        found = await (await step.session.connection()).execute(text("PRAGMA busy_timeout"))
        assert found.scalar_one() == 30_000
