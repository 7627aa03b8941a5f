"""Opens the store for a command."""

import sqlite3
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.database import Store
from bot.settings import ASYNC_DRIVERS, Settings
from rules.errors import Refused
from services.step import Clock


def settings_of(arguments: Namespace) -> Settings:
    """The process's settings, with the command line's data folder if it names one.

    Raises:
        Refused: ``settings.invalid`` with the variable that is no good; ``settings.database`` for an address that is none.
    """
    data: Path | None = arguments.data
    try:
        settings = Settings(data=data) if data is not None else Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = _variable(str(first["loc"][0])) if first["loc"] else first["msg"].split(" ", 3)[2]
        raise Refused("settings.invalid", name=name, reason=first["msg"]) from None
    try:
        driver = settings.database.drivername
    except SQLAlchemyError:
        driver = ""
    if driver not in ASYNC_DRIVERS.values():
        raise Refused("settings.database")
    return settings


@asynccontextmanager
async def opened(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Store]:
    """The store, with its tables at the newest revision: SQLite climbs by itself, PostgreSQL when told (``db upgrade``).

    Raises:
        Refused: ``store.behind``; as :func:`answering`.
    """
    async with connected(settings, clock) as store:
        with answering(settings):
            if settings.database.get_backend_name() == "sqlite":
                await store.upgrade()
            else:
                await store.check()
        yield store


@asynccontextmanager
async def connected(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Store]:
    """The store as it is; nothing has been asked of it yet.

    Raises:
        Refused: as :func:`answering`.
    """
    with answering(settings):
        store = Store(settings.database, clock)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def answering(settings: Settings) -> Iterator[None]:
    """Say in a sentence what keeps a store from answering.

    Raises:
        Refused: ``store.unusable``.
    """
    from asyncpg.exceptions import InterfaceError, PostgresError  # noqa: PLC0415  (only a store needs it)

    try:
        yield
    except (OSError, SQLAlchemyError, sqlite3.Error, InterfaceError, PostgresError) as error:
        cause = getattr(error, "orig", None) or error
        reason = " ".join(str(cause).split()) or type(cause).__name__
        where = settings.database.render_as_string(hide_password=True)
        raise Refused("store.unusable", store=settings.database.database or where, reason=reason) from error


def _variable(field: str) -> str:
    """The environment variable of a setting; one with a name of its own comes under it."""
    return field if field.isupper() else f"{Settings.model_config['env_prefix']}{field.upper()}"
