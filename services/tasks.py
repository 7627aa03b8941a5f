"""Tasks: from the coordinator's first press to the list that is frozen."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import inspect
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.items import CheckItem
from models.people import Account, RoleName
from models.plans import PlanLine, TaskLine
from models.registers import Department
from models.tasks import Part, Task, TaskDepartment, TaskItem, TaskState
from rules.errors import Refused
from rules.numbers import task_number
from rules.profile.model import Profile
from rules.profile.terms import TaskKind
from services.step import Step

USUAL_PERIOD = timedelta(days=30)


async def open_task(step: Step, profile: Profile) -> Task:
    """Begin a task of the coordinator's department.

    Raises:
        Refused: ``access.role``; ``tasks.no_department`` when the coordinator belongs to none.
    """
    actor = step.person
    account = actor.account
    step.concerns(Account, account.id)
    actor.require(RoleName.COORDINATOR)
    if account.department_id is None:
        raise Refused("tasks.no_department")
    lead = await step.get(Department, account.department_id, lock=True)  # one number after the other
    kinds = profile.tasks.kinds.value
    task = Task(
        jurisdiction=account.jurisdiction,
        number=await _number(step, lead),
        name="",
        kind=TaskKind.TRIGGERED if profile.tasks.trigger_required.value else kinds[0],
        trigger=profile.tasks.triggers.value[0] if profile.tasks.trigger_required.value else None,
        methods=[profile.tasks.usual_method.value.value],
        period_start=step.today,
        period_end=step.today + USUAL_PERIOD,
        created_by=account.id,
        created_at=step.now,
    )
    step.session.add(task)
    await step.session.flush()
    step.session.add(
        TaskDepartment(
            jurisdiction=task.jurisdiction,
            task_id=task.id,
            department_id=lead.id,
            part=Part.LEAD,
            places=profile.inspectors.minimum.value,
        )
    )
    step.record("task.opened", task)
    await step.session.flush()
    return task


async def led(step: Step, task_id: int, *states: TaskState) -> Task:
    """A task that the acting coordinator leads, locked.

    Args:
        step: the transaction.
        task_id: which.
        *states: in one of which it must be; in any when none is named.

    Raises:
        Refused: ``access.role``, ``access.department``, ``common.not_now``.
    """
    step.concerns(Task, task_id)
    actor = step.person
    actor.require(RoleName.COORDINATOR)
    task = await step.get(Task, task_id, lock=True)
    if task.jurisdiction != actor.account.jurisdiction or actor.account.department_id != await lead_of(
        step.session, task_id
    ):
        raise Refused("access.department")
    if states and task.state not in states:
        raise Refused("common.not_now")
    return task


async def toggle_item(step: Step, profile: Profile, task_id: int, item_id: int) -> Task:
    """Add an item to a draft, or take it out; the departments that take part follow from the items."""
    task = await led(step, task_id, TaskState.DRAFT)
    item = await step.get(CheckItem, item_id)
    if item.jurisdiction != task.jurisdiction or item.effective_to is not None:
        raise Refused("common.gone")
    chosen = await step.session.exec(
        select(TaskItem).where(TaskItem.task_id == task.id, TaskItem.item_id == item.id)
    )
    link = chosen.first()
    if link is not None:
        await step.session.delete(link)
    else:
        step.session.add(TaskItem(jurisdiction=task.jurisdiction, task_id=task.id, item_id=item.id))
    await step.session.flush()
    step.record("task.item", task, item=item.id, chosen=link is None)
    await settle_departments(step, profile, task)
    return touched(step, task)


async def set_period(step: Step, task_id: int, start: date, end: date) -> Task:
    """Set the days within which the checks are made.

    Raises:
        Refused: ``tasks.period_order``, ``tasks.period_past``.
    """
    task = await led(step, task_id, TaskState.DRAFT)
    if end < start:
        raise Refused("tasks.period_order")
    if end < step.today:
        raise Refused("tasks.period_past")
    task.period_start, task.period_end = start, end
    return touched(step, task)


async def set_name(step: Step, task_id: int, name: str) -> Task:
    """Name a draft.

    Raises:
        Refused: ``tasks.name_length`` outside 2 to 60 characters.
    """
    task = await led(step, task_id, TaskState.DRAFT)
    name = " ".join(name.split())
    if not 2 <= len(name) <= 60:
        raise Refused("tasks.name_length")
    task.name = name
    return touched(step, task)


async def discard(step: Step, task_id: int) -> None:
    """Give a draft up. Its rows go; that it was there stays in the record."""
    task = await led(step, task_id, TaskState.DRAFT)
    step.record("task.discarded", task)
    for table in (TaskItem, TaskDepartment, TaskLine):
        for row in (await step.session.exec(select(table).where(table.task_id == task.id))).all():
            await step.session.delete(row)
    await step.session.flush()
    await step.session.delete(task)


async def items_of(session: AsyncSession, task_id: int) -> Sequence[CheckItem]:
    """The items of a task."""
    query = (
        select(CheckItem)
        .join(TaskItem, col(TaskItem.item_id) == CheckItem.id)
        .where(TaskItem.task_id == task_id)
    )
    return (await session.exec(query.order_by(col(CheckItem.id)))).all()


async def departments_of(session: AsyncSession, task_id: int) -> list[tuple[TaskDepartment, Department]]:
    """The departments of a task, the lead first."""
    query = (
        select(TaskDepartment, Department)
        .join(Department, col(TaskDepartment.department_id) == Department.id)
        .where(TaskDepartment.task_id == task_id)
        .order_by(col(TaskDepartment.part), col(TaskDepartment.id))
    )
    return [(part, department) for part, department in (await session.exec(query)).all()]


async def lead_of(session: AsyncSession, task_id: int) -> int:
    """The lead department's id."""
    query = select(TaskDepartment.department_id).where(
        TaskDepartment.task_id == task_id, TaskDepartment.part == Part.LEAD
    )
    return (await session.exec(query)).one()


async def current_items(session: AsyncSession, jurisdiction: str) -> Sequence[CheckItem]:
    """The item list in force."""
    query = select(CheckItem).where(
        CheckItem.jurisdiction == jurisdiction, col(CheckItem.effective_to).is_(None)
    )
    return (await session.exec(query.order_by(col(CheckItem.id)))).all()


async def visible(session: AsyncSession, jurisdiction: str, department_id: int | None) -> Sequence[Task]:
    """The tasks that a department leads or takes part in, newest first."""
    query = select(Task).where(Task.jurisdiction == jurisdiction)
    if department_id is not None:
        taking_part = select(TaskDepartment.task_id).where(TaskDepartment.department_id == department_id)
        query = query.where(col(Task.id).in_(taking_part))
    return (await session.exec(query.order_by(col(Task.id).desc()).limit(20))).all()


def touched(step: Step, task: Task) -> Task:
    """A draft was changed: its revision counts up.

    Which columns is in the record, what they hold is in the plan that the draw commits to.
    """
    changed = {one.key for one in inspect(task).attrs if one.history.has_changes()} - {"revision"}
    step.record("task.changed", task, changed=sorted(changed))
    task.revision += 1
    step.session.add(task)
    return task


async def _number(step: Step, lead: Department) -> str:
    """The next free number of the department's year. A discarded draft's number is used again: it was never given out."""
    serial = 1
    query = select(Task.number).where(Task.jurisdiction == lead.jurisdiction)
    taken = set((await step.session.exec(query)).all())
    while (number := task_number(lead.short_name, step.today.year, serial)) in taken:
        serial += 1
    return number


async def settle_departments(step: Step, profile: Profile, task: Task) -> None:
    """One place for each department whose item is checked, the lead included, and never fewer than the minimum in all.

    What a coordinator set by hand stays.
    """
    items = await items_of(step.session, task.id)
    rows = {part.department_id: part for part, _ in await departments_of(step.session, task.id)}
    lead = next(row for row in rows.values() if row.part is Part.LEAD)
    wanted = {
        lead.department_id,
        *(item.department_id for item in items if item.department_id is not None),
        *(row.department_id for row in rows.values() if row.by_hand),
    }
    wanted |= await _planned_departments(step.session, task.id)
    for department_id, row in rows.items():
        if department_id not in wanted:
            await step.session.delete(row)
    for department_id in wanted - rows.keys():
        rows[department_id] = TaskDepartment(
            jurisdiction=task.jurisdiction,
            task_id=task.id,
            department_id=department_id,
            part=Part.TAKING_PART,
            places=1,
        )
    others = sum(rows[one].places for one in wanted if one != lead.department_id)
    if not lead.by_hand:
        lead.places = max(1, profile.inspectors.minimum.value - others)
    for department_id in wanted:
        row = rows[department_id]
        row.expertise = next(
            (i.expertise for i in items if i.department_id == department_id and i.expertise), None
        )
        step.session.add(row)
    await step.session.flush()


async def _planned_departments(session: AsyncSession, task_id: int) -> set[int]:
    """Who takes part by the line of the annual plan, with an item of their own or without (五原 art. 14)."""
    query = select(PlanLine.participants).join(TaskLine, col(TaskLine.line_id) == PlanLine.id)
    found = (await session.exec(query.where(TaskLine.task_id == task_id))).first()
    return set(found or ())
