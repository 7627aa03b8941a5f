"""The minute's tick over a million open duties of which a few thousand are due, beside a walk of all of them; and one coordinator's digest.

``python -m benchmarks.reminders [DUTIES]``
"""

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import URL
from sqlmodel import col, select

from benchmarks.measure import Row, Work, side_by_side, table
from bot.database import Store
from models import metadata
from models.duties import Duty, DutyState
from models.people import RoleName
from models.tasks import Part, TaskState
from rules.calendar import official_calendar
from rules.profile.terms import TaskKind
from rules.reminders import Rung, rung_due
from services import profiles, reminders

DUTIES = 1_000_000
DUE = 4_000
DEPARTMENTS = 50
INSPECTORS = 1_000
PER_VISIT = 10
"""One duty in ten is a visit's; the others are a department's reports and plans."""

DIGEST = 5_000
"""Duties of one coordinator."""

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TENTH = date(2026, 12, 4)
"""Ten working days from today: the first rung of the ladder."""

CODE = "anlan"
PROFILE = "puyang"
TARGET = "≤ 2 s, ≤ 200 MiB"
TARGET_DIGEST = "≤ 0.1 s"

# As the rows of a store are made fastest: by the database itself. ``:n`` duties, the first ``:due`` of them due today.
_VISITS = """
INSERT INTO inspection (id, jurisdiction, task_id, subject_id, number, state, revision, forms, changed_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n / :per)
SELECT i, :code, (i - 1) / 100 + 1, (i - 1) % 100 + 1, '示例-' || i, 'submitted', 1, '[]', '2026-11-01 00:00:00' FROM n
"""
_PLACES = """
INSERT INTO place (jurisdiction, inspection_id, seat, inspector_id, state, revision, hindrances)
SELECT :code, id, seat, (id * 2 + seat) % :inspectors + 1, 'accepted', 1, '{}'
FROM inspection, (SELECT 1 AS seat UNION SELECT 2)
"""
_DUTIES = """
INSERT INTO duty (id, jurisdiction, kind, key, title, department_id, task_id, inspection_id, start_event, started_on,
    due_on, remind_on, next_on, provisional, article, source, needed, given, state)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n)
SELECT i, :code, CASE WHEN v THEN 'publication' ELSE 'report' END, i, CASE WHEN v THEN '' ELSE '示例报表' || i END,
    CASE WHEN v THEN NULL ELSE i % :departments + 1 END, CASE WHEN v THEN (i / :per - 1) / 100 + 1 END,
    CASE WHEN v THEN i / :per END, 'calendar', '2026-11-02', due, due,
    CASE WHEN i <= :due THEN :today ELSE date(:today, '+' || (1 + i % 200) || ' days') END,
    0, '', 'document', 1, 0, 'open'
FROM (SELECT i, i % :per = 0 AND :visits AS v,
    CASE WHEN i <= :due THEN :tenth ELSE date(:today, '+' || (20 + i % 200) || ' days') END AS due FROM n)
"""


_YESTERDAY = """
INSERT INTO duty (jurisdiction, kind, key, title, department_id, start_event, started_on,
    due_on, remind_on, next_on, provisional, article, source, needed, given, state)
SELECT :code, 'report', 'yesterday', '示例', 1, 'calendar', '2026-11-02',
    date(:tenth, '-1 day'), date(:tenth, '-1 day'), date(:today, '-1 day'), 0, '', 'document', 1, 0, 'open'
"""


def ours(number: int) -> AbstractContextManager[Work]:
    """The tick: what is due by index, its people in sets, everybody concerned told once.

    Args:
        number: of open duties.
    """
    return _on_a_store(number, min(DUE, number), DEPARTMENTS, _tick)


def walking(number: int) -> AbstractContextManager[Work]:
    """A walk of all open duties, rung by rung, with the columns alone: nobody is told.

    Args:
        number: of open duties.
    """

    async def walk(store: Store) -> object:
        days, rule = official_calendar(), profiles.load(PROFILE).reminders
        rungs: dict[date, Rung | None] = {}
        due = 0
        async with store.reading() as session:
            query: Any = select(col(Duty.id), col(Duty.remind_on)).where(Duty.state == DutyState.OPEN)
            for _, remind_on in (await session.exec(query)).all():
                if remind_on not in rungs:
                    rungs[remind_on] = rung_due(remind_on, TODAY, rule, days)
                due += rungs[remind_on] is not None
        return {"due": due}

    return _on_a_store(number, min(DUE, number), DEPARTMENTS, walk)


def digest(number: int) -> AbstractContextManager[Work]:
    """One coordinator's digest of so many duties, each a row of its own under its key.

    Args:
        number: of duties, all due today.
    """
    return _on_a_store(number, number, 1, _tick, visits=False)


def run(number: int = DUTIES) -> list[Row]:
    """Measure.

    Args:
        number: of open duties.
    """
    mine, walk = side_by_side([f"benchmarks.reminders:{work}" for work in ("ours", "walking")], number)
    theirs = min(DIGEST, number)
    (one,) = side_by_side(["benchmarks.reminders:digest"], theirs)
    name = "a walk of all of them (columns)"
    ratio = mine.seconds / walk.seconds
    due = min(DUE, number)
    return [
        Row(
            f"tick over {number:,} open duties, {due:,} due", mine.seconds, mine.peak_mib, ratio, name, TARGET
        ),
        Row(name, walk.seconds, walk.peak_mib),
        Row(
            f"digest of a coordinator with {theirs:,} duties", one.seconds, one.peak_mib, target=TARGET_DIGEST
        ),
    ]


async def _tick(store: Store) -> object:
    profile = profiles.load(PROFILE)
    async with store.step() as step:
        return {"told": await reminders.remind(step, CODE, profile)}


@contextmanager
def _on_a_store(
    number: int,
    due: int,
    departments: int,
    work: Callable[[Store], Awaitable[object]],
    *,
    visits: bool = True,
) -> Iterator[Work]:
    folder = Path(mkdtemp())
    path = folder / "store.sqlite3"
    url = URL.create("sqlite+aiosqlite", database=str(path))

    now = [NOW - timedelta(days=1)]
    store = Store(url, lambda: now[0])
    runner = asyncio.Runner()

    async def prepare() -> None:
        await store.upgrade()
        async with store.step() as step:
            for name, rows in _county(departments, -(-number // (100 * PER_VISIT)) if visits else 0):
                if rows:
                    await step.session.exec(insert(metadata.tables[name]), params=rows)
        _fill(path, {"n": number, "due": due, "departments": departments, "visits": int(visits)})
        await _tick(store)  # yesterday's: the program has run for a while
        now[0] = NOW

    runner.run(prepare())
    try:
        yield lambda: runner.run(_come(work(store)))
    finally:
        runner.run(store.close())
        runner.close()
        shutil.rmtree(folder)


async def _come(work: Awaitable[object]) -> object:
    return await work


def _fill(path: Path, sizes: dict[str, int]) -> None:
    fixed = {"code": CODE, "per": PER_VISIT, "inspectors": INSPECTORS}
    days = {"today": TODAY.isoformat(), "tenth": TENTH.isoformat()}
    values = {**sizes, **fixed, **days}
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        for statement in (_VISITS, _PLACES) if sizes["visits"] else ():
            connection.execute(statement, values)
        connection.execute(_DUTIES, values)
        connection.execute(_YESTERDAY, values)
    connection.execute(
        "PRAGMA wal_checkpoint(TRUNCATE)"
    )  # nothing of the preparation is left to whoever commits next
    connection.close()


def _county(departments: int, tasks: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """Made-up people: each department has a coordinator, and the inspectors are spread over the departments."""
    its: dict[str, Any] = {"jurisdiction": CODE}
    people = range(1, INSPECTORS + 1) if tasks else range(0)
    heads = range(INSPECTORS + 1, INSPECTORS + departments + 1)
    return [
        (
            "jurisdiction",
            [{"code": CODE, "name": "安澜县", "profile": PROFILE, "division": "419998", "created_at": NOW}],
        ),
        (
            "department",
            [
                {**its, "id": n, "name": f"示例{n}局", "short_name": f"示例{n}"}
                for n in range(1, departments + 1)
            ],
        ),
        (
            "inspector",
            [
                {
                    **its,
                    "id": n,
                    "department_id": n % departments + 1,
                    "name": f"示例{n}",
                    "certificate_no": f"示{n}",
                    "certification": "certified",
                    "specialties": [],
                    "is_expert": False,
                    "active": True,
                    "digest": "",
                    "changed_at": NOW,
                }
                for n in people
            ],
        ),
        (
            "account",
            [
                {
                    **its,
                    "id": n,
                    "department_id": n % departments + 1,
                    "inspector_id": n if n in people else None,
                    "name": f"示例{n}",
                    "telegram_id": 700_000 + n,
                }
                for n in (*people, *heads)
            ],
        ),
        ("role", [{**its, "account_id": n, "name": RoleName.COORDINATOR} for n in heads]),
        (
            "subject",
            [
                {
                    **its,
                    "id": n,
                    "key": f"419998{n:09d}",
                    "name": f"示例{n}号商行",
                    "kind": "enterprise",
                    "status": "existing",
                    "tags": [],
                    "digest": "",
                    "changed_at": NOW,
                }
                for n in range(1, 101)
            ],
        ),
        (
            "task",
            [
                {
                    **its,
                    "id": n,
                    "number": f"示例抽查〔2026〕{n}号",
                    "name": f"示例{n}",
                    "kind": TaskKind.UNTARGETED,
                    "state": TaskState.CHECKING,
                    "revision": 1,
                    "period_start": TODAY,
                    "period_end": TODAY,
                    "industries": [],
                    "ratios": {},
                    "created_by": heads[0],
                    "created_at": NOW,
                }
                for n in range(1, tasks + 1)
            ],
        ),
        (
            "task_department",
            [
                {**its, "task_id": n, "department_id": n % departments + 1, "part": Part.LEAD, "places": 2}
                for n in range(1, tasks + 1)
            ],
        ),
    ]


if __name__ == "__main__":
    print(table(run(*map(int, sys.argv[1:]))), end="")
