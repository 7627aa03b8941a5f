"""What a draft asks of those who go: specialty, region and level, department by department."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Department, Inspector
from models.tasks import Task, TaskDepartment, TaskState
from rules.draw.expertise import OWN_REGION, regions_of
from rules.errors import Refused
from services import inspectors, tasks
from services.step import Step


class Asked(StrEnum):
    """What may be asked of a place."""

    SPECIALTY = "s"
    REGION = "r"
    LEVEL = "l"


@dataclass(frozen=True, slots=True)
class Staffing:
    """A department's part with what may be asked of its people.

    Args:
        part: the row, with what is asked now.
        department: whose people.
        specialties: that its people have.
        regions: that its people work in.
        levels: that its people are of.
        found: how many of its people meet what is asked; a region of the subject's own is left out of that.
    """

    part: TaskDepartment
    department: Department
    specialties: tuple[str, ...]
    regions: tuple[str, ...]
    levels: tuple[str, ...]
    found: int

    def values(self, asked: Asked | str) -> tuple[str, ...]:
        """The values that a button's position counts in; the first of a region's is the subject's own."""
        if asked == Asked.SPECIALTY:
            return self.specialties
        return (OWN_REGION, *self.regions) if asked == Asked.REGION else self.levels


async def of_task(step: Step, task_id: int) -> tuple[Task, list[Staffing]]:
    """A draft's departments with what is asked and what may be.

    Raises:
        Refused: ``access.…``; ``common.not_now`` when the list is frozen.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    parts = await tasks.departments_of(step.session, task_id)
    return task, [await _staffing(step.session, step, part, department) for part, department in parts]


async def ask(step: Step, task_id: int, part_id: int, asked: Asked, value: str | None) -> Task:
    """Ask something of a department's places; what is asked already, or ``None``, is asked no more.

    Raises:
        Refused: as :func:`of_task`; ``common.gone`` for a department that takes no part.

    Source: 五原 art. 19 (属地管理、专业要求; 上级部门与下级部门); 示范区 三; 邢台 二(一).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    part = await step.get(TaskDepartment, part_id)
    if part.task_id != task.id:
        raise Refused("common.gone")
    if asked is Asked.SPECIALTY:
        part.expertise = None if value == part.expertise else value
    elif asked is Asked.REGION:
        part.region = None if value == part.region else value
    else:
        part.level = None if value == part.level else value
    task.revision += 1
    step.session.add_all([part, task])
    await step.session.flush()
    step.record("task.demand", task, department=part.department_id, asked=asked.value, value=value)
    return task


async def _staffing(
    session: AsyncSession, step: Step, part: TaskDepartment, department: Department
) -> Staffing:
    query = select(Inspector).where(Inspector.department_id == department.id).order_by(col(Inspector.id))
    people: Sequence[Inspector] = [
        one for one in (await session.exec(query)).all() if inspectors.may_inspect(one, step.today)
    ]
    asked = inspectors.demand(part, None)
    return Staffing(
        part,
        department,
        tuple(sorted({name for one in people for name in one.specialties})),
        tuple(sorted({name for one in people for name in regions_of(one.region)})),
        tuple(sorted({one.level for one in people if one.level})),
        sum(inspectors.suits(one, asked) for one in people),
    )
