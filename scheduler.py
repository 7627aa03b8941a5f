"""The clock: a few ticks over our own tables (APScheduler).

A tick walks the tables and writes rows with unique keys, so it may run late, twice, or on two machines, and nobody is told twice. Nothing
is kept in the scheduler: what was missed while it stood still is due at the next tick.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlmodel import select

from models.registers import Jurisdiction
from rules.deadlines import LOCAL_TIME
from rules.profile.model import Profile
from services import checkpoints, idling, profiles, recount, reminders, reports
from services.step import Step, Steps
from templates.lines import line

log = logging.getLogger(__name__)

Work = Callable[[Step, str, Profile], Awaitable[int]]
"""What a tick does in a jurisdiction; it says how many messages it has written."""

Tick = Callable[[Steps], Awaitable[int]]
"""What is done; says how much, none when there is nothing to wake anybody for."""


async def remind(store: Steps) -> int:
    """Tell everybody in every jurisdiction what falls due.

    Returns:
        How many messages were written.
    """
    return await _everywhere(store, "reminders", reminders.remind)


async def materialise(store: Steps) -> int:
    """Make duties of the fixed dates that lie ahead.

    Returns:
        How many.
    """
    return await _everywhere(store, "reports", reports.materialise)


async def checkpoint(store: Steps) -> int:
    """Write the day's checkpoint of every chain that has grown and send it to its witnesses.

    Returns:
        How many messages were written.
    """
    return await _everywhere(store, "checkpoint", checkpoints.write)


async def awaken(store: Steps) -> int:
    """Tell of drafts that lie untouched.

    Returns:
        How many messages were written.
    """
    return await _everywhere(store, "idle drafts", idling.remind)


async def _everywhere(store: Steps, name: str, work: Work) -> int:
    async with store.reading() as session:
        codes = (await session.exec(select(Jurisdiction.code).order_by(Jurisdiction.code))).all()
    messages = 0
    for code in codes:
        try:
            async with store.step() as step:
                messages += await work(step, code, await profiles.of(step.session, code))
        except Exception:  # one jurisdiction's fault must not silence the others
            log.exception("%s of %s failed", name, code)
    return messages


async def settle(store: Steps) -> int:
    """Count deadlines again by what is known now: a newer version of the program may bring a notice along.

    Returns:
        How many moved.
    """
    async with store.step() as step:
        return (await recount.recount(step, line("moved_by_package"))).moves


TICKS: dict[str, tuple[int, Tick]] = {
    "remind": (60, remind),
    "reports": (3600, materialise),
    "checkpoint": (300, checkpoint),
    "awaken": (900, awaken),
    "settle": (3600, settle),
}
"""By name: every so many seconds, and what is done then."""


def clock(store: Steps, wake: Callable[[], None]) -> AsyncIOScheduler:
    """The scheduler with every tick, not started yet.

    Args:
        store: opens the steps.
        wake: tells the delivery in this process that something was written.
    """

    async def tick(work: Tick) -> None:
        if await work(store):
            wake()

    scheduler = AsyncIOScheduler(
        timezone=LOCAL_TIME, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_listener(_failed, EVENT_JOB_ERROR)
    first = datetime.now(LOCAL_TIME)
    for name, (seconds, work) in TICKS.items():
        every = IntervalTrigger(seconds=seconds, timezone=LOCAL_TIME)
        scheduler.add_job(tick, every, args=[work], id=name, next_run_time=first)
    return scheduler


def _failed(event: JobExecutionEvent) -> None:
    """A tick that failed is due again at the next; the log gets the kind of fault."""
    log.error("tick %s failed: %s", event.job_id, type(event.exception).__name__)
