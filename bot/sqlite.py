"""SQLite for asyncio: what may wait goes to a thread, what only computes is done in place.

A transaction waits twice: for another process at its beginning, for the disk at its end. The statements between touch pages in memory
and take some ten microseconds each, while handing one to a thread and back takes several times as long (docs/performance.md).

SQLAlchemy's own connections for asyncio hand everything to a thread, each statement four times. These take their place: a plain
connection to look at, inside of which ``await_only`` waits
(https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html, «Using awaitable-only driver methods in connection pool and other events»).
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.util import await_only

AT_ONCE = 256
"""Rows that are read or written in place; the others of a long result are read in the thread, and a longer list is written there."""

_PRIMARY = 0xFF
"""The part of SQLite's error code that says what it is; the rest says why (https://www.sqlite.org/rescode.html)."""

_Found = TypeVar("_Found")


class Connection:
    """A connection as SQLAlchemy's asynchronous dialect wants it.

    Args:
        patience: how long to wait for another one's transaction, in milliseconds.
        pragmas: other settings, as ``name=value``.
        *where: what ``sqlite3.connect`` is given.
        in_place: whether the statements of a transaction are done in place; else everything goes to the thread.
        **options: what ``sqlite3.connect`` is given.
    """

    def __init__(
        self, patience: int, pragmas: Sequence[str], *where: Any, in_place: bool, **options: Any
    ) -> None:
        self._patience = patience
        self._in_place = in_place
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._under_way: Future[Any] | None = None

        def connect() -> sqlite3.Connection:
            # Transactions are begun by who uses it: the driver's own habit of beginning late loses updates.
            ours = {"isolation_level": None, "check_same_thread": False}
            connection: sqlite3.Connection = sqlite3.connect(*where, **{**options, **ours})
            for pragma in (f"busy_timeout={patience}", *pragmas):
                connection.execute(f"PRAGMA {pragma}").close()
            return connection

        self._connection = self._away(connect)  # by this name the dialect finds the driver's connection

    def cursor(self, *, server_side: bool = False) -> "Cursor":
        """A new cursor.

        Args:
            server_side: whether it reads its rows as they are asked for.
        """
        return Cursor(self, self._connection.cursor(), lazy=server_side)

    def commit(self) -> None:
        """Commit; the disk has it when this returns."""
        self._away(self._connection.commit)

    def rollback(self) -> None:
        """Roll back what is open; the pool asks for it whenever a connection comes back."""
        if not self._idle or self._connection.in_transaction:
            self._away(self._connection.rollback)

    def create_function(self, *given: Any, **options: Any) -> None:
        """Make a Python function known to SQL."""
        self._away(partial(self._connection.create_function, *given, **options))

    def close(self) -> None:
        """Close, after what is under way."""
        self._away(self._connection.close)
        self._thread.shutdown(wait=False)

    def terminate(self) -> None:
        """Close without waiting for it."""
        self._thread.submit(self._connection.close)
        self._thread.shutdown(wait=False)

    def run(self, work: Callable[[], _Found], *, waits: bool) -> _Found:
        """Do something with the connection, after what is under way on it.

        Args:
            work: does it.
            waits: whether it may take long.
        """
        if waits or not self._in_place or not self._idle:
            return self._away(work)
        found: _Found
        if self._connection.in_transaction:
            found = await_only(_at_once(work))
            return found
        try:
            found = await_only(_at_once(partial(self._impatiently, work)))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            return self._away(work)  # somebody else is writing: that may take long
        return found

    def let_go(self, cursor: sqlite3.Cursor) -> None:
        """Close a cursor as soon as nothing is under way; nobody waits for it."""
        if self._idle:
            cursor.close()
        else:
            self._thread.submit(cursor.close)

    def _impatiently(self, work: Callable[[], _Found]) -> _Found:
        """Do what begins a transaction, unless it would have to wait for the end of another one's."""
        self._set_patience(0)
        try:
            return work()
        finally:
            self._set_patience(self._patience)

    def _set_patience(self, milliseconds: int) -> None:
        self._connection.execute(f"PRAGMA busy_timeout={milliseconds}").close()

    @property
    def _idle(self) -> bool:
        """Whether nothing is under way in the thread; after a cancellation something may be that nobody waits for."""
        return self._under_way is None or self._under_way.done()

    def _away(self, work: Callable[[], _Found]) -> _Found:
        under_way = self._under_way = self._thread.submit(work)
        found: _Found = await_only(asyncio.wrap_future(under_way))
        return found


class Cursor:
    """A cursor as the dialect wants it.

    Args:
        connection: whose.
        cursor: the driver's.
        lazy: whether the rows are read as they are asked for; else they are there when the statement is done.
    """

    arraysize = 1

    def __init__(self, connection: Connection, cursor: sqlite3.Cursor, *, lazy: bool) -> None:
        self._connection = connection
        self._cursor = cursor
        self._lazy = lazy
        self._rows: list[Any] = []
        self._has_more = False

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

    def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Carry out a statement and read its rows, the first ones in the same turn."""
        self._connection.run(partial(self._begin, operation, parameters), waits=False)
        if not self._lazy:
            self._read()

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Carry out a statement for each of many rows."""
        work = partial(self._cursor.executemany, operation, parameters)
        self._connection.run(work, waits=len(parameters) > AT_ONCE)

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        self._read()
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Some of the rows that are left."""
        wanted = size or self.arraysize
        if self._has_more and len(self._rows) < wanted:
            found = self._connection.run(partial(self._cursor.fetchmany, wanted), waits=True)
            self._has_more = len(found) == wanted
            self._rows += found
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    def fetchone(self) -> Any | None:
        """The next row."""
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def close(self) -> None:
        """Let go of the statement."""
        self._connection.let_go(self._cursor)

    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls this when the rows are read and the cursor may be left alone; there is nothing to wait for."""

    def _begin(self, operation: str, parameters: Sequence[Any]) -> None:
        self._cursor.execute(operation, parameters)
        self._rows = self._cursor.fetchmany(AT_ONCE) if self._cursor.description else []
        self._has_more = len(self._rows) == AT_ONCE

    def _read(self) -> None:
        if self._has_more:
            self._has_more = False
            self._rows += self._connection.run(self._cursor.fetchall, waits=True)


async def _at_once(work: Callable[[], _Found]) -> _Found:
    """SQLAlchemy takes a statement that awaits nothing at all for the fault of a driver that is not made for asyncio."""
    return work()


def creator(url: URL, patience: int, pragmas: Sequence[str], *, in_place: bool) -> Callable[[], Connection]:
    """What ``create_async_engine`` takes as ``creator``.

    Args:
        url: of the database.
        patience: as for :class:`Connection`.
        pragmas: likewise.
        in_place: likewise.
    """
    where, options = url.get_dialect()().create_connect_args(url)
    return partial(Connection, patience, pragmas, *where, in_place=in_place, **options)
