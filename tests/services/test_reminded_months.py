"""Two months of a department: ticks come twice, late, on two machines or not at all; the worker is killed and told to wait."""

import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  (a seeded source of cases)

import pytest
from sqlalchemy.engine import URL
from sqlmodel import select

import scheduler
from bot.database import Store
from models.duties import Duty, DutyState
from models.people import Account
from rules.calendar import official_calendar
from rules.deadlines import local_date
from rules.reminders import SINGLES, digest_moment, is_quiet, rung_due
from services import outbox, profiles
from services import told as messages
from tests.conftest import SetClock
from tests.services.owing import STARTED, at, owe, reminders
from tests.services.story import Story

FIRST, LAST = date(2026, 11, 2), date(2026, 12, 31)
OFF = {date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)}
"""Days on which nothing runs."""

WAITS, DIES = 0.2, 0.25
"""Up to which share Telegram asks to wait, and then the worker dies while it sends."""

CALENDAR = official_calendar()
RULE = profiles.load("puyang").reminders


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> URL:
    """SQLite alone: what is told does not depend on the store."""
    path = tmp_path / "chouchatong.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite+aiosqlite", database=str(path))


class Post:
    """A worker that is killed while it sends, and a Telegram that asks it to wait."""

    def __init__(self, story: Story, chance: Random) -> None:
        self.story = story
        self.chance = chance
        self.sent: list[tuple[int, datetime, int]] = []
        self.number = 1

    async def work(self) -> None:
        """Some of what is due: it goes out, is to wait, or is under way when the worker dies."""
        for _ in range(self.chance.randrange(1, 4)):
            await self._send(self.chance.random())

    async def drain(self) -> None:
        """The rest of a day."""
        while await self._send(1.0):
            pass

    async def _send(self, fate: float) -> int:
        store = self.story.store
        async with store.step() as step:
            rows = await outbox.claim(step, "worker", 4)
        for row in rows:
            async with store.step() as step:
                assert await outbox.begin(step, row.id, "worker")
            if row.edits is None and fate >= WAITS:
                self.sent.append((row.id, self.story.clock(), row.account_id or 0))
            async with store.step() as step:
                if fate < WAITS:
                    wait = timedelta(seconds=self.chance.randrange(1, 60))
                    await outbox.later(step, row.id, "RetryAfter", wait)
                elif fate < DIES:
                    await outbox.uncertain(step, row.id, "killed")
                else:
                    self.number += 1
                    await outbox.sent(step, row.id, self.number)
        return len(rows)


@dataclass(slots=True)
class Months:
    """What happens.

    Args:
        story: the county.
        clock: set by the day.
        chance: where what goes wrong comes from.
        post: the worker.
        people: who holds duties, and when they want their digest.
        due: the last day of each duty, and who holds it.
        looked: the days on which a tick came in time for somebody.
        done: the day on which a duty was done.
    """

    story: Story
    clock: SetClock
    chance: Random
    post: Post
    people: dict[int, time]
    due: dict[int, tuple[date, int]]
    looked: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    done: dict[int, date] = field(default_factory=dict)

    async def day(self, day: date, stores: list[Store]) -> None:
        """A day of ticks from early in the morning until late at night."""
        for hour in (7, *sorted(self.chance.sample(range(8, 19), 3)), 19, 20, 23):
            if hour == 19:
                at(self.clock, day, 19, 55)
                await self.post.drain()
                continue
            at(self.clock, day, hour, self.chance.randrange(60))
            if self.chance.random() < 0.1:  # the clock is set right: some minutes back
                self.clock.advance(minutes=-self.chance.randrange(1, 30))
            for store in self.chance.choices(stores, k=self.chance.randrange(1, 3)):
                await scheduler.remind(store)
            now = self.clock()
            if CALENDAR.is_working(day) and not is_quiet(RULE, now):
                for who, chosen in self.people.items():
                    if now >= digest_moment(RULE, day, chosen):
                        self.looked[who].add(day)
            await self.post.work()

    async def finish_one(self, day: date, by: Account) -> None:
        """Somebody does a duty in the evening."""
        duty_id = self.chance.choice(sorted(self.due.keys() - self.done.keys()))
        self.done[duty_id] = day
        async with self.story.step(by) as step:
            duty = (await step.session.exec(select(Duty).where(Duty.id == duty_id))).one()
            duty.state, duty.done_at, duty.done_by = DutyState.DONE, step.now, by.id
            await messages.tick_off(step, duty)

    def expected(self, duty: int) -> dict[str, date]:
        """The keys under which a duty's holder is told, each with the first day on which a tick came in time for it."""
        last, who = self.due[duty]
        keys: dict[str, date] = {}
        for today in sorted(self.looked[who]):
            rung = rung_due(last, today, RULE, CALENDAR, since=STARTED)
            if rung is not None and today <= self.done.get(duty, LAST):
                keys.setdefault(rung.key(duty, who), today)
        return keys


async def test_two_months_with_faults(story: Story, clock: SetClock) -> None:
    chance = Random(20261120)
    await story.bind()
    async with story.step() as step:
        (await step.get(Account, story.second.id)).digest_at = time(14)
    people = {story.coordinator.id: time(9), story.second.id: time(14)}
    people[story.county.inspectors["何景行"].id] = time(9)
    span = [FIRST + timedelta(days=days) for days in range(75)]
    due = {
        duty: (day, who)
        for who in people
        for day in chance.choices(span, k=8)
        for duty in await owe(story, day, holder_id=who)
    }
    post = Post(story, chance)
    months = Months(story, clock, chance, post, people, due)
    other = Store(story.store.url, clock)
    for day in (FIRST + timedelta(days=days) for days in range((LAST - FIRST).days + 1)):
        if day not in OFF:
            await months.day(day, [story.store, other])
        if chance.random() < 0.25:
            await months.finish_one(day, story.coordinator)
    await other.close()

    # Each duty was told on each of its rungs once, on the first day on which a tick came in time.
    rows = await reminders(story)
    assert len({row.key for row in rows}) == len(rows) > 100
    for duty in due:
        assert {row.key: row.on_date for row in rows if row.duty_id == duty} == months.expected(duty)

    # Nothing came at night or on a day off; nothing came twice; few messages a person and day.
    assert len({row for row, _, _ in post.sent}) == len(post.sent) > 50
    assert not any(is_quiet(RULE, moment) for _, moment, _ in post.sent)
    assert all(CALENDAR.is_working(local_date(moment)) for _, moment, _ in post.sent)
    assert max(Counter((who, local_date(moment)) for _, moment, who in post.sent).values()) <= SINGLES + 1
