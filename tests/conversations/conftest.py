"""A stage: the sandbox, the bot and the mail worker on it, and people with phones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.database import Store
from bot.settings import Settings
from bot.telegram_in import run as take_in
from bot.telegram_out import TelegramOut
from models.people import Account
from sandbox.client import Person, Sandbox
from sandbox.server import running
from services import people
from tests import county as counties
from tests.county import County

FIRST_NUMBER = 700_001


@dataclass(slots=True)
class Stage:
    """Everything that a conversation needs."""

    store: Store
    sandbox: Sandbox
    county: County
    settings: Settings
    numbers: dict[int, int]

    async def person(self, account: Account | None) -> Person:
        """Somebody's phone, bound by a link."""
        assert account is not None
        number = self.numbers.setdefault(account.id, FIRST_NUMBER + len(self.numbers))
        person = await self.sandbox.person(number, account.name)
        async with self.store.step() as step:
            known = await step.get(Account, account.id)
            token = None if known.telegram_id else await people.invite(step, known)
        if token is not None:
            await person.start(token)
            await person.wait_for("已绑定")
        return person


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    """Whose rules hold; 濮阳's unless a test says otherwise."""
    name: str = getattr(request, "param", "puyang")
    return name


@pytest.fixture
async def county(store: Store, profile: str) -> County:
    return await counties.make(store, profile)


@pytest.fixture
def public_url(request: pytest.FixtureRequest) -> str:
    """Where the public side is; over http unless a test says otherwise."""
    address: str = getattr(request, "param", "http://gongshi.example")
    return address


@pytest.fixture
async def stage(
    store: Store, county: County, tmp_path: Path, clock: Callable[[], datetime], public_url: str
) -> AsyncIterator[Stage]:
    """A running bot with its mail worker, on a sandbox without limits on a chat."""
    del clock
    async with running() as sandbox, Sandbox(sandbox.url) as client:
        await client.limit(per_chat=None, per_second=None)
        settings = Settings(
            data=tmp_path,
            telegram_token=sandbox.token,
            telegram_api=sandbox.url,
            notices_per_second=30,
            chat_interval_seconds=0,
            public_url=public_url,
        )
        stop = asyncio.Event()
        out = TelegramOut(settings, store)
        async with asyncio.TaskGroup() as group:
            group.create_task(take_in(settings, store, stop, out.wake))
            group.create_task(out.run(stop))
            try:
                yield Stage(store, client, county, settings, {})
            finally:
                stop.set()
