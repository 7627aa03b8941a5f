"""Stages of a story: a store that was brought to one is kept, and the next test that begins there gets a copy.

Half of the tests need a visit that has begun or a record that was handed in; to act that again each time would cost more than all that
they look at.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import event

from bot.database import Store
from tests.conftest import SeededEntropy

Came = TypeVar("Came")


@dataclass(slots=True)
class Kept:
    """What this run has kept: where, what the stage gave, and how far its chance had come."""

    folder: Path
    stages: dict[Hashable, tuple[str, Any, object]] = field(default_factory=dict)


class Stages:
    """The stages that one test may begin at, as long as it has done nothing else.

    Args:
        store: of the test.
        entropy: its chance.
        kept: what earlier tests have reached.
    """

    def __init__(self, store: Store, entropy: SeededEntropy, kept: Kept) -> None:
        self._store = store
        self._entropy = entropy
        self._kept = kept
        self._is_fresh = True
        event.listen(store._writer.sync_engine, "commit", self._touched)

    def _touched(self, _connection: object) -> None:
        self._is_fresh = False

    def begin_here(self) -> None:
        """What has been done so far is the same for every test that says so; later stages are reached from here."""
        self._is_fresh = True

    async def reach(self, key: Hashable, work: Callable[[], Awaitable[Came]]) -> Came:
        """Do this work, or copy what came of it before; only from the very beginning is it the same.

        Args:
            key: everything that the outcome depends on.
            work: brings the store to the stage.
        """
        if not self._is_fresh:
            return await work()
        key = (self._store.url.get_backend_name(), key)
        if key in self._kept.stages:
            name, came, chance = self._kept.stages[key]
            await self._restore(name)
            self._entropy.set_state(chance)
            self._is_fresh = False
            found: Came = came
            return found
        made = await work()
        name = f"stage_{len(self._kept.stages)}"
        await self._keep(name)
        self._kept.stages[key] = (name, made, self._entropy.state())
        return made

    async def _keep(self, name: str) -> None:
        if self._store.url.get_backend_name() == "sqlite":
            self._copy(self._file(), self._kept.folder / name)
        else:
            await self._store.close()
            await self._execute(f"CREATE DATABASE {name} TEMPLATE {self._store.url.database}")

    async def _restore(self, name: str) -> None:
        if self._store.url.get_backend_name() == "sqlite":
            self._copy(self._kept.folder / name, self._file())
        else:
            await self._store.close()
            database = self._store.url.database
            await self._execute(f"DROP DATABASE {database} WITH (FORCE)")
            await self._execute(f"CREATE DATABASE {database} TEMPLATE {name}")

    def _file(self) -> Path:
        return Path(self._store.url.database or "")

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)

    async def _execute(self, command: str) -> None:
        address = self._store.url.set(drivername="postgresql", database="postgres")
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        await connection.execute(command)
        await connection.close()
