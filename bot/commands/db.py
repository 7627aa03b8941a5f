"""``chouchatong db``."""

import asyncio
from argparse import Namespace

from bot.clock import utc_now
from bot.database import Store
from bot.opening import settings_of
from bot.output import emit
from templates.lines import line


def upgrade(arguments: Namespace) -> int:
    """Bring the tables to the newest revision."""

    async def main() -> str | None:
        store = Store(settings_of(arguments).database, utc_now)
        try:
            await store.upgrade()
            return (await store.revisions())[0]
        finally:
            await store.close()

    revision = asyncio.run(main())
    emit(arguments, {"revision": revision}, line("db_upgraded", revision=revision))
    return 0


def check(arguments: Namespace) -> int:
    """Say whether the tables are at the newest revision; 2 when they are not."""

    async def main() -> None:
        store = Store(settings_of(arguments).database, utc_now)
        try:
            await store.check()
        finally:
            await store.close()

    asyncio.run(main())
    emit(arguments, {"ok": True}, line("db_newest"))
    return 0
