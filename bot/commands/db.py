"""``chouchatong db``."""

import asyncio
from argparse import Namespace

from bot.opening import answering, connected, settings_of
from bot.output import emit
from templates.lines import line


def upgrade(arguments: Namespace) -> int:
    """Bring the tables to the newest revision."""
    settings = settings_of(arguments)

    async def main() -> str | None:
        async with connected(settings) as store:
            with answering(settings):
                await store.upgrade()
                return (await store.revisions())[0]

    revision = asyncio.run(main())
    emit(arguments, {"revision": revision}, line("db_upgraded", revision=revision))
    return 0


def check(arguments: Namespace) -> int:
    """Say whether the tables are at the newest revision; 2 when they are not."""
    settings = settings_of(arguments)

    async def main() -> None:
        async with connected(settings) as store:
            with answering(settings):
                await store.check()

    asyncio.run(main())
    emit(arguments, {"ok": True}, line("db_newest"))
    return 0
