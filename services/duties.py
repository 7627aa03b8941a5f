"""Duties: what must be done by when. Reminders, lists and pictures of what falls due all walk this one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from models.duties import Duty, DutyKind, DutyState
from models.inspections import Inspection, Place, PlaceState
from models.people import RoleName
from models.registers import Department, Subject
from models.tasks import Task, TaskDepartment
from rules.deadlines import StartEventMissing, publication_due
from services import calendars, event_days, obligations, profiles
from services.obligations import Term
from services.step import Actor, Step

OFFICE = frozenset({RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR})
"""Who looks after a department's deadlines and not only their own visits."""


@dataclass(frozen=True, slots=True)
class Due:
    """A duty with what people need to know of it.

    Args:
        duty: the row.
        days_left: working days from today to the day that reminders count down to; negative once it is over.
        task: that it belongs to, if any.
        inspection: that it belongs to, if any.
        subject: of the inspection.
        department: that owes it, if it is one.
    """

    duty: Duty
    days_left: int
    task: Task | None = None
    inspection: Inspection | None = None
    subject: Subject | None = None
    department: Department | None = None


async def start(step: Step, inspection: Inspection) -> Duty | None:
    """Start the clock of a publication when its start event has happened and it does not run yet.

    Source: 濮阳 二(九); 偃师 art. 14; 五原 art. 23; 示范区 七. Which event starts it is the profile's.
    """
    known = select(Duty).where(Duty.kind == DutyKind.PUBLICATION, Duty.inspection_id == inspection.id)
    found = (await step.session.exec(known)).first()
    if found is not None:
        return found
    profile = await profiles.of(step.session, inspection.jurisdiction)
    task = await step.get(Task, inspection.task_id)
    events = event_days.of(inspection, task)
    days = await calendars.of(step.session, inspection.jurisdiction)
    try:
        due = publication_due(profile, events, days)
    except StartEventMissing:
        return None
    rule = profile.publication
    started_on = events.on(rule.starts.value)
    assert started_on is not None  # noqa: S101  (publication_due has just counted from it)
    duty = await obligations.begin(
        step,
        DutyKind.PUBLICATION,
        str(inspection.id),
        Term(
            rule.starts.value,
            started_on,
            due.on,
            due.on,
            due.provisional,
            working_days=rule.working_days.value,
        ),
        rule.working_days,
        jurisdiction=inspection.jurisdiction,
        task_id=inspection.task_id,
        inspection_id=inspection.id,
    )
    if (
        inspection.published_at is not None
    ):  # public before its clock began: a task's clock waits for the last visit
        duty.state, duty.done_at = DutyState.DONE, inspection.published_at
        step.session.add(duty)
    return duty


async def settle(step: Step, inspection: Inspection) -> None:
    """The result is public: its duty is done."""
    await obligations.settle(step, DutyKind.PUBLICATION, col(Duty.inspection_id) == inspection.id)


async def listed(session: AsyncSession, actor: Actor, today: date) -> list[Due]:
    """Open duties that somebody has to know of, the nearest first: of their department and of its tasks."""
    query = with_everything().where(col(Duty.jurisdiction) == actor.account.jurisdiction)
    if actor.account.department_id is not None:
        query = query.where(of_department(actor.account.department_id))
    return await as_dues(session, query, actor.account.jurisdiction, today)


async def between(session: AsyncSession, actor: Actor, today: date, first: date, last: date) -> list[Due]:
    """Open duties whose last day lies between two days, as far as somebody has to do with them.

    Args:
        session: the open session.
        actor: an inspector sees their own visits, everybody else what their department has to do with.
        today: in China.
        first: the earliest last day.
        last: the latest.
    """
    query = with_everything().where(
        col(Duty.jurisdiction) == actor.account.jurisdiction, col(Duty.due_on).between(first, last)
    )
    if not actor.roles & OFFICE:
        mine = select(Place.inspection_id).where(
            Place.inspector_id == actor.account.inspector_id, Place.state == PlaceState.ACCEPTED
        )
        query = query.where(col(Duty.inspection_id).in_(mine))
    elif actor.account.department_id is not None:
        query = query.where(of_department(actor.account.department_id))
    return await as_dues(session, query, actor.account.jurisdiction, today)


async def seen(step: Step) -> list[Due]:
    """What :func:`listed` gives, with a line in the record: it names subjects whose results are not public."""
    found = await listed(step.session, step.person, step.today)
    if found:
        tasks = sorted({due.task.id for due in found if due.task is not None})
        step.sees(step.person.account, "deadlines", tasks=tasks)
    return found


async def overdue(session: AsyncSession, today: date) -> int:
    """How many open duties are past their last day."""
    query = select(Duty.id).where(Duty.state == DutyState.OPEN, Duty.due_on < today)
    return len((await session.exec(query)).all())


def with_everything(state: DutyState | None = DutyState.OPEN) -> Select[Any]:
    """The query of duties with what people need to know of them, the nearest first; for :func:`as_dues`.

    Args:
        state: open ones, unless it says otherwise; all of them for none.
    """
    query: Select[Any] = (
        select(Duty, Task, Inspection, Subject, Department)  # type: ignore[call-overload]  # five columns
        .outerjoin(Task, col(Duty.task_id) == Task.id)
        .outerjoin(Inspection, col(Duty.inspection_id) == Inspection.id)
        .outerjoin(Subject, col(Inspection.subject_id) == Subject.id)
        .outerjoin(Department, col(Duty.department_id) == Department.id)
        .order_by(col(Duty.due_on), col(Duty.id))
    )
    return query if state is None else query.where(col(Duty.state) == state)


def of_department(department_id: int) -> ColumnElement[bool]:
    """The condition that a duty is owed by a department or belongs to a task in which it takes part.

    What nobody in particular owes, because no department hosts the office, is everybody's to see.
    """
    tasks = select(TaskDepartment.task_id).where(TaskDepartment.department_id == department_id)
    nobodys = and_(col(Duty.department_id).is_(None), col(Duty.task_id).is_(None))
    return or_(col(Duty.department_id) == department_id, col(Duty.task_id).in_(tasks), nobodys)


async def as_dues(session: AsyncSession, query: Select[Any], jurisdiction: str, today: date) -> list[Due]:
    """The duties that a query of :func:`with_everything` finds.

    Args:
        session: the open session.
        query: with whatever conditions were added.
        jurisdiction: whose working days count.
        today: in China.
    """
    days = await calendars.of(session, jurisdiction)
    rows: Sequence[Any] = (await session.exec(query)).all()
    return [
        Due(duty, days.working_days_between(today, duty.remind_on), task, inspection, subject, department)
        for duty, task, inspection, subject, department in rows
    ]
