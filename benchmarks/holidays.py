"""The import of a State Council notice that moves the last days of many duties, beside a loop over the rows.

``python -m benchmarks.holidays [DUTIES]``
"""

import asyncio
import atexit
import shutil
import sys
from collections.abc import Awaitable, Callable
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
from models.duties import Duty, DutyKind, DutyState
from models.inspections import InspectionState, PlaceState
from models.people import RoleName
from models.tasks import Part, TaskState
from rules.calendar import official_calendar
from rules.holidays.reading import read
from rules.profile.terms import TaskKind
from services import holidays

DUTIES = 100_000
PER_TASK = 200
DEPARTMENTS = 50
INSPECTORS = 1_000
STARTS = 40
WORKING_DAYS = 20
"""Days on which the duties began."""

FIRST = date(2026, 12, 7)
NOON = datetime(2027, 1, 19, 4, tzinfo=UTC)
CODE = "anlan"
TARGET = "≤ 10 s"

# Made up, as a notice for 2027 might be.
NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至13日（周六）放假调休，共9天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


def ours(number: int) -> Work:
    """The import: read, checked, every duty counted again, the moved ones recorded, everybody concerned told once.

    Args:
        number: of duties, all of them provisional.
    """

    async def bring_in(store: Store) -> object:
        async with store.step() as step:
            found = (await holidays.bring_in(step, "2027.txt", NOTICE.encode())).recount
        return {"moved": found.moves, "settled": found.settled, "told": found.told}

    return _on_a_store(number, bring_in)


def looping(number: int) -> Work:
    """The same dates by a loop over the rows with SQLAlchemy's ORM: nobody is told, nothing is recorded.

    Args:
        number: of duties, all of them provisional.
    """

    async def loop(store: Store) -> object:
        arrangement = read(NOTICE).arrangement
        assert arrangement is not None  # noqa: S101  (the text stands above)
        days = official_calendar([arrangement.upon(None)])
        moved = 0
        async with store.step() as step:
            for duty in (await step.session.exec(select(Duty).where(col(Duty.provisional).is_(True)))).all():
                due = days.add_working_days(duty.started_on, WORKING_DAYS)
                moved += duty.due_on != due.on
                duty.due_on, duty.provisional = due.on, due.provisional
        return {"moved": moved}

    return _on_a_store(number, loop)


def run(number: int = DUTIES) -> list[Row]:
    """Measure both in turn.

    Args:
        number: of duties.
    """
    mine, loop = side_by_side([f"benchmarks.holidays:{work}" for work in ("ours", "looping")], number)
    name = "a loop over the rows (ORM)"
    ratio = mine.seconds / loop.seconds
    return [
        Row(f"import that recounts {number:,} duties", mine.seconds, mine.peak_mib, ratio, name, TARGET),
        Row(name, loop.seconds, loop.peak_mib),
    ]


def _on_a_store(number: int, work: Callable[[Store], Awaitable[object]]) -> Work:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = URL.create("sqlite+aiosqlite", database=str(folder / "store.sqlite3"))

    async def alone(todo: Callable[[Store], Awaitable[object]]) -> object:
        store = Store(url, lambda: NOON)
        found = await todo(store)
        await store.close()
        return found

    async def prepare(store: Store) -> None:
        await store.upgrade()
        async with store.step() as step:
            for name, rows in _county(number):
                for start in range(0, len(rows), 1_000):
                    await step.session.exec(insert(metadata.tables[name]), params=rows[start : start + 1_000])

    asyncio.run(alone(prepare))
    return lambda: asyncio.run(alone(work))


def _county(number: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """A made-up county whose duties are all provisional: each visit has two inspectors, each department a coordinator."""
    its: dict[str, Any] = {"jurisdiction": CODE}
    days = official_calendar()
    starts = [FIRST + timedelta(days=step) for step in range(STARTS)]
    dues = {start: days.add_working_days(start, WORKING_DAYS) for start in starts}
    tasks = range(1, -(-number // PER_TASK) + 1)
    people = range(1, INSPECTORS + 1)
    heads = range(INSPECTORS + 1, INSPECTORS + DEPARTMENTS + 1)
    visits = range(1, number + 1)
    begun = dict(zip(visits, (starts[visit % STARTS] for visit in visits), strict=True))
    return [
        (
            "jurisdiction",
            [{"code": CODE, "name": "安澜县", "profile": "puyang", "division": "419998", "created_at": NOON}],
        ),
        (
            "department",
            [
                {**its, "id": n, "name": f"示例{n}局", "short_name": f"示例{n}"}
                for n in range(1, DEPARTMENTS + 1)
            ],
        ),
        (
            "inspector",
            [
                {
                    **its,
                    "id": n,
                    "department_id": n % DEPARTMENTS + 1,
                    "name": f"示例{n}",
                    "certificate_no": f"示{n}",
                    "certification": "certified",
                    "specialties": [],
                    "is_expert": False,
                    "active": True,
                    "digest": "",
                    "changed_at": NOON,
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
                    "department_id": n % DEPARTMENTS + 1,
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
                    "changed_at": NOON,
                }
                for n in visits
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
                    "period_start": FIRST,
                    "period_end": FIRST,
                    "industries": [],
                    "ratios": {},
                    "created_by": heads[0],
                    "created_at": NOON,
                }
                for n in tasks
            ],
        ),
        (
            "task_department",
            [
                {**its, "task_id": n, "department_id": n % DEPARTMENTS + 1, "part": Part.LEAD, "places": 2}
                for n in tasks
            ],
        ),
        (
            "inspection",
            [
                {
                    **its,
                    "id": n,
                    "task_id": (n - 1) // PER_TASK + 1,
                    "subject_id": n,
                    "number": f"示例-{n}",
                    "state": InspectionState.SUBMITTED,
                    "revision": 1,
                    "forms": [],
                    "changed_at": NOON,
                }
                for n in visits
            ],
        ),
        (
            "place",
            [
                {
                    **its,
                    "inspection_id": n,
                    "seat": seat,
                    "inspector_id": (n * 2 + seat) % INSPECTORS + 1,
                    "state": PlaceState.ACCEPTED,
                    "revision": 1,
                }
                for n in visits
                for seat in (1, 2)
            ],
        ),
        (
            "duty",
            [
                {
                    **its,
                    "kind": DutyKind.PUBLICATION,
                    "key": str(n),
                    "inspection_id": n,
                    "start_event": "check_ended",
                    "started_on": begun[n],
                    "working_days": WORKING_DAYS,
                    "due_on": dues[begun[n]].on,
                    "remind_on": dues[begun[n]].on,
                    "next_on": begun[n],
                    "provisional": True,
                    "article": "",
                    "state": DutyState.OPEN,
                }
                for n in visits
            ],
        ),
    ]


if __name__ == "__main__":
    print(table(run(*map(int, sys.argv[1:]))), end="")
