"""The day on which a check ended, was complete or had its result: a person may put it right, with a reason, before publication."""

from dataclasses import replace
from datetime import date, datetime, time

from sqlmodel import col, select

from models.duties import Duty, DutyEntry, DutyKind, DutyState
from models.inspections import Inspection
from models.tasks import Task
from rules.deadlines import (
    LOCAL_TIME,
    CheckEvents,
    StartEventMissing,
    local_date,
    require_in_order,
    require_possible,
)
from rules.errors import Refused
from rules.profile.terms import CheckEvent
from rules.reasons import REASON_LENGTH
from services import calendars, tasks
from services.step import Step

_COLUMNS = {
    CheckEvent.CHECK_ENDED: "check_ended_on",
    CheckEvent.CHECK_COMPLETED: "check_completed_on",
    CheckEvent.RESULT_PRODUCED: "result_produced_on",
}


def of(inspection: Inspection, task: Task) -> CheckEvents:
    """The days on which the events of a check happened, as far as they have."""
    return CheckEvents(
        check_ended=inspection.check_ended_on,
        check_completed=inspection.check_completed_on,
        result_produced=inspection.result_produced_on,
        task_completed=local_date(task.completed_at) if task.completed_at else None,
    )


async def correct(
    step: Step, inspection_id: int, event: CheckEvent, day: date, reason: str
) -> tuple[Inspection, int]:
    """Put the day of an event right; limits that began with it are counted anew.

    Args:
        step: the transaction.
        inspection_id: whose event; that of a whole task is every visit's.
        event: which.
        day: in China.
        reason: why; it stays with the duty.

    Returns:
        The visit, and how many duties have another last day.

    Raises:
        Refused: ``access.…`` for who does not lead the task; ``deadlines.published`` once the result is public;
            ``deadlines.no_EVENT`` for what has not happened; ``deadlines.in_future``, ``deadlines.task_before_check``,
            ``deadlines.out_of_order``, ``deadlines.same_day``; ``tasks.reason_length``.

    Source: 濮阳 二(九); 偃师 art. 14; 五原 art. 23; 示范区 七 (each counts from another event).
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    task = await tasks.led(step, inspection.task_id)
    if inspection.published_at is not None:
        raise Refused("deadlines.published")
    reason = " ".join(reason.split())
    if len(reason) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    before = of(inspection, task)
    was = before.on(event)
    if was is None:
        raise StartEventMissing(event)
    if was == day:
        raise Refused("deadlines.same_day", day=day)
    now = replace(before, **{event.value: day})
    require_possible(now, step.today)
    require_in_order(now)
    if event is CheckEvent.TASK_COMPLETED:
        task.completed_at = datetime.combine(day, time(12), LOCAL_TIME)
        step.session.add(task)
        step.record("event.corrected", task, event=event.value, was=was.isoformat(), now=day.isoformat())
    else:
        setattr(inspection, _COLUMNS[event], day)
        inspection.changed_at = step.now
        step.session.add(inspection)
        step.record(
            "event.corrected", inspection, event=event.value, was=was.isoformat(), now=day.isoformat()
        )
    await step.session.flush()
    return inspection, await _count_anew(step, inspection, event, day, reason)


async def _count_anew(step: Step, inspection: Inspection, event: CheckEvent, day: date, reason: str) -> int:
    """Every open limit of publication that this event started."""
    whole = event is CheckEvent.TASK_COMPLETED
    query = select(Duty).where(
        Duty.kind == DutyKind.PUBLICATION,
        Duty.start_event == event.value,
        Duty.state == DutyState.OPEN,
        (col(Duty.task_id) == inspection.task_id) if whole else (col(Duty.inspection_id) == inspection.id),
    )
    days = await calendars.of(step.session, inspection.jurisdiction)
    moved = 0
    for duty in (await step.session.exec(query.order_by(col(Duty.id)).with_for_update())).all():
        due = days.add_working_days(day, duty.working_days or 0)
        if due.on != duty.due_on:
            duty.moved_from, duty.moved_at = duty.due_on, step.now
            moved += 1
        data = {"from": duty.due_on.isoformat(), "to": due.on.isoformat(), "provisional": due.provisional}
        duty.started_on = day
        duty.due_on = duty.remind_on = due.on
        duty.next_on = step.today
        duty.provisional = due.provisional
        step.session.add(duty)
        step.session.add(
            DutyEntry(
                jurisdiction=duty.jurisdiction,
                duty_id=duty.id,
                title=reason,
                given_by=step.person.account.id,
                given_at=step.now,
            )
        )
        step.record("duty.recounted", duty, **data)
    return moved
