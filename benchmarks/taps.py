"""From a tap to the new screen, inside the process: how long somebody's thumb waits for us alone.

``python -m benchmarks.taps [STEPS]``

Inspectors take records down at twenty steps a second, on SQLite; Telegram answers at once and inside the process, so that neither
network nor sandbox is in the figure. Words, photos and positions keep the records going; only taps are timed: from the update that is
handed over to the call that draws the screen. The other side is the least that a bot with a database does (``bare.py``: one row, one
commit, a constant screen) with the driver alone, at the same pace.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from math import ceil
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, Message

from benchmarks.answers import PER_SECOND, Stopwatch, Taker
from benchmarks.bare import Bare, DriverRows
from benchmarks.county import OpenRecord, settle
from benchmarks.filling import Payload, mixed, moves, updates
from benchmarks.measure import Figures, Work, grid, side_by_side
from bot.clock import utc_now
from bot.conversation import dispatcher
from bot.database import Store
from bot.intake import Intake
from bot.settings import Settings
from bot.speech import Speech
from models.inspections import Inspection
from models.portions import Portion
from rules.forms.draft import REVIEW
from services import forms

STEPS = 400
RECORD = 36
"""Steps of one record."""

WARM = 0.2
"""Share of the steps that are not counted: a program that has just started makes its statements and templates."""

TARGET = "p95 < 60 ms"

TOKEN = "7000000001:AAF_x-yz0123456789abcdefghijklmnopq"  # noqa: S105  (nobody's)


class Instant(BaseSession):
    """A Telegram that has answered before anybody could wait."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)

    async def make_request(
        self,
        bot: Bot,  # noqa: ARG002  (the base class hands it over)
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109  (likewise)
    ) -> Any:
        """Take a call."""
        if not isinstance(method, SendMessage | EditMessageText):
            return True
        number = method.message_id if isinstance(method, EditMessageText) else next(self._numbers)
        chat = Chat(id=int(method.chat_id or 0), type="private")
        return Message(message_id=number or 0, date=utc_now(), chat=chat, text=method.text)

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:  # noqa: ARG002  (no file is fetched here)
        """Nobody fetches files here."""
        nothing: tuple[bytes, ...] = ()
        for chunk in nothing:
            yield chunk

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What both sides share: a bot that is answered at once, our store with open records, the steps in the order of their arrival."""

    folder: Path
    bot: Bot
    store: Store
    intake: Intake
    arriving: Sequence[Payload]


def ours(steps: int) -> AbstractContextManager[Work]:
    """Our bot, the whole way.

    Args:
        steps: at least so many; every inspector takes a whole record down.
    """
    return _prepared(steps, _ours)


def bare(steps: int) -> AbstractContextManager[Work]:
    """A bare handler with the driver alone.

    Args:
        steps: as for :func:`ours`.
    """
    return _prepared(steps, _bare)


def run(steps: int = STEPS) -> str:
    """Measure both.

    Args:
        steps: how many.

    Returns:
        The table.
    """
    found = side_by_side(["benchmarks.taps:ours", "benchmarks.taps:bare"], steps)
    mine = found[0].figures["p95_ms"]
    names = ("ours, the whole way", "bare handler, aiosqlite")
    return grid(
        (
            f"tap to screen, {PER_SECOND} steps a second",
            "median, ms",
            "p95, ms",
            "slowest, ms",
            "p95, ours ÷ this",
            "peak MiB",
            "target",
        ),
        "lrrrrrl",
        [
            (
                name,
                f"{one.figures['median_ms']:.1f}",
                f"{one.figures['p95_ms']:.1f}",
                f"{one.figures['slowest_ms']:.1f}",
                "" if name is names[0] else f"{mine / one.figures['p95_ms']:.1f}",
                f"{one.peak_mib:.0f}",
                TARGET if name is names[0] else "",
            )
            for name, one in zip(names, found, strict=True)
        ],
    )


@contextmanager
def _prepared(steps: int, side: Callable[[Ground], Coroutine[Any, Any, Figures]]) -> Iterator[Work]:
    with asyncio.Runner() as runner:
        laid = _ground(ceil(steps / RECORD))
        ground = runner.run(laid.__aenter__())
        try:
            yield lambda: runner.run(side(ground))
        finally:
            runner.run(laid.__aexit__(None, None, None))


@asynccontextmanager
async def _ground(inspectors: int) -> AsyncIterator[Ground]:
    with TemporaryDirectory(prefix="chouchatong-") as folder:
        settings = Settings(data=Path(folder), telegram_token=TOKEN)
        store = Store(settings.database, utc_now)
        bot = Bot(TOKEN, session=Instant())
        try:
            await store.upgrade()
            records = await settle(store, inspectors)
            root = dispatcher(store, Speech(store), lambda: None, public_url=settings.public_url)
            intake = Intake(store, root, bot)
            now = utc_now()
            await intake.accept([_resume(number, one, now) for number, one in enumerate(records, start=1)])
            await intake.handled()
            yield Ground(Path(folder), bot, store, intake, await _arriving(store, records, now))
        finally:
            await bot.session.close()
            await store.close()


async def _arriving(store: Store, records: Sequence[OpenRecord], now: datetime) -> list[Payload]:
    async with store.reading() as session:
        inspection = await session.get_one(Inspection, records[0].inspection_id)
        form = await forms.of_visit(session, inspection.forms)
        revision = (await session.get_one(Portion, 1)).revision
    made = moves(form, now)
    return mixed([updates(one, revision, made, _presses(one, now), now) for one in records])


async def _ours(ground: Ground) -> Figures:
    figures = await _timed(ground, ground.intake)
    async with ground.store.reading() as session:
        portion = await session.get_one(Portion, 1)
        if portion.cursor != REVIEW:
            raise RuntimeError("a step was lost")
    return figures


async def _bare(ground: Ground) -> Figures:
    rows = DriverRows(ground.folder / "bare.sqlite3")
    await rows.open()
    try:
        return await _timed(ground, Bare(rows, ground.bot))
    finally:
        await rows.close()


async def _timed(ground: Ground, taker: Taker) -> Figures:
    """At an even pace; taps are timed, what is typed or sent is not."""
    warm = round(len(ground.arriving) * WARM)
    for payload in ground.arriving[:warm]:
        await taker.accept([payload])
        await taker.handled()
    watch = Stopwatch()
    ground.bot.session.middleware(watch)
    loop = asyncio.get_running_loop()
    begun, taps = loop.time(), 0
    for number, payload in enumerate(ground.arriving[warm:]):
        await asyncio.sleep(begun + number / PER_SECOND - loop.time())
        if query := payload.get("callback_query"):
            taps += 1
            await watch.begin(query["from"]["id"])
        await taker.accept([payload])
    await taker.handled()
    ground.bot.session.middleware.unregister(watch)
    if len(watch.seconds) != taps:
        raise RuntimeError("a tap got no screen")
    return Figures(
        median_ms=median(watch.seconds) * 1000,
        p95_ms=quantiles(watch.seconds, n=20)[-1] * 1000,
        slowest_ms=max(watch.seconds) * 1000,
    )


def _presses(record: OpenRecord, now: datetime) -> Iterator[Payload]:
    """Presses of one inspector, without end, on a message above whatever was sent since."""
    chat = {"id": record.telegram_id, "type": "private", "first_name": "检查员"}
    person = {"id": record.telegram_id, "is_bot": False, "first_name": "检查员"}
    shown = {"message_id": 1, "date": int(now.timestamp()), "chat": chat, "text": "…"}
    for number in count(1):
        yield {
            "id": f"{record.telegram_id}-{number}",
            "from": person,
            "chat_instance": "1",
            "message": shown,
        }


def _resume(number: int, record: OpenRecord, now: datetime) -> Payload:
    chat = {"id": record.telegram_id, "type": "private", "first_name": "检查员"}
    person = {"id": record.telegram_id, "is_bot": False, "first_name": "检查员"}
    message = {"message_id": 1, "date": int(now.timestamp()), "chat": chat, "from": person, "text": "/resume"}
    return {"update_id": number, "message": message}


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
