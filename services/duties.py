"""Duties: what must be done by when. All reminders walk this table; the unique key of a reminder lets a tick run twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from models.duties import Duty, DutyKind, DutyState, Reminder
from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.people import Account, Role, RoleName
from models.registers import Subject
from models.tasks import Part, Task, TaskDepartment
from rules.calendar import Calendar
from rules.deadlines import CheckEvents, StartEventMissing, local_date, publication_due
from rules.profile.model import Profile
from rules.profile.terms import MessageStyle
from rules.reminders import Rung, digest_moment, is_quiet, rung_due
from services import calendars, mail, profiles
from services.step import Actor, Step
from templates.render import render

OFFICE = frozenset({RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.SUPERVISOR})
"""Who looks after a department's deadlines and not only their own visits."""

SHOWN = 12
"""Duties that one digest names; the others are a press away."""


@dataclass(frozen=True, slots=True)
class Due:
    """A duty with what people need to know of it.

    Args:
        duty: the row.
        inspection: whose result is to be published.
        task: its task.
        subject: whom it is about.
        days_left: working days from today to the last day; negative once it is over.
    """

    duty: Duty
    inspection: Inspection
    task: Task
    subject: Subject
    days_left: int


@dataclass(frozen=True, slots=True)
class Told:
    """A duty and the rung of the ladder on which somebody is told of it."""

    due: Due
    rung: Rung


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
    events = CheckEvents(
        check_ended=inspection.check_ended_on,
        check_completed=inspection.check_completed_on,
        result_produced=inspection.result_produced_on,
        task_completed=local_date(task.completed_at) if task.completed_at else None,
    )
    days = await calendars.of(step.session, inspection.jurisdiction)
    try:
        due = publication_due(profile, events, days)
    except StartEventMissing:
        return None
    rule = profile.publication
    started_on = events.on(rule.starts.value)
    assert started_on is not None  # noqa: S101  (publication_due has just counted from it)
    duty = Duty(
        jurisdiction=inspection.jurisdiction,
        kind=DutyKind.PUBLICATION,
        inspection_id=inspection.id,
        start_event=rule.starts.value,
        started_on=started_on,
        working_days=rule.working_days.value,
        due_on=due.on,
        provisional=due.provisional,
        article=rule.working_days.article or rule.working_days.note or "",
    )
    if (
        inspection.published_at is not None
    ):  # public before its clock began: a task's clock waits for the last visit
        duty.state, duty.done_at = DutyState.DONE, inspection.published_at
    step.session.add(duty)
    await step.session.flush()
    step.record("duty.started", duty, due=due.on.isoformat(), provisional=due.provisional)
    return duty


async def settle(step: Step, inspection: Inspection) -> None:
    """The result is public: its duty is done."""
    query = (
        select(Duty)
        .where(Duty.inspection_id == inspection.id, Duty.state == DutyState.OPEN)
        .with_for_update()
    )
    for duty in (await step.session.exec(query)).all():
        duty.state = DutyState.DONE
        duty.done_at = step.now
        step.session.add(duty)
        step.record("duty.done", duty, late=step.today > duty.due_on)


async def listed(session: AsyncSession, actor: Actor, today: date) -> list[Due]:
    """Open duties that somebody has to know of, the nearest first: of the tasks of their department."""
    query = _with_everything().where(Duty.jurisdiction == actor.account.jurisdiction)
    if actor.account.department_id is not None:
        tasks = select(TaskDepartment.task_id).where(
            TaskDepartment.department_id == actor.account.department_id
        )
        query = query.where(col(Inspection.task_id).in_(tasks))
    days = await calendars.of(session, actor.account.jurisdiction)
    return [_due(row, days, today) for row in (await session.exec(query)).all()]


async def between(session: AsyncSession, actor: Actor, today: date, first: date, last: date) -> list[Due]:
    """Open duties whose last day lies between two days, as far as somebody has to do with them.

    Args:
        session: the open session.
        actor: an inspector sees their own visits, everybody else the tasks of their department.
        today: in China.
        first: the earliest last day.
        last: the latest.
    """
    query = _with_everything().where(
        Duty.jurisdiction == actor.account.jurisdiction, col(Duty.due_on).between(first, last)
    )
    if not actor.roles & OFFICE:
        mine = select(Place.inspection_id).where(
            Place.inspector_id == actor.account.inspector_id, Place.state == PlaceState.ACCEPTED
        )
        query = query.where(col(Duty.inspection_id).in_(mine))
    elif actor.account.department_id is not None:
        tasks = select(TaskDepartment.task_id).where(
            TaskDepartment.department_id == actor.account.department_id
        )
        query = query.where(col(Inspection.task_id).in_(tasks))
    days = await calendars.of(session, actor.account.jurisdiction)
    return [_due(row, days, today) for row in (await session.exec(query)).all()]


async def seen(step: Step) -> list[Due]:
    """What :func:`listed` gives, with a line in the record: it names subjects whose results are not public."""
    found = await listed(step.session, step.person, step.today)
    if found:
        step.sees(step.person.account, "deadlines", tasks=sorted({due.task.id for due in found}))
    return found


async def remind(step: Step, jurisdiction: str, profile: Profile) -> int:
    """Tell those concerned what falls due: inspectors of the visit, coordinators of the lead department.

    What is far off is one digest a person; the last day and what is overdue come alone. May run at any time and twice: what was told
    under its key is not told again.

    Args:
        step: the transaction.
        jurisdiction: whose duties.
        profile: its ladder and quiet hours.

    Returns:
        How many messages were written.
    """
    rule = profile.reminders
    if is_quiet(rule, step.now) or step.now < digest_moment(rule, step.today):
        return 0
    days = await calendars.of(step.session, jurisdiction)
    horizon = days.add_working_days(step.today, max(rule.ladder.value)).on
    query = _with_everything().where(Duty.jurisdiction == jurisdiction, Duty.due_on <= horizon)
    told: dict[int, list[Told]] = defaultdict(list)
    for row in (await step.session.exec(query)).all():
        due = _due(row, days, step.today)
        rung = rung_due(due.duty.due_on, step.today, rule, days, since=_since(due.duty))
        if rung is None:
            continue
        for account_id in await _concerned(step.session, due):
            told[account_id].append(Told(due, rung))
    thin = profile.messages.style.value is MessageStyle.THIN
    messages = 0
    for account_id, everything in sorted(told.items()):
        account = await step.get(Account, account_id)
        fresh = [one for one in everything if not await _known(step.session, one, account_id)]
        for group in [[one] for one in fresh if one.rung.alone] + [
            [one for one in fresh if not one.rung.alone]
        ]:
            if group:
                await _tell(step, account, group, thin=thin)
                messages += 1
    return messages


async def overdue(session: AsyncSession, today: date) -> int:
    """How many open duties are past their last day."""
    query = select(Duty.id).where(Duty.state == DutyState.OPEN, Duty.due_on < today)
    return len((await session.exec(query)).all())


async def _tell(step: Step, account: Account, group: Sequence[Told], *, thin: bool) -> None:
    """One message and, under their keys, a row for each reminder in it."""
    message = render(
        "reminder", told=group[:SHOWN], more=max(0, len(group) - SHOWN), today=step.today, thin=thin
    )
    row = await mail.post(step, account, "reminder", message)
    assert row is not None  # noqa: S101  (without a dedup key the outbox always takes it)
    for one in group:
        step.session.add(
            Reminder(
                jurisdiction=account.jurisdiction,
                key=one.rung.key(one.due.duty.id, account.id),
                duty_id=one.due.duty.id,
                account_id=account.id,
                working_days_left=one.rung.days_left,
                on_date=step.today,
                outbox_id=row.id,
            )
        )
    await step.session.flush()


async def _known(session: AsyncSession, told: Told, account_id: int) -> bool:
    query = select(Reminder.id).where(Reminder.key == told.rung.key(told.due.duty.id, account_id))
    return (await session.exec(query)).first() is not None


async def _concerned(session: AsyncSession, due: Due) -> list[int]:
    """Accounts: whoever must still act on the visit, and the lead department's coordinators."""
    concerned = select(Account.id)
    inspectors = concerned.join(Place, col(Place.inspector_id) == Account.inspector_id).where(
        Place.inspection_id == due.inspection.id, Place.state == PlaceState.ACCEPTED
    )
    lead = select(TaskDepartment.department_id).where(
        TaskDepartment.task_id == due.task.id, TaskDepartment.part == Part.LEAD
    )
    coordinators = concerned.join(Role, col(Role.account_id) == Account.id).where(
        Role.name == RoleName.COORDINATOR, col(Account.department_id).in_(lead)
    )
    found = [*(await session.exec(inspectors)).all(), *(await session.exec(coordinators)).all()]
    return sorted(set(found))


def _with_everything() -> Select[Duty, Inspection, Task, Subject]:
    return (
        select(Duty, Inspection, Task, Subject)
        .join(Inspection, col(Duty.inspection_id) == Inspection.id)
        .join(Task, col(Inspection.task_id) == Task.id)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .where(col(Duty.state) == DutyState.OPEN, col(Inspection.state) != InspectionState.PUBLISHED)
        .order_by(col(Duty.due_on), col(Duty.id))
    )


def _since(duty: Duty) -> date:
    """The day from which reminders count: they were told of the start, and of a move, when it happened."""
    return duty.started_on if duty.moved_at is None else max(duty.started_on, local_date(duty.moved_at))


def _due(row: tuple[Duty, Inspection, Task, Subject], days: Calendar, today: date) -> Due:
    duty, inspection, task, subject = row
    return Due(duty, inspection, task, subject, days.working_days_between(today, duty.due_on))
