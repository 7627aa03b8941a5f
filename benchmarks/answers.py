"""Answers of inspectors, from Telegram's update to the new screen, beside the least that a bot with a database does.

``python -m benchmarks.answers [ANSWERS]``

All sides get the same updates in the same batches of a hundred, as ``getUpdates`` gives them: inspectors who each take
a whole record down, buttons, words, photos and a position. Each runs alone, in a process with one event loop, and says
its answers to a sandbox that runs in a process of its own and lets everything through.

- Ours is the bot as it runs: the raw updates are stored, each becomes one transaction with the update's mark, the
  answer, the draft, the photo's row and a line of the hash chain, then the screen is rendered and drawn.
- The others are in ``bare.py``: an aiogram handler that inserts one row, commits, and answers with a constant screen.
  A press is answered and its message edited, as ours does; what was typed or sent gets one new message, where ours
  also notes where the screen is now and turns the earlier one into a line that keeps the answer. One commits by the
  libraries that ours uses too, the other by the driver alone.

SQLite commits with ``synchronous=FULL`` everywhere, so every answer that was shown survives a power cut.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import ceil
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any, Protocol

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import EditMessageText, Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType

from benchmarks.bare import Bare, DriverRows, Rows, SessionRows
from benchmarks.filling import Payload, mixed, moves, updates
from benchmarks.floor import Floor, floor, heard
from benchmarks.measure import Figures, Work, grid, side_by_side
from bot.clock import utc_now
from models.inspections import Inspection
from rules.forms.draft import REVIEW
from sandbox.client import Person
from services import forms, portions

ANSWERS = 1_000
INSPECTORS = 28
"""Of a thousand answers: a record has 36."""

TARGET = "≥ 0.5"

BATCH = 100
"""What ``getUpdates`` gives at most (https://core.telegram.org/bots/api#getupdates)."""

PER_SECOND = 20
"""Answers a second while the time to the reply is measured: near what Telegram lets a bot say (30 messages)."""

WARM, PACED = 0.1, 0.2
"""Shares of the answers: the first are not counted, because a program that has just started makes its statements and templates; the last
come at that pace; those between as fast as they are taken."""

LOOK_SECONDS = 0.05
"""How long polling waits when enough is under way (bot/polling.py)."""


class Taker(Protocol):
    """Either side, as the one who asks for updates sees it."""

    @property
    def full(self) -> bool:
        """Whether enough is under way."""
        ...

    async def accept(self, payloads: Sequence[Payload]) -> None:
        """Take updates."""
        ...

    async def handled(self) -> None:
        """Wait until all of them have been answered."""
        ...


class Stopwatch(BaseRequestMiddleware):
    """Notes how long it takes until each chat's next screen has been drawn."""

    def __init__(self) -> None:
        self._begun: dict[int, tuple[float, asyncio.Future[None]]] = {}
        self.seconds: list[float] = []

    async def begin(self, chat: int) -> None:
        """An update of this chat is handed over now; nobody goes on before they have seen the reply to what they did."""
        if chat in self._begun:
            await self._begun[chat][1]
        self._begun[chat] = (perf_counter(), asyncio.get_running_loop().create_future())

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request; the first message or edit after an update is its reply."""
        response = await make_request(bot, method)
        if isinstance(method, SendMessage | EditMessageText) and isinstance(method.chat_id, int):
            begun, seen = self._begun.pop(method.chat_id, (0.0, None))
            if seen is not None:
                self.seconds.append(perf_counter() - begun)
                seen.set_result(None)
        return response


def ours(answers: int) -> AbstractContextManager[Work]:
    """Our bot.

    Args:
        answers: at least so many; every inspector takes a whole record down.
    """
    return _on_a_floor(answers, _ours)


def bare(answers: int) -> AbstractContextManager[Work]:
    """A bare handler with the libraries that ours uses too.

    Args:
        answers: as for :func:`ours`.
    """
    return _on_a_floor(answers, lambda ground, arriving: _bare(ground, arriving, SessionRows))


def barest(answers: int) -> AbstractContextManager[Work]:
    """A bare handler with the driver alone.

    Args:
        answers: as for :func:`ours`.
    """
    return _on_a_floor(answers, lambda ground, arriving: _bare(ground, arriving, DriverRows))


def run(number: int = ANSWERS) -> str:
    """Measure all three.

    Args:
        number: of answers.

    Returns:
        The table.
    """
    works = ("ours", "bare", "barest")
    found = side_by_side([f"benchmarks.answers:{work}" for work in works], number)
    names = ("ours, the whole way", "bare handler, SQLModel", "bare handler, aiosqlite")
    rate = found[0].figures["per_second"]
    return grid(
        (
            "what",
            "answers a second",
            "ours ÷ this",
            "target",
            "CPU, ms an answer",
            "p95 to the reply, ms",
            "peak MiB",
        ),
        "lrrlrrr",
        [
            (
                name,
                f"{one.figures['per_second']:.0f}",
                "" if name is names[0] else f"{rate / one.figures['per_second']:.2f}",
                "" if name is names[0] else TARGET,
                f"{one.figures['cpu_ms']:.1f}",
                f"{one.figures['p95_ms']:.0f}",
                f"{one.peak_mib:.0f}",
            )
            for name, one in zip(names, found, strict=True)
        ],
    )


@contextmanager
def _on_a_floor(
    answers: int, side: Callable[[Floor, Sequence[Payload]], Coroutine[Any, Any, Figures]]
) -> Iterator[Work]:
    with asyncio.Runner() as runner:
        laid = floor(ceil(answers / ANSWERS * INSPECTORS))
        ground = runner.run(laid.__aenter__())
        try:
            coming = runner.run(arriving(ground))
            yield lambda: runner.run(side(ground, coming))
        finally:
            runner.run(laid.__aexit__(None, None, None))


async def _ours(ground: Floor, arriving: Sequence[Payload]) -> Figures:
    figures = await _measured(ground.bot, ground.intake, arriving)
    async with ground.store.reading() as session:
        for record in ground.records:
            (portion,) = await portions.of_visit(session, record.inspection_id)
            if portion.cursor != REVIEW:
                raise RuntimeError("an answer was lost: a record is not at its review")
    return figures


async def _bare(ground: Floor, arriving: Sequence[Payload], kind: Callable[[Path], Rows]) -> Figures:
    rows = kind(ground.folder / "bare.sqlite3")
    await rows.open()
    try:
        figures = await _measured(ground.bot, Bare(rows, ground.bot), arriving)
        if await rows.count() != len(arriving):
            raise RuntimeError("an answer was lost")
    finally:
        await rows.close()
    return figures


async def _measured(bot: Bot, taker: Taker, arriving: Sequence[Payload]) -> Figures:
    """First as fast as they are taken, then at a steady pace, to see how long somebody waits."""
    warm, paced = round(len(arriving) * WARM), round(len(arriving) * PACED)
    at_once, steady = arriving[warm:-paced], arriving[-paced:]
    await all_at_once(taker, arriving[:warm])
    wall, busy = perf_counter(), process_time()
    await all_at_once(taker, at_once)
    wall, busy = perf_counter() - wall, process_time() - busy
    seconds = await _waits(bot, taker, steady)
    return Figures(
        per_second=len(at_once) / wall,
        cpu_ms=busy / len(at_once) * 1000,
        p95_ms=quantiles(seconds, n=20)[-1] * 1000,
    )


async def all_at_once(taker: Taker, arriving: Sequence[Payload]) -> None:
    """Hand updates over as fast as they are taken, in batches as polling gets them, and wait until all are handled."""
    for start in range(0, len(arriving), BATCH):
        while taker.full:  # noqa: ASYNC110  (as polling does)
            await asyncio.sleep(LOOK_SECONDS)
        await taker.accept(arriving[start : start + BATCH])
    await taker.handled()


async def _waits(bot: Bot, taker: Taker, arriving: Sequence[Payload]) -> list[float]:
    """Seconds from accepting each update to its reply, one after the other at an even pace."""
    watch = Stopwatch()
    bot.session.middleware(watch)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number, payload in enumerate(arriving):
        await asyncio.sleep(begun + number / PER_SECOND - loop.time())
        await watch.begin(_chat(payload))
        await taker.accept([payload])
    await taker.handled()
    bot.session.middleware.unregister(watch)
    if len(watch.seconds) != len(arriving):
        raise RuntimeError("an update got no reply of its own")
    return watch.seconds


async def arriving(ground: Floor, most: int | None = None) -> list[Payload]:
    """The updates of all inspectors as they come: the first of each, then the second of each, and so on.

    Args:
        ground: with everybody's first screen.
        most: moves of each; a whole record if not given.
    """
    async with ground.store.reading() as session:
        inspection = await session.get_one(Inspection, ground.records[0].inspection_id)
        form = await forms.of_visit(session, inspection.forms)
        (portion,) = await portions.of_visit(session, inspection.id)
        revision = portion.revision
    now = utc_now()
    made = moves(form, now)[:most]
    presses = sum(move.button is not None for move in made)
    await asyncio.gather(*(_press(person, presses) for person in ground.people))
    queries: dict[int, list[Payload]] = {}
    for update in await heard(ground.bot):
        query = update["callback_query"]
        queries.setdefault(query["from"]["id"], []).append(query)
    return mixed(
        [updates(record, revision, made, queries[record.telegram_id], now) for record in ground.records]
    )


async def _press(person: Person, times: int) -> None:
    """Press any button of the screen, for the queries that the sandbox then waits to have answered."""
    button = person.last.buttons[0][0]
    for _ in range(times):
        await person.press(data=button.data, message=person.last.number)


def _chat(payload: Payload) -> int:
    content = payload.get("message") or payload["callback_query"]
    number: int = content["from"]["id"]
    return number


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
