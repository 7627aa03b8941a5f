"""A sandbox whose clock stands still, a county whose people are bound, and workers whose seconds pass at once."""

import asyncio
import heapq
import shutil
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from sqlmodel import select
from telegram.ext import ExtBot

from bot.database import Store
from bot.delivery import Delivery, Turn, ext_bot
from bot.pace import Pace
from bot.worker import Worker
from models.mail import Outbox
from models.people import Account
from sandbox.client import Person, Sandbox
from sandbox.clock import StoppedClock
from sandbox.limits import Limits
from sandbox.server import Running, running
from sandbox.world import Bot, World
from services import mail
from templates.render import Message
from tests import county as counties
from tests.bot import visit
from tests.bot.desk import Desk, opened
from tests.conftest import BEGINNING, SeededEntropy, SetClock
from tests.county import County

TOKEN = "7000000001:AAsandbox-sandbox-sandbox_sandbox0"
"""As long as a real one, so that it would be noticed where it must not be."""


@dataclass(slots=True)
class Seconds:
    """Monotonic time that passes when everybody waits, and at once."""

    now: float = 0.0
    _waiting: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def clock(self) -> float:
        """Seconds since the beginning."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until somebody lets the time pass."""
        moment = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), moment))
        await moment

    async def pass_until_done(self, work: asyncio.Future[list[None]] | asyncio.Task[None]) -> None:
        """Let the time pass from one waiter's moment to the next until the work is done."""
        while not work.done():
            await _everybody_waits()
            if self._waiting and not work.done():
                self.now, _, moment = heapq.heappop(self._waiting)
                if not moment.done():
                    moment.set_result(None)
        await work


async def _everybody_waits() -> None:
    """Give the loop some turns, so that whoever can go on has gone on."""
    for _ in range(8):
        await asyncio.sleep(0)


@pytest.fixture(scope="session", autouse=True)
def authorities() -> Iterator[None]:
    """Nobody here speaks TLS; reading the list of authorities for each client took a fifth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def county_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Path, County]:
    """A store with the county, everybody bound, made once; each test copies it and leaves the county as it is."""
    path = tmp_path_factory.mktemp("county") / "county.sqlite3"
    shutil.copy(sqlite_template, path)

    async def make() -> County:
        store = Store(URL.create("sqlite+aiosqlite", database=str(path)), SetClock(), SeededEntropy())
        county = await _bound(store)
        await store.close()
        return county

    return path, asyncio.run(make())


@pytest.fixture
async def file_store(
    county_template: tuple[Path, County],
    tmp_path: Path,
    clock: Callable[[], datetime],
    entropy: SeededEntropy,
) -> AsyncIterator[Store]:
    """A store on SQLite alone, with the county, for what has nothing to do with the database."""
    path = tmp_path / "chouchatong.sqlite3"
    shutil.copy(county_template[0], path)
    store = Store(URL.create("sqlite+aiosqlite", database=str(path)), clock, entropy)
    yield store
    await store.close()


@pytest.fixture
def world() -> World:
    """A sandbox without limits on how many messages go in a time, and without a clock of its own."""
    limits = Limits(per_second=None, per_chat=None)
    return World(bot=Bot(token=TOKEN), limits=limits, clock=StoppedClock(BEGINNING.timestamp()))


@pytest.fixture
async def server(world: World) -> AsyncIterator[Running]:
    async with running(world, webhook_pause=0.0) as server:
        yield server


@pytest.fixture
async def sandbox(server: Running) -> AsyncIterator[Sandbox]:
    async with Sandbox(server.url) as sandbox:
        yield sandbox


@dataclass(slots=True)
class Post:
    """The outbox from both sides: what is written into it, and workers that empty it.

    Args:
        store: where it is.
        county: whose people.
        server: where it goes.
        sandbox: the same, from the people's side.
        seconds: time of the workers' pace.
        clock: of the store.
    """

    store: Store
    county: County
    server: Running
    sandbox: Sandbox
    seconds: Seconds
    clock: SetClock
    _names: Iterator[int] = field(default_factory=lambda: count(1_000_001))
    _bots: dict[object, ExtBot[Turn]] = field(default_factory=dict)

    async def phone(self, account: Account | None, *, started: bool = True) -> Person:
        """A bound person's phone."""
        assert account is not None
        assert account.telegram_id is not None
        return await self.sandbox.person(account.telegram_id, account.name, started=started)

    async def write(self, account: Account | None, text: str, **more: object) -> int:
        """Write a letter into the outbox; gives its row."""
        assert account is not None
        async with self.store.step() as step:
            row = await mail.post(step, account, "note", Message(text), **more)  # type: ignore[arg-type]  # as mail.post takes them
            assert row is not None
            return row.id

    async def row(self, number: int) -> Outbox:
        """A row as it is now."""
        async with self.store.reading() as session:
            return (await session.exec(select(Outbox).where(Outbox.id == number))).one()

    async def states(self) -> list[str]:
        """The state of every row, in order."""
        async with self.store.reading() as session:
            rows = (await session.exec(select(Outbox).order_by(Outbox.id))).all()  # type: ignore[arg-type]  # a column
        return [str(row.state) for row in rows]

    def bot(self, api: str | None = None, token: str = TOKEN) -> ExtBot[Turn]:
        """What a worker sends with; its pace takes no real time."""
        known = self._bots.get((api, token))
        return known or self.kept(ext_bot(token, api or self.server.url, self.pace()), (api, token))

    def pace(self) -> Pace:
        """A pace whose waits are over at once."""
        return Pace(1000, 0, clock=self.seconds.clock, sleep=self._instantly)

    def kept(self, bot: ExtBot[Turn], key: object = None) -> ExtBot[Turn]:
        """A bot whose connections are closed in the end."""
        self._bots[key or bot] = bot
        return bot

    async def close(self) -> None:
        """Close the connections of all bots, of those as well that never asked who they are."""
        for bot in self._bots.values():
            for request in bot._request:  # its own shutdown leaves them open unless it was initialized
                await request.shutdown()

    def worker(self, bot: ExtBot[Turn] | None = None) -> Delivery:
        """A worker that no other worker takes for its own dead predecessor, because its machine is another."""
        node = f"machine-{next(self._names)}"
        return Delivery(self.store, bot or self.bot(), Worker(node, 1, "0"))

    async def deliver(self, worker: Delivery | None = None) -> None:
        """Let a worker send what is due, until nothing is."""
        worker = worker or self.worker()
        while await worker.once():
            await finish(worker)

    async def _instantly(self, seconds: float) -> None:
        self.seconds.now += seconds


async def finish(worker: Delivery) -> None:
    """Wait for what a worker has begun."""
    over = asyncio.Event()
    over.set()
    await worker.run(over)


@pytest.fixture
def county(county_template: tuple[Path, County]) -> County:
    return county_template[1]


async def _bound(store: Store) -> County:
    county = await counties.make(store)
    await visit.bind(store, *county.everybody)
    return county


@pytest.fixture
async def post(
    file_store: Store, county: County, server: Running, sandbox: Sandbox, clock: SetClock
) -> AsyncIterator[Post]:
    """The outbox."""
    post = Post(file_store, county, server, sandbox, Seconds(), clock)
    yield post
    await post.close()


@pytest.fixture
async def post_on_both(
    store: Store, server: Running, sandbox: Sandbox, clock: SetClock
) -> AsyncIterator[Post]:
    """The outbox on either database, where it matters how rows are locked."""
    post = Post(store, await _bound(store), server, sandbox, Seconds(), clock)
    yield post
    await post.close()


@pytest.fixture
async def desk(file_store: Store, server: Running) -> AsyncIterator[Desk]:
    """The bot's side."""
    async with opened(file_store, server) as desk:
        yield desk


@pytest.fixture
async def desk_on_both(store: Store, server: Running) -> AsyncIterator[Desk]:
    """The bot's side on either database."""
    async with opened(store, server) as desk:
        yield desk
