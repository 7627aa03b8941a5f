"""Opens the store for a command."""

from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.clock import utc_now
from bot.database import Store
from bot.settings import Settings
from services.step import Clock


def settings_of(arguments: Namespace) -> Settings:
    """The process's settings, with the command line's data folder."""
    data: Path = arguments.data
    return Settings(data=data)


@asynccontextmanager
async def opened(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Store]:
    """The store, with its tables at the newest revision: SQLite climbs by itself, PostgreSQL when told (``db upgrade``)."""
    store = Store(settings.database, clock)
    try:
        if settings.database.get_backend_name() == "sqlite":
            await store.upgrade()
        else:
            await store.check()
        yield store
    finally:
        await store.close()
