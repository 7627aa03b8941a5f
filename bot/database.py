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

from bot.sqlite import creator
from rules.errors import Refused
from services.chain import seal
from services.step import Actor, Clock, Entropy, Step

BUSY_MILLISECONDS = 30_000
"""How long a process waits for another one's transaction on SQLite before it gives up."""

_MIGRATIONS = Path(__file__).parent.parent / "models" / "migrations"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite(url: URL, begin: str, *pragmas: str, in_place: bool, **pool: Any) -> AsyncEngine:
    """An engine whose transactions begin as we say: the driver's habit of beginning late is what loses updates."""
    settings = (
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose an acknowledged commit at a power cut
        "foreign_keys=ON",
        *pragmas,
    )
    engine = create_async_engine(
        url,
        creator=creator(url, BUSY_MILLISECONDS, settings, in_place=in_place),
        json_serializer=_json,
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


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
            self._writer = _sqlite(
                url, "BEGIN IMMEDIATE", in_place=True, pool_size=1, max_overflow=0, pool_timeout=60
            )
            self._reader = _sqlite(url, "BEGIN", "query_only=ON", in_place=False, pool_size=4, max_overflow=4)
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
        session = AsyncSession(self._writer, expire_on_commit=False, autoflush=False)
        # The end of the transaction gives the connection back; the session needs no closing of its own.
        async with session.begin():
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
