"""SQLite for asyncio: what may wait goes to a thread, what only computes is done in place.

A transaction waits twice: for another process at its beginning, for the disk at its end. The statements between touch pages in memory
and take some ten microseconds each, while handing one to a thread and back takes ten times as long (docs/performance.md). SQLAlchemy's
dialect for aiosqlite works on these connections; they do the same with fewer turns of the thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Self, TypeVar

from sqlalchemy.engine import URL

AT_ONCE = 256
"""Rows that are read with the statement; the others of a long result are read in the thread."""

_Found = TypeVar("_Found")


class Connection:
    """A connection as SQLAlchemy's asynchronous dialect wants it (``sqlalchemy.connectors.asyncio.AsyncIODBAPIConnection``).

    Args:
        in_place: whether statements inside a transaction are done in place; else everything goes to the thread.
    """

    def __init__(self, *, in_place: bool) -> None:
        self._in_place = in_place
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._under_way: Future[Any] | None = None
        self._connection: sqlite3.Connection | None = None

    @property
    def driver(self) -> sqlite3.Connection:
        """The connection of the standard library."""
        if self._connection is None:
            raise ValueError("no active connection")  # by these words SQLAlchemy knows that it is closed
        return self._connection

    @property
    def idle(self) -> bool:
        """Whether nothing is under way in the thread; after a cancellation something may be that nobody waits for."""
        return self._under_way is None or self._under_way.done()

    async def open(self, pragmas: Sequence[str], *where: Any, **options: Any) -> Self:
        """Connect.

        Args:
            pragmas: settings, as ``name=value``.
            *where: what ``sqlite3.connect`` is given.
            **options: likewise.
        """

        def connect() -> sqlite3.Connection:
            # Transactions are begun by who uses it: the driver's own habit of beginning late loses updates.
            connection: sqlite3.Connection = sqlite3.connect(
                *where, **{**options, "isolation_level": None, "check_same_thread": False}
            )
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()
            return connection

        self._connection = await self._away(connect)
        return self

    def cursor(self) -> "Cursor":
        """A new cursor."""
        return Cursor(self)

    async def run(self, work: Callable[[], _Found], *, waits: bool) -> _Found:
        """Do something with the connection, after what is under way on it.

        Args:
            work: does it.
            waits: whether it may take long.
        """
        if waits or not self._in_place or not self.idle or not self.driver.in_transaction:
            return await self._away(work)
        return work()

    async def commit(self) -> None:
        """Commit; the disk has it when this returns."""
        await self._away(self.driver.commit)

    async def rollback(self) -> None:
        """Roll back what is open; the pool asks for it whenever a connection comes back."""
        if not self.idle or self.driver.in_transaction:
            await self._away(self.driver.rollback)

    async def create_function(self, *given: Any, **options: Any) -> None:
        """Make a Python function known to SQL."""
        await self._away(partial(self.driver.create_function, *given, **options))

    async def close(self) -> None:
        """Close, after what is under way."""
        if self._connection is not None:
            closing, self._connection = self._connection.close, None
            await self._away(closing)
            self._thread.shutdown(wait=False)

    def stop(self) -> None:
        """Close without waiting for it."""
        if self._connection is not None:
            closing, self._connection = self._connection.close, None
            self._thread.submit(closing)
            self._thread.shutdown(wait=False)

    async def _away(self, work: Callable[[], _Found]) -> _Found:
        under_way = self._under_way = self._thread.submit(work)
        return await asyncio.wrap_future(under_way)


class Cursor:
    """A cursor as the dialect wants it. A statement and its first rows are one turn.

    Args:
        connection: whose.
    """

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.driver.cursor()
        self._ahead: list[Any] = []
        self._more = False

    async def __aenter__(self) -> Self:
        """The dialect enters it and closes it later."""
        return self

    @property
    def description(self) -> Any:
        """The columns, ``None`` for a statement without rows."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows a statement has changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that was inserted last."""
        return self._cursor.lastrowid

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Self:
        """Carry out a statement and read its first rows."""
        work = partial(self._execute, operation, parameters)
        await self._connection.run(work, waits=False)
        return self

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Carry out a statement for each of many rows."""
        await self._connection.run(partial(self._cursor.executemany, operation, parameters), waits=True)
        return self

    async def fetchall(self) -> list[Any]:
        """The rows that are left."""
        rows, self._ahead = self._ahead, []
        if self._more:
            self._more = False
            rows += await self._connection.run(self._cursor.fetchall, waits=True)
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Some of the rows that are left."""
        wanted = size or self.arraysize
        if self._more and len(self._ahead) < wanted:
            found = await self._connection.run(partial(self._cursor.fetchmany, wanted), waits=True)
            self._more = len(found) == wanted
            self._ahead += found
        rows, self._ahead = self._ahead[:wanted], self._ahead[wanted:]
        return rows

    async def fetchone(self) -> Any | None:
        """The next row."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Let go of the statement."""
        if self._connection.idle:
            self._cursor.close()
        else:
            await self._connection.run(self._cursor.close, waits=True)

    def _execute(self, operation: str, parameters: Sequence[Any]) -> None:
        self._cursor.execute(operation, parameters)
        self._ahead = self._cursor.fetchmany(AT_ONCE) if self._cursor.description else []
        self._more = len(self._ahead) == AT_ONCE


def creator(url: URL, pragmas: Sequence[str], *, in_place: bool) -> Callable[[], Any]:
    """What ``create_async_engine`` takes as ``async_creator``.

    Args:
        url: of the database.
        pragmas: settings of each connection, as ``name=value``.
        in_place: as for :class:`Connection`.
    """
    where, options = url.get_dialect()().create_connect_args(url)

    async def create() -> Connection:
        return await Connection(in_place=in_place).open(pragmas, *where, **options)

    return create
