"""The tick on either database: several schedulers at once, and a line that was dead."""

import asyncio
from datetime import date

import pytest
from sqlmodel import col, select

from bot.database import Store
from models.mail import Outbox
from tests.conftest import SetClock
from tests.services.owing import at, deliver, owe, reminders, tick, told
from tests.services.story import Story

FRIDAY = date(2026, 12, 4)
MONDAY = date(2026, 12, 7)
TENTH = date(2026, 12, 18)
"""Ten working days after that Friday."""


@pytest.fixture
async def bound(story: Story) -> Story:
    await story.bind()
    return story


async def test_two_schedulers_on_one_store_tell_once(
    bound: Story, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    await owe(bound, *[TENTH] * 40, *[FRIDAY] * 10)
    other = Store(bound.store.url, clock)
    second = Story(other, bound.county, clock)
    written = 0
    for day in (FRIDAY, MONDAY, date(2026, 12, 11)):
        at(clock, day)
        written += sum(await asyncio.gather(*(tick(one) for one in (bound, second) * 3)))
        written += await tick(second)
        await deliver(bound)
    await other.close()
    rows = await reminders(bound)
    assert len(rows) == len({row.key for row in rows}) == 2 * (50 + 10 + 50)
    assert written == len({row.outbox_id for row in rows}) == 2 * 3
    assert caplog.records == []


async def test_after_a_dead_line_there_is_one_digest(bound: Story, clock: SetClock) -> None:
    """The scheduler ticks for a week, and nothing goes out; then everything is said once, as it is."""
    await owe(bound, date(2026, 12, 8), FRIDAY, TENTH, holder_id=bound.coordinator.id)
    for day in range(4, 10):
        at(clock, date(2026, 12, day))
        await tick(bound)
    found = await deliver(bound)
    assert [one.created_at.day for one in found] == [9, 9, 9]
    texts = " ".join(one.text for one in found)
    assert "已逾期 1 个" in texts
    assert "已逾期 3 个" in texts
    assert "还剩 <b>7</b>" in texts
    assert await told(bound, date(2026, 12, 9), 15) == []
    async with bound.store.reading() as session:
        settled = (await session.exec(select(Outbox.failure).where(col(Outbox.sent_at).is_(None)))).all()
    assert set(settled) == {"superseded"}
