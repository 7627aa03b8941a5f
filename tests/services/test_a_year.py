"""A year of a small county: every duty that its profile names comes up, on its day, for everybody who owes it."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  (a seeded source, for the worker)

import pytest
from sqlalchemy.engine import URL
from sqlmodel import col, select

import scheduler
from models.duties import Duty, DutyKind, DutyState
from models.people import RoleName
from rules.calendar import official_calendar
from rules.deadlines import local_date
from rules.reminders import rung_due
from services import obligations, people, profiles
from services.reports import AHEAD
from tests.conftest import SetClock
from tests.services.conftest import Under
from tests.services.owing import reminders
from tests.services.story import Story
from tests.services.test_reminded_months import Post

MONTHS_LAST = (
    *("01-31", "02-28", "03-31", "04-30", "05-31", "06-30"),
    *("07-31", "08-31", "09-30", "10-31", "11-30", "12-31"),
)
THE_23RD = tuple(f"{month:02}-23" for month in range(1, 13))

DEPARTMENTS, OFFICE = 2, 1

DATES: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {
    "puyang": {"item_list": (DEPARTMENTS, ("06-30",)), "annual_plan": (DEPARTMENTS, ("01-31",))},
    "yanshi": {},
    "wuyuan": {
        "focus": (DEPARTMENTS, ("12-31",)),
        "annual_plan": (DEPARTMENTS, ("01-31",)),
        "joint_plan": (OFFICE, ("03-31",)),
    },
    "shifanqu": {
        "conference": (OFFICE, ("02-28", "04-30", "06-30", "08-31", "10-31", "12-31")),
        "monthly_summary": (OFFICE, MONTHS_LAST),
        "quarterly_bulletin": (OFFICE, ("03-31", "06-30", "09-30", "12-31")),
        "work_information": (DEPARTMENTS, ("03-15", "06-15", "09-15", "12-15")),
        "half_year_summary": (DEPARTMENTS, ("06-15",)),
        "year_end_summary": (DEPARTMENTS, ("12-15",)),
        "information_item": (DEPARTMENTS, MONTHS_LAST),
        "media_reports": (DEPARTMENTS, MONTHS_LAST),
    },
    "xingtai": {
        "claimed_items": (DEPARTMENTS, ("03-31",)),
        "registers": (DEPARTMENTS, ("03-31",)),
        "item_forms": (DEPARTMENTS, ("03-31",)),
        "county_monthly_form": (OFFICE, THE_23RD),
        "department_monthly_form": (DEPARTMENTS, THE_23RD),
        "summary": (DEPARTMENTS + OFFICE, ("04-06", "07-02", "10-08", "12-23")),
    },
}
"""What the documents ask for in 2026: how many owe it, and on which dates."""

MOVED = {
    "01-31": "01-30",
    "02-23": "02-14",  # the Spring Festival; the 14th was a Saturday at work
    "03-15": "03-13",
    "04-06": "04-03",
    "05-23": "05-22",
    "05-31": "05-29",
    "08-23": "08-21",
    "10-31": "10-30",
}
"""Dates of 2026 that fall on a day off, and the working day before each. 28 February was a Saturday at work."""

OF_A_TASK = {
    "puyang": {"task_end": 1, "publication": 1},
    "yanshi": {"publication": 1},
    "wuyuan": {"dispatch": 1, "assignment": 2, "publication": 1},
    "shifanqu": {"task_end": 1, "publication": 1},
    "xingtai": {"task_end": 1, "confirmation": 1, "publication": 1},
}
"""What one joint task of two departments brings along."""


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> URL:
    """SQLite alone: a year is long, and what it asks of the store is asked of both elsewhere."""
    path = tmp_path / "chouchatong.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite+aiosqlite", database=str(path))


async def _lived(story: Story, clock: SetClock) -> dict[int, date]:
    """Every Monday of 2026 the tick; on the first one of June a task. By duty the day on which it came up."""
    came: dict[int, date] = {}
    day = date(2026, 1, 1)
    while day.year == 2026:
        clock.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        await scheduler.materialise(story.store)
        if day == date(2026, 6, 1):
            (visit,) = await story.dispatched(0, 2)
            await story.finish(visit)
        async with story.store.reading() as session:
            for one in (await session.exec(select(Duty.id))).all():
                came.setdefault(one, day)
        day += timedelta(days=7 - day.weekday())
    return came


@pytest.mark.parametrize("profile", DATES)
async def test_a_year_brings_everything_that_its_document_asks_for(
    under: Under, clock: SetClock, profile: str
) -> None:
    clock.now = datetime(2026, 1, 1, 2, tzinfo=UTC)
    story = await under(profile)
    came = await _lived(story, clock)
    async with story.store.reading() as session:
        duties = (await session.exec(select(Duty).order_by(col(Duty.id)))).all()

    dated = [one for one in duties if one.kind is DutyKind.REPORT and one.due_on.year == 2026]
    assert Counter((one.key.split(":")[1], f"{one.due_on:%m-%d}") for one in dated) == Counter(
        {(name, day): number for name, (number, days) in DATES[profile].items() for day in days}
    )
    days = official_calendar()
    for one in dated:
        day = f"{one.due_on:%m-%d}"
        assert f"{one.remind_on:%m-%d}" == MOVED.get(day, day)
        assert one.article
        ahead = days.working_days_between(came[one.id], one.due_on)
        # Within a week of the first day on which it lies in the horizon, or at the beginning.
        assert AHEAD - 6 <= ahead <= AHEAD or came[one.id] == date(2026, 1, 1)

    others = [one for one in duties if one.kind is not DutyKind.REPORT]
    assert Counter(one.kind.value for one in others) == Counter(OF_A_TASK[profile])
    assert {came[one.id] for one in others} == {date(2026, 6, 1)}
    assert all(one.article for one in others)


def test_every_report_of_every_profile_is_in_this_year() -> None:
    for name in profiles.names():
        lasting = {
            one.name for one in profiles.load(name).report_calendar.reports if one.schedule.once is None
        }
        assert set(DATES[name]) == lasting, name


SUNDAY = 6

NINE = 1
"""Nine o'clock in China, as an hour of UTC: when a digest goes out."""


@pytest.mark.parametrize("profile", [name for name, dated in DATES.items() if dated])
async def test_a_year_reminds_everybody_on_the_right_days_and_of_nothing_twice(
    under: Under, clock: SetClock, profile: str
) -> None:
    """With faults and bad clocks: tests/services/test_reminded_months.py."""
    clock.now = datetime(2026, 1, 1, NINE, tzinfo=UTC)
    story = await under(profile)
    async with story.step() as step:
        second = story.county.departments[1].id
        await people.appoint(step, "anlan", "连星野", [RoleName.COORDINATOR], department_id=second)
    await story.bind()
    days, rule = official_calendar(), profiles.load(profile).reminders
    post = Post(story, Random(1))
    came: dict[int, date] = {}
    done: dict[int, date] = {}
    ticked: list[date] = []
    day = date(2026, 1, 1)
    while day.year == 2026:
        clock.now = datetime(day.year, day.month, day.day, NINE, 5, tzinfo=UTC)
        if day.weekday() == 0 or not came:
            await scheduler.materialise(story.store)
            async with story.store.reading() as session:
                for one in (await session.exec(select(Duty.id))).all():
                    came.setdefault(one, day)
        if days.is_working(day) or day.weekday() == SUNDAY:  # one silent day a week shows that it is silent
            if await scheduler.remind(story.store):
                await post.drain()
            ticked.append(day)
        clock.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        async with story.step(story.coordinator) as step:
            late = select(Duty).where(
                Duty.state == DutyState.OPEN, col(Duty.remind_on) <= day - timedelta(days=3)
            )
            for duty in (await step.session.exec(late)).all():  # a day late, so that some are overdue
                await obligations.done(step, duty)
                done[duty.id] = day
        day += timedelta(days=1)

    rows = await reminders(story)
    assert len({row.key for row in rows}) == len(rows)
    async with story.store.reading() as session:
        duties = (await session.exec(select(Duty))).all()
    for duty in duties:
        told = {row.account_id for row in rows if row.duty_id == duty.id and not row.escalated}
        for who in told:
            expected: dict[str, date] = {}
            for today in ticked:
                if came[duty.id] <= today <= done.get(duty.id, today):
                    rung = rung_due(duty.remind_on, today, rule, days, since=duty.started_on)
                    if rung is not None:
                        expected.setdefault(rung.key(duty.id, who), today)
            mine = {row.key: row.on_date for row in rows if (row.duty_id, row.account_id) == (duty.id, who)}
            assert mine == expected
        first = days.working_days_between(date(2026, 12, 31), duty.remind_on)
        settled = duty.state is DutyState.DONE and duty.id not in done  # the plan was there before
        assert told or settled or first >= max(rule.ladder.value), duty.key
    assert all(days.is_working(local_date(moment)) for _, moment, _ in post.sent)
