"""Deadlines follow the calendar: when days off become known or change, every last day is counted again.

Set by set and not row by row: duties that began on the same day with the same limit have the same last day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, func, or_, union, update
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from models.duties import Duty, DutyState
from models.inspections import Inspection, Place, PlaceState
from models.people import Account, Role, RoleName
from models.registers import Subject
from models.tasks import Part, Task, TaskDepartment
from rules.calendar import Due
from rules.profile.terms import MessageStyle
from rules.reminders import next_moment
from services import calendars, fixed_dates, mail, profiles
from services.step import Entry, Step
from templates.render import render

SHOWN = 12
"""Moved deadlines that one message names; the others are a press away."""

LOCK = 20_070_101
"""The number of PostgreSQL's lock; nothing else uses one."""

_TABLE: Table = Duty.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it

_KEY = ("jurisdiction", "state", "started_on", "working_days", "due_on", "provisional")
_SAME = [_TABLE.c[name] == bindparam(f"its_{name}") for name in _KEY]
_SETTLE = update(_TABLE).where(*_SAME).values(provisional=bindparam("now_provisional"))
_MOVE = (
    update(_TABLE)
    .where(*_SAME)
    .values(
        due_on=bindparam("now_due_on"),
        remind_on=bindparam("now_due_on"),
        next_on=bindparam("today"),
        provisional=bindparam("now_provisional"),
        moved_from=bindparam("its_due_on"),
        moved_at=bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class Recount:
    """What became of the deadlines.

    Args:
        moved: how many have another last day, by jurisdiction.
        settled: how many are no longer provisional, whether they moved or not.
        told: how many people were told.
    """

    moved: Mapping[str, int] = field(default_factory=dict)
    settled: int = 0
    told: int = 0

    @property
    def moves(self) -> int:
        """How many moved in all."""
        return sum(self.moved.values())

    def moved_in(self, jurisdiction: str) -> int:
        """How many moved in one jurisdiction."""
        return self.moved.get(jurisdiction, 0)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Duties that have the same last day for the same reason, and the last day that they ought to have."""

    jurisdiction: str
    state: DutyState
    started_on: date
    working_days: int
    due_on: date
    provisional: bool
    number: int
    due: Due

    @property
    def moved(self) -> bool:
        """Whether it is another day."""
        return self.due.on != self.due_on

    def parameters(self, step: Step) -> dict[str, Any]:
        """For the statements above."""
        its = {f"its_{name}": getattr(self, name) for name in _KEY}
        now = {"now_due_on": self.due.on, "now_provisional": self.due.provisional}
        return {**its, **now, **({"now": step.now, "today": step.today} if self.moved else {})}


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that moved, with what its people need to know of it."""

    duty: Duty
    inspection: Inspection | None = None
    subject: Subject | None = None
    task: Task | None = None


async def alone(step: Step) -> None:
    """Let no other step change the calendar or recount until this one ends.

    Two that went through the same rows in different order would wait for each other on PostgreSQL; SQLite has one writer anyway.
    """
    if step.session.get_bind().dialect.name != "sqlite":
        await step.session.exec(select(func.pg_advisory_xact_lock(LOCK)))


async def recount(step: Step, why: str, jurisdiction: str | None = None) -> Recount:
    """Count the last day of every open duty again, and of every provisional one; tell those concerned what moved.

    Run again, it finds nothing to do. A duty that is done keeps its state; only its last day is put right.

    Args:
        step: the transaction.
        why: what became known, for the message.
        jurisdiction: whose duties; everybody's without one.

    Returns:
        What moved.
    """
    await alone(step)
    dates = await fixed_dates.recount(step, jurisdiction)
    sets = [one for one in await _sets(step, jurisdiction) if _differs(one)]
    if not sets:
        return Recount(settled=dates)
    settled = [one.parameters(step) for one in sets if not one.moved]
    moved = [one for one in sets if one.moved]
    if settled:
        await step.session.exec(_SETTLE, params=settled)
    if moved:
        await step.session.exec(_MOVE, params=[one.parameters(step) for one in moved])
    counts: Counter[str] = Counter()
    for one in moved:
        counts[one.jurisdiction] += one.number
        await _record(step, one)
    told = 0
    for code in sorted({one.jurisdiction for one in moved if one.state is DutyState.OPEN}):
        told += await _tell(step, code, why)
    fewer = sum(one.number for one in sets if one.provisional and not one.due.provisional)
    return Recount(counts, fewer + dates, told)


async def _sets(step: Step, jurisdiction: str | None) -> list[Cohort]:
    columns = [col(getattr(Duty, name)) for name in _KEY]
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)  # type: ignore[call-overload]  # six columns
    query = query.where(or_(col(Duty.state) == DutyState.OPEN, col(Duty.provisional).is_(True)))
    query = query.where(col(Duty.state) != DutyState.VOID, col(Duty.working_days).is_not(None))
    if jurisdiction is not None:
        query = query.where(Duty.jurisdiction == jurisdiction)
    rows: Sequence[Any] = (await step.session.exec(query)).all()
    days = await calendars.each(step.session, {row[0] for row in rows})
    return [Cohort(*[*row, days[row[0]].add_working_days(row[2], row[3])]) for row in rows]


def _differs(one: Cohort) -> bool:
    return one.moved or one.due.provisional != one.provisional


async def _record(step: Step, one: Cohort) -> None:
    """A line for the set, which names its duties: a line for each would be a hundred thousand that say the same."""
    query = (
        select(Duty.id)
        .where(
            Duty.jurisdiction == one.jurisdiction,
            Duty.state == one.state,
            Duty.due_on == one.due.on,
            Duty.started_on == one.started_on,
            Duty.working_days == one.working_days,
            Duty.moved_from == one.due_on,
            Duty.moved_at == step.now,
        )
        .order_by(col(Duty.id))
    )
    data = {
        "from": one.due_on.isoformat(),
        "to": one.due.on.isoformat(),
        "provisional": one.due.provisional,
        "duties": _runs((await step.session.exec(query)).all()),
    }
    step.entries.append(Entry(one.jurisdiction, "duty.moved", "duty", None, data))


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers as runs of first and last."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


async def _tell(step: Step, jurisdiction: str, why: str) -> int:
    """One message a person, however many of their deadlines moved; at night and on days off it waits."""
    profile = await profiles.of(step.session, jurisdiction)
    days = await calendars.of(step.session, jurisdiction)
    thin = profile.messages.style.value is MessageStyle.THIN
    moment = next_moment(profile.reminders, days, step.now)
    totals, shown = await _concerned(step, jurisdiction)
    people = {
        one.id: one
        for one in (
            await step.session.exec(select(Account).where(Account.jurisdiction == jurisdiction))
        ).all()
    }
    for account_id, total in totals.items():
        message = render(
            "moved", why=why, moves=shown[account_id], more=total - len(shown[account_id]), thin=thin
        )
        await mail.post(step, people[account_id], "moved", message, not_before=moment)
    return len(totals)


async def _concerned(step: Step, jurisdiction: str) -> tuple[dict[int, int], dict[int, list[Move]]]:
    """Who has to know of what moved in this step: how many of each, and the first of them, the nearest first."""
    moved = (
        col(Duty.jurisdiction) == jurisdiction,
        col(Duty.state) == DutyState.OPEN,
        col(Duty.moved_at) == step.now,
    )
    inspectors: Select[Any, Any, Any] = (
        select(col(Account.id).label("account"), col(Duty.id).label("duty"), col(Duty.due_on).label("due"))
        .join(Place, col(Place.inspector_id) == Account.inspector_id)
        .join(Duty, col(Duty.inspection_id) == Place.inspection_id)
        .where(Place.state == PlaceState.ACCEPTED, *moved)
    )
    coordinators: Select[Any, Any, Any] = (
        select(col(Account.id).label("account"), col(Duty.id).label("duty"), col(Duty.due_on).label("due"))
        .join(Role, col(Role.account_id) == Account.id)
        .join(TaskDepartment, col(TaskDepartment.department_id) == Account.department_id)
        .join(Duty, col(Duty.task_id) == TaskDepartment.task_id)
        .where(
            Role.name == RoleName.COORDINATOR,
            TaskDepartment.part == Part.LEAD,
            col(Duty.department_id).is_(None),
            *moved,
        )
    )
    owing: Select[Any, Any, Any] = (
        select(col(Account.id).label("account"), col(Duty.id).label("duty"), col(Duty.due_on).label("due"))
        .join(Role, col(Role.account_id) == Account.id)
        .join(Duty, col(Duty.department_id) == Account.department_id)
        .where(Role.name == RoleName.COORDINATOR, *moved)
    )
    both = union(inspectors, coordinators, owing).subquery()
    place = func.row_number().over(partition_by=both.c.account, order_by=(both.c.due, both.c.duty))
    total = func.count().over(partition_by=both.c.account)
    ranked = select(both.c.account, both.c.duty, place.label("place"), total.label("total")).subquery()
    query: Any = (
        select(ranked.c.account, ranked.c.total, Duty, Inspection, Subject, Task)  # type: ignore[call-overload]  # six columns
        .join(Duty, col(Duty.id) == ranked.c.duty)
        .outerjoin(Inspection, col(Inspection.id) == Duty.inspection_id)
        .outerjoin(Subject, col(Subject.id) == Inspection.subject_id)
        .outerjoin(Task, col(Task.id) == Duty.task_id)
        .where(ranked.c.place <= SHOWN)
        .order_by(ranked.c.account, ranked.c.place)
    )
    totals: dict[int, int] = {}
    shown: dict[int, list[Move]] = defaultdict(list)
    for account, number, duty, inspection, subject, task in (await step.session.exec(query)).all():
        totals[account] = number
        shown[account].append(Move(duty, inspection, subject, task))
    return totals, shown
