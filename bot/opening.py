"""Opens the store for a command."""

from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from bot.clock import utc_now
from bot.database import Store
from bot.settings import Settings
from rules.errors import Refused
from services.step import Clock


def settings_of(arguments: Namespace) -> Settings:
    """The process's settings, with the command line's data folder if it names one.

    Raises:
        Refused: ``settings.invalid`` with the variable that is no good.
    """
    data: Path | None = arguments.data
    try:
        return Settings(data=data) if data is not None else Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else first["msg"].split(" ", 3)[2]
        raise Refused("settings.invalid", name=name, reason=first["msg"]) from None


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
