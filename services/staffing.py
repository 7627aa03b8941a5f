"""Who inspects in a task: its departments with their places, how checks are made, and whether chance or a person chooses."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Department, Inspector
from models.tasks import Part, Task, TaskDepartment, TaskState
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import AssignmentMode, CheckMethod
from rules.reasons import REASON_LENGTH
from services import inspectors, tasks
from services.step import Step

MOST_PLACES = 9
"""Of one department in one visit."""

_JOINT = {AssignmentMode.ACROSS_DEPARTMENTS, AssignmentMode.SUPERIOR_SUBORDINATE}

Parts = Sequence[tuple[TaskDepartment, Department]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the coordinator may choose where inspectors are assigned directly."""

    inspector: Inspector
    department: str
    chosen: bool


async def toggle_department(step: Step, profile: Profile, task_id: int, department_id: int) -> Task:
    """Let a department take part, or leave it out again.

    Raises:
        Refused: ``tasks.lead_stays``; ``tasks.department_has_items`` while one of its items is checked; ``common.gone``.

    Source: 濮阳 二(八); 五原 art. 16, 17.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    department = await step.get(Department, department_id)
    if department.jurisdiction != task.jurisdiction:
        raise Refused("common.gone")
    parts = await tasks.departments_of(step.session, task.id)
    row = next((part for part, _ in parts if part.department_id == department_id), None)
    if row is None:
        step.session.add(
            TaskDepartment(
                jurisdiction=task.jurisdiction,
                task_id=task.id,
                department_id=department_id,
                part=Part.TAKING_PART,
                places=1,
                by_hand=True,
            )
        )
    elif row.part is Part.LEAD:
        raise Refused("tasks.lead_stays")
    else:
        items = await tasks.items_of(step.session, task.id)
        if any(item.department_id == department_id for item in items):
            raise Refused("tasks.department_has_items", department=department.name)
        await step.session.delete(row)
    await step.session.flush()
    await tasks.settle_departments(step, profile, task)
    return tasks.touched(step, task)


async def set_places(step: Step, profile: Profile, task_id: int, department_id: int, places: int) -> Task:
    """Say how many of its inspectors a department gives to each visit.

    Raises:
        Refused: ``tasks.places_range`` outside 1 to :data:`MOST_PLACES`; ``tasks.places_few`` when all departments
            together would send fewer than the profile asks for; ``common.gone``.

    Source: 濮阳 二(七); 偃师 art. 10 (two at least).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    parts = await tasks.departments_of(step.session, task.id)
    row = next((part for part, _ in parts if part.department_id == department_id), None)
    if row is None:
        raise Refused("common.gone")
    if not 1 <= places <= MOST_PLACES:
        raise Refused("tasks.places_range", most=MOST_PLACES)
    minimum = profile.inspectors.minimum.value
    if sum(part.places for part, _ in parts) - row.places + places < minimum:
        raise Refused("tasks.places_few", least=minimum)
    row.places, row.by_hand = places, True
    step.session.add(row)
    await step.session.flush()
    return tasks.touched(step, task)


async def toggle_method(step: Step, profile: Profile, task_id: int, method: CheckMethod) -> Task:
    """Add a way of checking, or take it out; one at least stays.

    Raises:
        Refused: ``tasks.method_unknown`` by the profile; ``tasks.method_last``.

    Source: 五原 art. 21; 偃师 art. 9; 示范区 六.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    known = profile.tasks.methods.value
    if method not in known:
        raise Refused("tasks.method_unknown")
    chosen = set(task.methods) ^ {method.value}
    if not chosen:
        raise Refused("tasks.method_last")
    task.methods = [one.value for one in known if one.value in chosen]
    return tasks.touched(step, task)


def mode_of(profile: Profile, task: Task, parts: Parts) -> AssignmentMode:
    """From where the inspectors are taken: as was chosen, else as the departments have it."""
    if task.mode is not None:
        return task.mode
    across = AssignmentMode.ACROSS_DEPARTMENTS
    if len(parts) > 1 and across in profile.inspectors.modes.value:
        return across
    return AssignmentMode.WITHIN_DEPARTMENT


async def set_mode(step: Step, profile: Profile, task_id: int, mode: AssignmentMode) -> Task:
    """Choose from where the inspectors are taken.

    Raises:
        Refused: ``tasks.mode_unknown`` by the profile; ``tasks.mode_departments`` for one that needs a second department;
            ``tasks.direct_kind`` where the kind of task does not allow direct assignment.

    Source: 五原 art. 19; 偃师 art. 2, 7(4).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    _require_mode(profile, task, await tasks.departments_of(step.session, task.id), mode)
    task.mode = mode
    if mode is not AssignmentMode.DIRECT:
        task.mode_reason, task.named = None, []
    step.record("task.mode", task, mode=mode)
    return tasks.touched(step, task)


async def set_direct_reason(step: Step, task_id: int, text: str) -> Task:
    """Why a person chooses the inspectors and not chance.

    Raises:
        Refused: ``common.not_now`` where chance chooses; ``tasks.reason_length``.

    Source: 偃师 art. 2, 7(4).
    """
    task = await _direct(step, task_id)
    reason = " ".join(text.split())
    if len(reason) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    task.mode_reason = reason
    return tasks.touched(step, task)


async def toggle_named(step: Step, task_id: int, inspector_id: int) -> Task:
    """Choose an inspector, or not.

    Raises:
        Refused: ``common.not_now`` where chance chooses; ``visits.not_eligible`` for somebody who may not inspect.
    """
    task = await _direct(step, task_id)
    known = {one.inspector.id for one in await candidates(step, task)}
    if inspector_id not in known | set(task.named):
        raise Refused("visits.not_eligible")
    task.named = sorted(set(task.named) ^ {inspector_id})
    step.record("task.named", task, inspectors=task.named)
    return tasks.touched(step, task)


async def candidates(step: Step, task: Task) -> list[Candidate]:
    """Who may be chosen: certified, in service, of a department of the task."""
    parts = await tasks.departments_of(step.session, task.id)
    names = {department.id: department.name for _, department in parts}
    query = select(Inspector).where(col(Inspector.department_id).in_(names)).order_by(col(Inspector.id))
    rows = (await step.session.exec(query)).all()
    return [
        Candidate(row, names[row.department_id], row.id in task.named)
        for row in rows
        if inspectors.may_inspect(row, step.today)
    ]


async def named(session: AsyncSession, task: Task) -> list[Inspector]:
    """The inspectors who were chosen, in the order of the register."""
    query = select(Inspector).where(col(Inspector.id).in_(task.named)).order_by(col(Inspector.id))
    return list((await session.exec(query)).all())


async def all_departments(session: AsyncSession, jurisdiction: str) -> list[Department]:
    """Every department of a jurisdiction."""
    query = select(Department).where(Department.jurisdiction == jurisdiction).order_by(col(Department.id))
    return list((await session.exec(query)).all())


def require_staffed(profile: Profile, task: Task, parts: Parts) -> None:
    """Refuse a task whose way of choosing inspectors is not lawful or lacks its reason.

    Raises:
        Refused: as :func:`set_mode`; ``tasks.direct_reason``.
    """
    _require_mode(profile, task, parts, mode_of(profile, task, parts))
    if task.mode is AssignmentMode.DIRECT and not task.mode_reason:
        raise Refused("tasks.direct_reason")


def _require_mode(profile: Profile, task: Task, parts: Parts, mode: AssignmentMode) -> None:
    if mode not in profile.inspectors.modes.value:
        raise Refused("tasks.mode_unknown")
    if mode in _JOINT and len(parts) < 2:
        raise Refused("tasks.mode_departments")
    if mode is AssignmentMode.DIRECT and task.kind not in profile.inspectors.direct_for.value:
        raise Refused("tasks.direct_kind")


async def _direct(step: Step, task_id: int) -> Task:
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    if task.mode is not AssignmentMode.DIRECT:
        raise Refused("common.not_now")
    return task
