"""A scheduler in a process of its own: the ticks of one morning, as fast as they go. Says how many messages it has written."""

import asyncio
import sys
from datetime import datetime

from sqlalchemy.engine import make_url

import scheduler
from bot.database import Store

TICKS = 8


async def main(url: str, moment: str) -> None:
    """Tick again and again at one moment.

    Args:
        url: of the store.
        moment: in ISO 8601, with its zone.
    """
    now = datetime.fromisoformat(moment)
    store = Store(make_url(url), lambda: now)
    print(sum([await scheduler.remind(store) for _ in range(TICKS)]))  # noqa: T201  (what the test reads)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
