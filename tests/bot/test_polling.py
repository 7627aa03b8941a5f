"""Asking for updates: the offset goes no further than what is kept, and a fault is waited out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy.exc import OperationalError

from bot.polling import FULL_SECONDS, poll, rest
from sandbox.client import Person, Sandbox
from sandbox.faults import Trouble
from sandbox.server import Running
from tests.bot.desk import Desk, closed


class Tray:
    """Stands in for the intake: takes updates, or cannot.

    Args:
        stop: set when so many have been taken.
        wanted: how many.
    """

    def __init__(self, stop: asyncio.Event, wanted: int) -> None:
        self.taken: list[dict[str, Any]] = []
        self.full = False
        self.fault: Exception | None = None
        self._stop = stop
        self._wanted = wanted

    async def accept(self, payloads: list[dict[str, Any]]) -> None:
        """Take updates."""
        if self.fault is not None:
            raise self.fault
        self.taken += payloads
        if len(self.taken) >= self._wanted:
            self._stop.set()


Pause = Callable[[asyncio.Event, float], Awaitable[None]]


class Pauses:
    """Notes how long it would be waited, and does something meanwhile.

    Args:
        meanwhile: what happens during each, until there is nothing more; then it is stopped.
    """

    def __init__(self, *meanwhile: Callable[[], Awaitable[object]]) -> None:
        self.seconds: list[float] = []
        self._meanwhile = list(meanwhile)

    async def __call__(self, stop: asyncio.Event, seconds: float) -> None:
        self.seconds.append(seconds)
        if self._meanwhile:
            await self._meanwhile.pop(0)()
        else:
            stop.set()


@pytest.fixture
async def bot(server: Running) -> Any:
    """Aiogram's bot without the patience that repeats by itself."""
    bot = Bot(server.token, session=AiohttpSession(api=TelegramAPIServer.from_base(server.url)))
    yield bot
    await closed(bot)


@pytest.fixture
async def li(sandbox: Sandbox) -> Person:
    return await sandbox.person(7, "李建国", started=True)


async def polled(bot: Bot, tray: Tray, stop: asyncio.Event, pause: Pause = rest) -> None:
    await poll(bot, tray, stop, pause=pause)  # type: ignore[arg-type]  # as much of an intake as is needed


async def nothing() -> None:
    """Nothing happens meanwhile."""


async def test_updates_are_taken_as_telegram_sent_them(server: Running, bot: Bot, li: Person) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 2)
    for text in ("一", "二"):
        await li.say(text)
    sent = list(server.world.updates.pending)
    await polled(bot, tray, stop)
    assert tray.taken == sent


async def test_an_update_is_confirmed_by_the_next_question_and_comes_no_more(
    server: Running, bot: Bot, li: Person
) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 2)
    await li.say("一")
    polling = asyncio.ensure_future(polled(bot, tray, stop))
    await server.world.bell.until(lambda: not server.world.updates.pending or None, None)
    await li.say("二")
    await polling
    assert [one["message"]["text"] for one in tray.taken] == ["一", "二"]


async def test_updates_that_could_not_be_kept_come_again(server: Running, bot: Bot, li: Person) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 1)
    tray.fault = OperationalError("INSERT", {}, Exception("disk full"))
    await li.say("一")
    with pytest.raises(OperationalError):
        await polled(bot, tray, stop)
    assert len(server.world.updates.pending) == 1
    tray.fault = None
    await polled(bot, tray, stop)
    assert [one["message"]["text"] for one in tray.taken] == ["一"]


async def test_while_another_program_has_the_updates_it_waits_longer_each_time(
    server: Running, bot: Bot, li: Person
) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 1)

    async def away() -> None:
        server.world.webhook = None

    await bot.set_webhook("https://127.0.0.1:1/other")
    await li.say("一")
    pauses = Pauses(nothing, nothing, away)
    await polled(bot, tray, stop, pauses)
    assert pauses.seconds == sorted(pauses.seconds)
    assert 0 < pauses.seconds[0] < pauses.seconds[2]
    assert len(pauses.seconds) == 3
    assert len(tray.taken) == 1


@pytest.mark.parametrize(
    "fault", [{"status": 502}, {"status": 502, "page": True}, {"trouble": Trouble.LOST_BEFORE}]
)
async def test_a_fault_on_the_line_is_waited_out(
    sandbox: Sandbox, bot: Bot, li: Person, fault: dict[str, Any]
) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 1)
    await sandbox.fault(**{"trouble": Trouble.SERVER_ERROR, "method": "getUpdates", "times": 3, **fault})
    await li.say("一")
    pauses = Pauses(nothing, nothing, nothing)
    await polled(bot, tray, stop, pauses)
    assert [one["message"]["text"] for one in tray.taken] == ["一"]
    first, second, third = pauses.seconds
    assert 0 < first < second < third


async def test_waits_begin_anew_after_an_answer(
    server: Running, sandbox: Sandbox, bot: Bot, li: Person
) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 3)
    polls: list[float] = []

    async def pause(_: asyncio.Event, seconds: float) -> None:
        polls.append(seconds)

    await sandbox.fault(Trouble.SERVER_ERROR, "getUpdates", times=3)
    polling = asyncio.ensure_future(polled(bot, tray, stop, pause))
    await li.say("一")
    await server.world.bell.until(lambda: not server.world.updates.pending or None, None)
    await sandbox.fault(Trouble.SERVER_ERROR, "getUpdates")
    await li.say("二")
    await server.world.bell.until(lambda: not server.world.updates.pending or None, None)
    await li.say("三")
    await polling
    assert polls[0] < polls[1] < polls[2]
    assert polls[3] == polls[0]


async def test_told_to_stop_it_leaves_the_long_question_at_once_and_the_updates_where_they_are(
    server: Running, bot: Bot, li: Person
) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 99)
    polling = asyncio.ensure_future(polled(bot, tray, stop))
    await server.world.bell.until(lambda: server.world.updates.polls or None, None)
    stop.set()
    await polling
    await li.say("一")
    assert tray.taken == []
    assert len(server.world.updates.pending) == 1


async def test_told_to_stop_it_does_not_wait_for_the_end_of_a_pause() -> None:
    stop = asyncio.Event()
    resting = asyncio.ensure_future(rest(stop, 3_600))
    await asyncio.sleep(0)
    stop.set()
    await resting


async def test_it_asks_for_nothing_while_too_much_is_under_way(server: Running, bot: Bot, li: Person) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 1)
    tray.full = True
    await li.say("一")

    async def room() -> None:
        assert server.world.updates.polls == 0
        tray.full = False

    pauses = Pauses(nothing, room)
    await polled(bot, tray, stop, pauses)
    assert (pauses.seconds, len(tray.taken)) == ([FULL_SECONDS] * 2, 1)


async def test_it_asks_for_the_kinds_that_are_handled_and_no_others(desk: Desk, bot: Bot, li: Person) -> None:
    stop = asyncio.Event()
    tray = Tray(stop, 1)
    await li.say("一")
    await polled(bot, tray, stop)
    assert set(desk.server.world.updates.allowed) == {"message", "callback_query", "my_chat_member"}
