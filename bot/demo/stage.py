"""Everything at once on one machine: the sandbox, the bot, the mail, the public page, a county and its people."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import utc_now
from bot.database import Store
from bot.demo import county
from bot.serving import PARTS, serve
from bot.settings import Settings
from models.people import Account
from sandbox.client import Person, Sandbox
from sandbox.server import running
from sandbox.world import World
from services import people

FIRST_NUMBER = 880_001
"""Telegram numbers of the made-up people."""

BURST = 200
"""Messages that a chat takes at once: a script types faster than any thumb, and this is no test of limits."""


@dataclass(slots=True)
class Moved:
    """A clock that can be put forward, so that three weeks pass in a minute.

    Args:
        begins: what it shows at first; the machine's time if ``None``.
    """

    begins: datetime | None = None
    offset: timedelta = field(default=timedelta(0))

    def __post_init__(self) -> None:
        if self.begins is not None:
            self.offset = self.begins - utc_now()

    def __call__(self) -> datetime:
        """What time it is in the county."""
        return utc_now() + self.offset

    def forward(self, to: datetime) -> None:
        """Put the clock forward; it never goes back."""
        self.offset = max(self.offset, to - utc_now())


@dataclass(frozen=True, slots=True)
class Stage:
    """A running demonstration.

    Args:
        store: the county's.
        clock: the county's.
        sandbox: where the phones are.
        phones_url: the page with the phones.
        public_url: the public page.
        staff: accounts by name.
        numbers: Telegram numbers by name.
    """

    store: Store
    clock: Moved
    sandbox: Sandbox
    phones_url: str
    public_url: str
    staff: dict[str, Account]
    numbers: dict[str, int]

    async def phone(self, name: str) -> Person:
        """Somebody's phone; a stranger's is new."""
        return await self.sandbox.person(self.numbers[name], name)

    async def bind(self, name: str) -> Person:
        """Somebody opens their one-time link."""
        person = await self.phone(name)
        async with self.store.step() as step:
            token = await people.invite(step, await step.get(Account, self.staff[name].id))
        await person.start(token)
        await person.wait_for("已绑定")
        return person


@asynccontextmanager
async def staged(data: Path, clock: Moved, port: int = 0) -> AsyncIterator[Stage]:
    """Start everything on free ports; stop it in good order.

    Args:
        data: an empty folder.
        clock: the county's.
        port: of the phones; 0 for a free one.
    """
    web_port = _free_port()
    async with running(World(), port=port) as sandbox, Sandbox(sandbox.url) as client:
        await client.limit(burst=BURST)
        settings = Settings.model_validate(
            {
                "data": data,
                "DATABASE_URL": "",
                "telegram_token": sandbox.token,
                "telegram_api": sandbox.url,
                "web_port": web_port,
                "public_url": f"http://127.0.0.1:{web_port}",
            }
        )
        store = Store(settings.database, clock)
        await store.upgrade()
        async with store.step() as step:
            await county.populate(step)
            staff = await county.staff(step)
        names = [
            county.COORDINATOR,
            county.WITNESS,
            *(name for name, *_ in county.INSPECTORS),
            county.COMPANY,
            county.SECOND,
        ]
        numbers = {name: FIRST_NUMBER + at for at, name in enumerate(names)}
        stop = asyncio.Event()
        serving = asyncio.ensure_future(serve(settings, store, PARTS, stop))
        try:
            yield Stage(store, clock, client, sandbox.url, settings.public_url, staff, numbers)
        finally:
            stop.set()
            await serving
            await store.close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
