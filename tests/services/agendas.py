"""Duties of every kind, put straight into the store for lists and pictures."""

from datetime import UTC, date, datetime
from itertools import count

from bot.database import Store
from models.duties import Duty, DutyKind, DutyState
from tests.county import CODE

_keys = count(1)


async def owe(
    store: Store,
    due_on: date,
    *,
    kind: DutyKind = DutyKind.REPORT,
    title: str = "抽查工作情况",
    department: int | None = None,
    holder: int | None = None,
    task: int | None = None,
    done_on: date | None = None,
    provisional: bool = False,
    remind_on: date | None = None,
    number: int = 1,
) -> list[int]:
    """So many duties alike; their ids."""
    rows = [
        Duty(
            jurisdiction=CODE,
            kind=kind,
            key=f"made-{next(_keys)}",
            title=title,
            department_id=department,
            holder_id=holder,
            task_id=task,
            start_event="fixed",
            started_on=date(2026, 1, 5),
            due_on=due_on,
            remind_on=remind_on or due_on,
            next_on=due_on,
            provisional=provisional,
            article="三、（四）",
            state=DutyState.OPEN if done_on is None else DutyState.DONE,
            done_at=None
            if done_on is None
            else datetime(done_on.year, done_on.month, done_on.day, 3, tzinfo=UTC),
        )
        for _ in range(number)
    ]
    async with store.step() as step:
        step.session.add_all(rows)
    return [row.id for row in rows]
