"""Runs the parts of the program that a process is for, until it is told to stop."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.database import Store
from bot.settings import Settings

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

PARTS = ("bot", "scheduler", "web")


async def serve(settings: Settings, store: Store, parts: Collection[str], stop: asyncio.Event) -> None:
    """Run parts together; when one fails, all stop.

    Args:
        settings: of the process.
        store: opens the steps.
        parts: ``bot`` answers, ``scheduler`` keeps time, sends what is to be sent and fetches evidence, ``web`` shows what is public.
        stop: set to stop.
    """
    wake: Callable[[], None] = _nobody
    async with asyncio.TaskGroup() as group:
        if "scheduler" in parts:
            from bot.telegram_out import TelegramOut  # noqa: PLC0415  (a process imports what it runs: this one without aiogram)
            from scheduler import clock  # noqa: PLC0415  (likewise)

            out = TelegramOut(settings, store)
            wake = out.wake
            ticks = clock(store, wake)
            group.create_task(_guarded(out.run(stop), stop))
            group.create_task(_guarded(_tick(ticks, stop), stop))
        if "web" in parts:
            from bot.website import run as run_web  # noqa: PLC0415  (likewise)

            group.create_task(_guarded(run_web(settings, store, stop), stop))
        if "bot" in parts:
            from bot.telegram_in import run as run_bot  # noqa: PLC0415  (likewise)

            group.create_task(_guarded(run_bot(settings, store, stop, wake), stop))
        # What has been loaded stays. Looking through all of it for garbage would hold every reply up for a quarter of a second.
        gc.freeze()


@contextmanager
def stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT stop the program in good order."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for one in signals:
        loop.add_signal_handler(one, stop.set)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


async def _tick(ticks: "AsyncIOScheduler", stop: asyncio.Event) -> None:
    ticks.start()
    try:
        await stop.wait()
    finally:
        # A tick that is under way ends with its transaction; APScheduler itself would cancel it.
        ticks.pause()
        ticks.shutdown(wait=False)


async def _guarded(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """A part that ends, well or not, ends the others in good order."""
    try:
        await work
    finally:
        stop.set()


def _nobody() -> None:
    """There is no delivery in this process; the other one looks by itself."""
