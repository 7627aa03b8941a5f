"""A task at a glance: how far it is, what is missing, who is late."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, Place, PlaceState
from models.items import CheckItem
from models.people import Account, RoleName
from models.registers import Department, Inspector, Subject
from models.tasks import Task, TaskDepartment, TaskState
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import AssignmentMode
from rules.quotas import Effect
from services import attempts, inspectors, kinds, pools, quotas, scopes, staffing, task_lines, tasks
from services.step import Step


@dataclass(frozen=True, slots=True)
class Seat:
    """One place of a visit, as the coordinator sees it."""

    place: Place
    inspector: str | None
    bound: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, as the coordinator sees it."""

    inspection: Inspection
    subject: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """A task with what its coordinator needs to see.

    Args:
        items: what is checked.
        parts: the departments with their places, the lead first.
        preview: of a draft: how many the scope holds and how many will be drawn.
        hindrance: what keeps a draft from being drawn.
        overlaps: trades of a draft that another task of this year has drawn.
        mode: from where the inspectors are taken.
        named: the inspectors whom a person chose.
        attempt: the newest attempt at the draw.
        past: every attempt with its reason, the first one first.
        visits: after the opening.
        counts: visits by state.
        line: the line of the annual plan that it carries out.
        warnings: shares of the year that a draft would break.
    """

    items: tuple[CheckItem, ...]
    parts: tuple[tuple[TaskDepartment, Department], ...]
    preview: pools.Survey | None
    hindrance: Refused | None
    overlaps: tuple[scopes.Overlap, ...]
    mode: AssignmentMode
    named: tuple[Inspector, ...]
    attempt: attempts.Attempt | None
    past: tuple[attempts.Past, ...]
    visits: tuple[Visit, ...]
    counts: Mapping[str, int]
    line: Mapping[str, Any] | None
    warnings: tuple[Effect, ...]


async def seen(step: Step, task_id: int) -> Task:
    """A task that somebody may look at: of their department, or that it takes part in.

    Raises:
        Refused: ``access.role``, ``access.department``.
    """
    step.concerns(Task, task_id)
    actor = step.person
    actor.require(RoleName.COORDINATOR, RoleName.SUPERVISOR, RoleName.REVIEWER)
    task = await step.get(Task, task_id)
    parts = {department.id for _, department in await tasks.departments_of(step.session, task_id)}
    if task.jurisdiction != actor.account.jurisdiction or actor.account.department_id not in {None, *parts}:
        raise Refused("access.department")
    return task


async def glance(step: Step, profile: Profile, task: Task) -> Glance:
    """Everything on a task's card. A look at the visits before they are public is recorded."""
    items = tuple(await tasks.items_of(step.session, task.id))
    parts = tuple(await tasks.departments_of(step.session, task.id))
    preview: pools.Survey | None = None
    hindrance: Refused | None = None
    overlaps: tuple[scopes.Overlap, ...] = ()
    if task.state is TaskState.DRAFT:
        preview = await pools.survey(step.session, profile, task, step.today)
        hindrance = preview.fault
        try:
            kinds.require_ready(profile, task, items)
            staffing.require_staffed(profile, task, parts)
            await inspectors.listed(step.session, profile, task, list(parts), step.today)
        except Refused as refusal:
            hindrance = refusal if hindrance is None or not items else hindrance
        if hindrance is None and task.period_end < step.today:
            hindrance = Refused("tasks.period_past")
        if items:
            hindrance = hindrance or await task_lines.hindrance(step.session, profile, task, items)
        overlaps = tuple(await scopes.overlaps(step.session, task, step.today))
    mode = staffing.mode_of(profile, task, parts)
    named = tuple(await staffing.named(step.session, task))
    visits: tuple[Visit, ...] = ()
    if task.state not in {TaskState.DRAFT, TaskState.FROZEN}:
        visits = await _visits(step.session, task.id)
        step.sees(task, "visits")
    attempt = await attempts.newest(step.session, task.id)
    warnings: tuple[Effect, ...] = ()
    if preview is not None:
        added = quotas.of_draft(preview.quotas, len(parts))
        warnings = await quotas.warnings(step.session, profile, task, added, step.today)
    return Glance(
        items=items,
        parts=parts,
        preview=preview,
        hindrance=hindrance,
        overlaps=overlaps,
        mode=mode,
        named=named,
        attempt=attempt,
        past=await attempts.history(step.session, task.id) if attempt is not None else (),
        visits=visits,
        counts=await counts(step.session, task.id),
        line=await task_lines.text_of_task(step.session, task),
        warnings=warnings,
    )


async def visits(step: Step, task: Task) -> tuple[Visit, ...]:
    """The visits of a task, for who may look at it; the look is recorded."""
    step.sees(task, "visits")
    return await _visits(step.session, task.id)


async def counts(session: AsyncSession, task_id: int) -> Counter[str]:
    """How many visits of a task are in each state."""
    query = (
        select(Inspection.state, func.count()).where(Inspection.task_id == task_id).group_by(Inspection.state)
    )
    return Counter({str(state): number for state, number in (await session.exec(query)).all()})


async def _visits(session: AsyncSession, task_id: int) -> tuple[Visit, ...]:
    found = select(Inspection, Subject.name).join(Subject, col(Inspection.subject_id) == Subject.id)
    rows = (await session.exec(found.where(Inspection.task_id == task_id).order_by(col(Inspection.id)))).all()
    places = (
        select(Place, Inspector.name, Account.telegram_id)
        .outerjoin(Inspector, col(Place.inspector_id) == Inspector.id)
        .outerjoin(Account, col(Account.inspector_id) == Inspector.id)
        .join(Inspection, col(Place.inspection_id) == Inspection.id)
        .where(Inspection.task_id == task_id, Place.state != PlaceState.RECUSED)
        .order_by(col(Place.inspection_id), col(Place.seat))
    )
    seats: dict[int, list[Seat]] = {}
    for place, name, telegram_id in (await session.exec(places)).all():
        seats.setdefault(place.inspection_id, []).append(Seat(place, name, telegram_id is not None))
    return tuple(Visit(inspection, name, tuple(seats.get(inspection.id, []))) for inspection, name in rows)
