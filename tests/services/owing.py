"""Duties without a visit, for what happens on a day: made at once, and told by ticks whose mail goes out or does not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

import scheduler
from models.duties import Duty, DutyKind, Reminder
from models.mail import Outbox
from models.people import Account
from rules.deadlines import LOCAL_TIME
from services import outbox
from tests.conftest import SetClock
from tests.services.story import Story

STARTED = date(2026, 11, 2)

_NUMBERS = count(1)
_MESSAGES = count(5_000)


async def owe(story: Story, *due: date, **values: Any) -> list[int]:
    """Duties of the lead department that fall due on these days; their ids."""
    rows = []
    async with story.step() as step:
        for day in due:
            number = next(_NUMBERS)
            told = {"department_id": story.county.departments[0].id, "title": f"示例报表{number}"}
            rows.append(
                Duty(
                    jurisdiction="anlan",
                    kind=DutyKind.REPORT,
                    key=f"owing:{number}",
                    start_event="calendar",
                    started_on=STARTED,
                    due_on=day,
                    remind_on=day,
                    next_on=STARTED,
                    provisional=False,
                    article="",
                    **{**told, **values},
                )
            )
            step.session.add(rows[-1])
    return [row.id for row in rows]


def at(clock: SetClock, day: date, hour: int = 9, minute: int = 0) -> None:
    """Set the clock to an hour in China."""
    clock.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL_TIME).astimezone(UTC)


async def tick(story: Story) -> int:
    return await scheduler.remind(story.store)


async def deliver(story: Story) -> list[Outbox]:
    """What is queued arrives; it is returned as it was sent."""
    arrived: list[Outbox] = []
    while True:
        async with story.store.step() as step:
            rows = await outbox.claim(step, "worker", 50)
        if not rows:
            return arrived
        for row in rows:
            async with story.store.step() as step:
                assert await outbox.begin(step, row.id, "worker")
                await outbox.sent(step, row.id, row.edits or next(_MESSAGES))
            arrived.append(row)


async def told(story: Story, day: date, hour: int = 9, minute: int = 0) -> list[Outbox]:
    """The tick of an hour, and what arrives of it."""
    assert isinstance(story.clock, SetClock)
    at(story.clock, day, hour, minute)
    await tick(story)
    return await deliver(story)


async def reminders(story: Story, account: Account | None = None) -> Sequence[Reminder]:
    """Every reminder's row, or somebody's, oldest first."""
    query = select(Reminder).order_by(col(Reminder.id))
    if account is not None:
        query = query.where(Reminder.account_id == account.id)
    async with story.store.reading() as session:
        return (await session.exec(query)).all()


async def duties_to_look_at(story: Story, day: date) -> int:
    """How many open duties a tick of a day would read."""
    async with story.store.reading() as session:
        return (await session.exec(select(func.count()).where(col(Duty.next_on) <= day))).one()
