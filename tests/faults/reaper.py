"""Kills the program at chosen moments of its talk with Telegram: what was done is done, but it never hears of it."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from random import Random  # noqa: TID251  (a seeded source of cases)

from aiohttp import web

from bot.drain import Drain
from sandbox.bell import Bell
from sandbox.server import Running, application
from sandbox.world import World
from tests.faults.program import Part

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Moment(StrEnum):
    """When the blow falls."""

    HANDED = "handed"
    """Updates were handed over; perhaps it has not kept them."""
    KEPT = "kept"
    """It asks for the next updates: the earlier ones are kept, perhaps not handled."""
    ASKED = "asked"
    """It writes to somebody, and that is not done."""
    DONE = "done"
    """It writes to somebody, that is done, and the answer is lost."""
    FETCHED = "fetched"
    """A file was handed over; perhaps it has not kept it."""


AT_WORK = (Moment.HANDED, Moment.KEPT, Moment.FETCHED)
"""Moments after which it goes on by itself."""

TURNS = 150
"""Of our own loop: some milliseconds, as long as a few steps take."""


@dataclass(frozen=True, slots=True)
class Blow:
    """One kill.

    Args:
        moment: when.
        calls: after how many calls since the process came up, at the earliest.
        turns: of our own loop that it is left to work on with what it was handed.
    """

    moment: Moment
    calls: int
    turns: int


def blows(chance: Random, moments: Sequence[Moment], calls: range) -> list[Blow]:
    """One blow for each moment, in a random order and each after a random number of calls."""
    order = chance.sample(list(moments), k=len(moments))
    return [
        Blow(moment, chance.choice(calls), chance.randrange(TURNS) if moment in AT_WORK else 0)
        for moment in order
    ]


class Reaper:
    """Watches the calls and strikes.

    Args:
        plan: what each part still has to go through, in this order.
        kill: kills a part and returns when it is dead.
    """

    def __init__(self, plan: dict[Part, list[Blow]], kill: Callable[[Part], Awaitable[None]]) -> None:
        self.plan = plan
        self.kills: Counter[Part] = Counter()
        self.returns = 0
        self.bell = Bell()
        self._kill = kill
        self._calls: Counter[Part] = Counter()
        self._is_back = False
        self._struck: set[Part] = set()
        self._drain = Drain()

    async def back(self, known: int) -> None:
        """Wait until the bot has come up and asked for updates more often than this."""
        await self.bell.until(lambda: self.returns > known or None, None)

    async def struck(self) -> None:
        """Wait until every blow has fallen and the bot is back from its last."""
        left = {part: len(coming) + (part in self._struck) for part, coming in self.plan.items()}
        bot = left[Part.BOT] + self.kills[Part.BOT]
        planned = sum(left.values()) + self.kills.total()
        await self.bell.until(lambda: (self.kills.total() == planned and self.returns > bot) or None, None)

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call through, and strike if it is time."""
        part = _caller(request)
        if part is None:
            return await handler(request)
        self._calls[part] += 1
        before, after = _moments(request)
        if before is Moment.KEPT and not self._is_back:
            self._is_back = True
            self.returns += 1
            self.bell.ring()
        if self._due(part, before):
            await self._strike(part, self._taken(part))
            return web.Response(status=500)
        response = await handler(request)
        if self._due(part, after) and not (after is Moment.HANDED and _is_empty(response)):
            if after is Moment.DONE:
                await self._strike(part, self._taken(part))
            else:
                self._drain.start(
                    self._strike(part, self._taken(part))
                )  # it gets the answer, and goes on for a while
        return response

    def _due(self, part: Part, moment: Moment | None) -> bool:
        coming = self.plan[part]
        ready = bool(coming) and part not in self._struck
        return ready and coming[0].moment is moment and self._calls[part] >= coming[0].calls

    def _taken(self, part: Part) -> Blow:
        """The next blow; at once, because another call may come before this one's strike begins."""
        self._struck.add(part)
        return self.plan[part].pop(0)

    async def _strike(self, part: Part, blow: Blow) -> None:
        for _ in range(blow.turns):
            await asyncio.sleep(0)
        await self._kill(part)
        self._struck.remove(part)
        self._calls[part] = 0
        self._is_back = self._is_back and part is not Part.BOT
        self.kills[part] += 1
        self.bell.ring()


@asynccontextmanager
async def watched(world: World, reaper: Reaper) -> AsyncIterator[Running]:
    """Run a sandbox whose calls a reaper watches."""
    app = application(world)
    app.middlewares.append(reaper.watch)
    runner = web.AppRunner(app, shutdown_timeout=2.0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Running("127.0.0.1", runner.addresses[0][1], world)
    finally:
        world.close()
        await runner.cleanup()


def _caller(request: web.Request) -> Part | None:
    """Each part calls with a library of its own; people come in by other addresses."""
    if "/bot" not in request.path:
        return None
    return Part.BOT if "aiogram" in request.headers.get("User-Agent", "") else Part.MAIL


def _moments(request: web.Request) -> tuple[Moment | None, Moment | None]:
    """When a blow can fall on a call: before it is carried out, and afterwards."""
    method = request.path.rpartition("/")[2]
    if request.path.startswith("/file/"):
        return None, Moment.FETCHED
    if method == "getUpdates":
        return Moment.KEPT, Moment.HANDED
    if method.startswith(("send", "edit", "answer", "delete")):
        return Moment.ASKED, Moment.DONE
    return None, None


def _is_empty(response: web.StreamResponse) -> bool:
    assert isinstance(response, web.Response)
    return not json.loads(response.text or "{}").get("result")
