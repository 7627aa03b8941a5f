"""Limits around lists, plans and tasks: what starts them, and what settles them.

A limit that the profile does not have is not begun. Publication has its own clock (services/duties.py), fixed dates their own calendar
(services/reports.py).
"""

from collections.abc import Iterable

from sqlmodel import col, func, select

from models.duties import Duty, DutyKind, DutyState
from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.plans import PlanChange, PlanLine
from models.tasks import Part, Task
from rules.profile.duties import Limit
from rules.profile.model import Profile
from rules.profile.terms import OfficeEvent
from services import calendars, obligations, tasks
from services.obligations import Term
from services.step import Step

BEFORE_CHECKS = (DutyKind.DISPATCH, DutyKind.CONFIRMATION, DutyKind.ASSIGNMENT)
"""What makes no sense any more once every check of the task is complete."""


async def drawn(step: Step, profile: Profile, task: Task) -> None:
    """The lists are open: they are to be sent down, and the task has its last day.

    Source: 五原 art. 18 (five working days after the draw); 濮阳 二(四), 示范区 七, 邢台 二(四) (no task beyond its period).
    """
    await _happened(step, profile, task, OfficeEvent.LIST_DRAWN)
    binding = profile.tasks.period_binding
    if binding.value:
        days = await calendars.of(step.session, task.jurisdiction)
        event = OfficeEvent.LIST_DRAWN.value
        await obligations.begin(
            step,
            DutyKind.TASK_END,
            str(task.id),
            Term.fixed(event, step.today, task.period_end, profile.report_calendar, days),
            binding,
            jurisdiction=task.jurisdiction,
            department_id=await tasks.lead_of(step.session, task.id),
            task_id=task.id,
        )


async def sent(step: Step, profile: Profile, task: Task) -> None:
    """The list was sent down; whoever takes part has received it.

    Source: 五原 art. 18, 19; Hebei's platform (who receives a list compares and confirms it).
    """
    await obligations.settle(step, DutyKind.DISPATCH, col(Duty.task_id) == task.id)
    await _happened(step, profile, task, OfficeEvent.LIST_RECEIVED)


async def taken_on(step: Step, task_id: int) -> None:
    """Somebody took a visit on, or a visit fell away: a department all of whose people have is done with choosing them.

    Whoever was drawn may still have an interest and be replaced, so a place counts once its inspector has said yes.

    Source: 五原 art. 19.
    """
    await step.session.flush()
    waiting = (
        select(Place.department_id)
        .join(Inspection, col(Place.inspection_id) == Inspection.id)
        .where(
            Inspection.task_id == task_id,
            Inspection.state != InspectionState.CLOSED,
            col(Place.state).in_([PlaceState.OPEN, PlaceState.OFFERED]),
            col(Place.department_id).is_not(None),
        )
    )
    await obligations.settle(
        step,
        DutyKind.ASSIGNMENT,
        col(Duty.task_id) == task_id,
        col(Duty.department_id).not_in(waiting),
    )


async def completed(step: Step, task: Task) -> None:
    """Every check of a task is complete: its period is kept, and what should have been done before falls away."""
    await taken_on(step, task.id)
    await obligations.settle(step, DutyKind.TASK_END, col(Duty.task_id) == task.id)
    await obligations.void(
        step, col(Duty.task_id) == task.id, col(Duty.kind).in_(BEFORE_CHECKS), why="task.completed"
    )


async def closed(step: Step, inspection: Inspection) -> None:
    """A visit came to nothing because its subject is gone: nothing of it is due."""
    await obligations.void(step, col(Duty.inspection_id) == inspection.id, why="inspection.closed")
    await taken_on(step, inspection.task_id)


async def items_changed(
    step: Step, profile: Profile, jurisdiction: str, departments: Iterable[int | None]
) -> None:
    """The item list changed: it is to be entered and published; one duty a department and day.

    Args:
        step: the transaction.
        profile: whose ``limits.item_list_change`` gives the number of days, if it has one.
        jurisdiction: whose list.
        departments: whose items; none for those of nobody in particular, which are the office's.

    Source: 五原 art. 7 (ten working days after the change).
    """
    for one in dict.fromkeys(departments):
        await _changed(step, DutyKind.ITEM_LIST_CHANGE, profile.limits.item_list_change, jurisdiction, one)


async def plan_changed(step: Step, profile: Profile, line: PlanLine, change: PlanChange) -> None:
    """A line of the plan changed: it is to be entered and published; one duty a department and day of decision.

    Source: 五原 art. 15 (ten working days).
    """
    limit = profile.limits.plan_change
    await _changed(step, DutyKind.PLAN_CHANGE, limit, line.jurisdiction, line.department_id, change=change)


async def _happened(step: Step, profile: Profile, task: Task, event: OfficeEvent) -> None:
    """Begin the limits on lists that start with an event: one for the lead, or one for each department concerned."""
    limits = profile.limits
    parts = [part for part, _ in await tasks.departments_of(step.session, task.id)]
    lead = [part.department_id for part in parts if part.part is Part.LEAD]
    others = [part.department_id for part in parts if part.part is not Part.LEAD]
    concerned = (
        (DutyKind.DISPATCH, limits.dispatch, lead),
        (DutyKind.CONFIRMATION, limits.confirmation, others),  # the lead has made the list itself
        (DutyKind.ASSIGNMENT, limits.assignment, [part.department_id for part in parts if part.places]),
    )
    days = await calendars.of(step.session, task.jurisdiction)
    for kind, limit, departments in concerned:
        if limit is None or limit.starts.value is not event:
            continue
        term = Term.counted(event.value, step.today, limit.working_days.value, days)
        for department in departments:
            await obligations.begin(
                step,
                kind,
                str(task.id) if kind is DutyKind.DISPATCH else f"{task.id}:{department}",
                term,
                limit.working_days,
                jurisdiction=task.jurisdiction,
                department_id=department,
                task_id=task.id,
            )


async def _changed(
    step: Step,
    kind: DutyKind,
    limit: Limit | None,
    jurisdiction: str,
    department: int | None,
    *,
    change: PlanChange | None = None,
) -> None:
    if limit is None:
        return
    on = step.today if change is None else change.decided_on
    key = f"{jurisdiction}:{department or 0}:{on.isoformat()}"
    # What was published already does not cover what changed after it, on the same day or not.
    query = select(func.count()).where(
        Duty.kind == kind, col(Duty.key).startswith(key), Duty.state != DutyState.OPEN
    )
    before = (await step.session.exec(query)).one()
    days = await calendars.of(step.session, jurisdiction)
    await obligations.begin(
        step,
        kind,
        f"{key}:{before + 1}",
        Term.counted(limit.starts.value.value, on, limit.working_days.value, days),
        limit.working_days,
        jurisdiction=jurisdiction,
        department_id=department,
    )
