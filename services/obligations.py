"""Duties as rows: begun once under their key, done, and fallen away. Whoever begins one of any kind does it here."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from models.duties import Duty, DutyKind, DutyState
from rules.calendar import Calendar
from rules.deadlines import days_late, remind_for
from rules.profile.cited import Citation
from rules.profile.schedule import ReportCalendar
from services import calendars, told
from services.step import Step


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when a duty runs.

    Args:
        event: what started it: a start event of the profile, ``calendar`` for a fixed date.
        started_on: the day of that event; it does not count itself.
        due_on: the last day.
        remind_on: the day that reminders count down to.
        provisional: whether a notice that is not known yet may move either.
        working_days: length of the limit; none for a fixed date.
    """

    event: str
    started_on: date
    due_on: date
    remind_on: date
    provisional: bool
    working_days: int | None = None

    @classmethod
    def counted(cls, event: str, started_on: date, working_days: int, days: Calendar) -> "Term":
        """So many working days after an event."""
        due = days.add_working_days(started_on, working_days)
        return cls(event, started_on, due.on, due.on, due.provisional, working_days)

    @classmethod
    def fixed(cls, event: str, started_on: date, on: date, rule: ReportCalendar, days: Calendar) -> "Term":
        """Until a date, which stays where it is; reminders count down to the working day before a day off."""
        reminded = remind_for(rule, on, days)
        return cls(event, started_on, on, reminded.on, reminded.provisional)


async def begin(
    step: Step,
    kind: DutyKind,
    key: str,
    term: Term,
    basis: Citation,
    *,
    jurisdiction: str,
    title: str = "",
    department_id: int | None = None,
    task_id: int | None = None,
    inspection_id: int | None = None,
    needed: int = 1,
) -> Duty:
    """Begin a duty, or find the one that runs under its key.

    Args:
        step: the transaction of the event that starts it.
        kind: what is to be done.
        key: tells duties of a kind apart, across all jurisdictions.
        term: from when until when.
        basis: who says so; its article, or its note where the document is silent, stays with the duty.
        jurisdiction: whose duty it is.
        title: what people call it; empty where that follows from the visit or the task.
        department_id: who owes it; none where it is the office's and no department hosts the office.
        task_id: that it belongs to.
        inspection_id: likewise.
        needed: how many are owed.
    """
    known = select(Duty).where(Duty.kind == kind, Duty.key == key)
    found = (await step.session.exec(known)).first()
    if found is not None:
        return found
    duty = Duty(
        jurisdiction=jurisdiction,
        kind=kind,
        key=key,
        title=title,
        department_id=department_id,
        task_id=task_id,
        inspection_id=inspection_id,
        start_event=term.event,
        started_on=term.started_on,
        working_days=term.working_days,
        due_on=term.due_on,
        remind_on=term.remind_on,
        next_on=term.started_on,
        provisional=term.provisional,
        article=basis.article or basis.note or "",
        source=basis.source.value,
        needed=needed,
    )
    step.session.add(duty)
    await step.session.flush()
    step.record("duty.started", duty, due=term.due_on.isoformat(), provisional=term.provisional)
    return duty


async def done(step: Step, duty: Duty) -> None:
    """Somebody, or the step itself, has done what was due; late or not is in the record."""
    days = await calendars.of(step.session, duty.jurisdiction)
    late = days_late(duty.due_on, step.today, days)
    duty.state = DutyState.DONE
    duty.done_at = step.now
    duty.done_by = step.actor.account.id if step.actor else None
    step.session.add(duty)
    step.record("duty.done", duty, late=late > 0, days_late=late)
    await told.tick_off(step, duty)


async def settle(step: Step, kind: DutyKind, *which: ColumnElement[bool] | bool) -> int:
    """Do all open duties of a kind that meet some conditions; how many."""
    query = select(Duty).where(Duty.kind == kind, Duty.state == DutyState.OPEN, *which).with_for_update()
    found = (await step.session.exec(query.order_by(col(Duty.id)))).all()
    for duty in found:
        await done(step, duty)
    return len(found)


async def void(step: Step, *which: ColumnElement[bool] | bool, why: str) -> int:
    """Let open duties that meet some conditions fall away; how many.

    Args:
        step: the transaction.
        *which: conditions on the rows.
        why: the event after which nobody owes them any more, for the record.
    """
    query = select(Duty).where(Duty.state == DutyState.OPEN, *which).with_for_update()
    found = (await step.session.exec(query.order_by(col(Duty.id)))).all()
    for duty in found:
        duty.state = DutyState.VOID
        duty.done_at = step.now
        step.session.add(duty)
        step.record("duty.void", duty, why=why)
        await told.tick_off(step, duty)
    return len(found)
