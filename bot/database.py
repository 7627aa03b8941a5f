"""The engines: one that writes, one that reads, and the migrations.

SQLite: a deferred transaction that reads and then writes loses updates without an error, so every writing transaction begins
IMMEDIATE, on one connection that steps take in turn; reads have connections of their own (WAL).
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from rules.errors import Refused
from services.audit import seal
from services.step import Actor, Clock, Entropy, Step

BUSY_MILLISECONDS = 30_000
"""How long a process waits for another one's transaction on SQLite before it gives up."""

_MIGRATIONS = Path(__file__).parent.parent / "models" / "migrations"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _tune_sqlite(engine: AsyncEngine, begin: str, *, read_only: bool) -> None:
    """Take transactions into our own hands: the driver's habit of beginning late is what loses updates."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # NORMAL may lose an acknowledged commit at a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


class Store:
    """The database of a deployment; it opens steps and reading sessions.

    Args:
        url: its address with an asynchronous driver.
        clock: what time it is.
        entropy: where chance comes from.
    """

    def __init__(self, url: URL, clock: Clock, entropy: Entropy = secrets.token_bytes) -> None:
        self.url = url
        self.clock = clock
        self.entropy = entropy
        if url.get_backend_name() == "sqlite":
            if url.database:
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = create_async_engine(
                url, pool_size=1, max_overflow=0, pool_timeout=60, json_serializer=_json, hide_parameters=True
            )
            _tune_sqlite(self._writer, "BEGIN IMMEDIATE", read_only=False)
            self._reader = create_async_engine(
                url, pool_size=4, max_overflow=4, json_serializer=_json, hide_parameters=True
            )
            _tune_sqlite(self._reader, "BEGIN", read_only=True)
        else:
            self._writer = self._reader = create_async_engine(
                url,
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,
                json_serializer=_json,
                hide_parameters=True,
            )

    @asynccontextmanager
    async def step(self, actor: Actor | None = None) -> AsyncIterator[Step]:
        """Open a writing transaction. It commits at the end with its lines chained into the record."""
        async with (
            AsyncSession(self._writer, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            step = Step(session=session, now=self.clock(), entropy=self.entropy, actor=actor)
            yield step
            await session.flush()
            await seal(step)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads."""
        async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def upgrade(self) -> None:
        """Bring the tables to the newest revision."""
        async with self._writer.begin() as connection:
            await connection.run_sync(_run, "upgrade")

    async def revisions(self) -> tuple[str | None, str | None]:
        """The revision that the tables are at, and the newest."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(_revisions)

    async def check(self) -> None:
        """Raise ``store.behind`` unless the tables are at the newest revision."""
        at, newest = await self.revisions()
        if at != newest:
            raise Refused("store.behind", at=at or "-", newest=newest)

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        await asyncio.sleep(0)


def _config(connection: Connection) -> Any:
    from alembic.config import Config  # noqa: PLC0415  (heavy: only migrations need it)

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _run(connection: Connection, command: str) -> None:
    from alembic import command as alembic  # noqa: PLC0415  (heavy: only migrations need it)

    getattr(alembic, command)(_config(connection), "head")


def _revisions(connection: Connection) -> tuple[str | None, str | None]:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415  (heavy: only migrations need it)
    from alembic.script import ScriptDirectory  # noqa: PLC0415  (likewise)

    at = MigrationContext.configure(connection).get_current_revision()
    return at, ScriptDirectory.from_config(_config(connection)).get_current_head()
