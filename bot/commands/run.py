"""``chouchatong run``."""

import asyncio
from argparse import Namespace

from bot.log import configure
from bot.opening import opened, settings_of
from bot.serving import PARTS, serve, stopped_by_signals
from rules.errors import Refused


def run(arguments: Namespace) -> int:
    """Run the bot, the clock, the public page, or all of them."""
    settings = settings_of(arguments)
    configure(settings.log_level)
    parts = PARTS if arguments.part == "all" else (arguments.part,)
    if parts != ("web",) and not settings.telegram_token.get_secret_value():
        raise Refused("settings.no_token")

    async def main() -> None:
        stop = asyncio.Event()
        async with opened(settings) as store:
            with stopped_by_signals(stop):
                await serve(settings, store, parts, stop)

    asyncio.run(main())
    return 0
