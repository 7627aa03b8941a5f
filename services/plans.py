"""Annual plans as they stand: their lines, how far each was carried out, and changes with their reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.items import CheckItem
from models.people import RoleName
from models.plans import AnnualPlan, PlanChange, PlanLine, TaskLine
from models.registers import Department
from models.tasks import Task, TaskState
from rules.deadlines import due_after
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import CreditClass
from rules.reasons import REASON_LENGTH
from services import calendars, limits
from services.step import Step

CLASSES = tuple(one.value for one in CreditClass)
"""The strata of a jurisdiction that draws by credit class."""

DONE = frozenset({TaskState.COMPLETED, TaskState.CLOSED})


@dataclass(frozen=True, slots=True)
class Why:
    """Why a line changed: 五原 art. 15; 邢台 二(四).

    Args:
        reason: in words.
        approval: how it was decided, and by whom.
        decided_on: when.
    """

    reason: str
    approval: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with what people see of it.

    Args:
        line: as it stands.
        text: its text, as :func:`text_of` gives it.
        tasks: that carry it out, oldest first.
        changes: of the line, oldest first.
    """

    line: PlanLine
    text: Mapping[str, Any]
    tasks: tuple[Task, ...]
    changes: tuple[PlanChange, ...]

    @property
    def is_done(self) -> bool:
        """Whether a task has carried it out to the end."""
        return any(task.state in DONE for task in self.tasks)

    @property
    def is_begun(self) -> bool:
        """Whether a task that carries it out has left its draft."""
        return any(task.state is not TaskState.DRAFT for task in self.tasks)


async def text_of(session: AsyncSession, line: PlanLine) -> dict[str, Any]:
    """A line as the public page, a change and the plan of a draw have it: words and whole numbers, no ids.

    Args:
        session: the open session.
        line: as it stands.

    Source: 濮阳 二(四) (six fields); 五原 art. 14 (nine fields).
    """
    return (await _texts(session, [line]))[line.id]


async def of_year(
    session: AsyncSession, jurisdiction: str, year: int, department_id: int | None = None
) -> list[Shown]:
    """The lines of a year's plans, by period.

    Args:
        session: the open session.
        jurisdiction: whose plans.
        year: of the plans.
        department_id: only the lines that this department leads or takes part in.

    Source: 濮阳 二(四): the office merges what the departments plan.
    """
    query = (
        select(PlanLine)
        .where(PlanLine.jurisdiction == jurisdiction, PlanLine.year == year)
        .order_by(col(PlanLine.period_start), col(PlanLine.period_end), col(PlanLine.id))
    )
    lines = [
        line
        for line in (await session.exec(query)).all()
        if department_id is None or department_id in {line.department_id, *line.participants}
    ]
    return await _shown(session, lines)


async def years(session: AsyncSession, jurisdiction: str) -> Sequence[int]:
    """The years for which there is a plan, the newest first."""
    query = select(AnnualPlan.year).where(AnnualPlan.jurisdiction == jurisdiction).distinct()
    return (await session.exec(query.order_by(col(AnnualPlan.year).desc()))).all()


async def without_plan(session: AsyncSession, jurisdiction: str, year: int) -> Sequence[str]:
    """The departments that lead no line of a year's plans, by name: the office asks them for theirs.

    Source: 濮阳 二(四) (every department plans, the office merges); 五原 art. 13.
    """
    leading = select(PlanLine.department_id).where(
        PlanLine.jurisdiction == jurisdiction, PlanLine.year == year
    )
    query = select(Department.name).where(
        Department.jurisdiction == jurisdiction, col(Department.id).not_in(leading)
    )
    return (await session.exec(query.order_by(col(Department.id)))).all()


async def jurisdictions(session: AsyncSession) -> frozenset[str]:
    """The codes of those that have a plan."""
    return frozenset((await session.exec(select(AnnualPlan.jurisdiction).distinct())).all())


def changes_of(lines: Sequence[Shown]) -> list[tuple[Shown, PlanChange]]:
    """The changes of several lines, the newest first."""
    found = [(one, change) for one in lines for change in one.changes]
    return sorted(found, key=lambda pair: pair[1].id, reverse=True)


async def seen(step: Step, line_id: int) -> Shown:
    """A line that somebody of the jurisdiction looks at.

    Raises:
        Refused: ``access.role``, ``access.department``, ``common.gone``.
    """
    step.person.require(RoleName.COORDINATOR, RoleName.SUPERVISOR)
    line = await step.get(PlanLine, line_id)
    if line.jurisdiction != step.person.account.jurisdiction:
        raise Refused("access.department")
    return (await _shown(step.session, [line]))[0]


async def led(step: Step, line_id: int) -> PlanLine:
    """A line that the acting coordinator's department leads, locked and not withdrawn.

    Raises:
        Refused: ``access.role``, ``plans.not_lead``, ``plans.line_withdrawn``.
    """
    step.person.require(RoleName.COORDINATOR)
    line = await step.get(PlanLine, line_id, lock=True)
    account = step.person.account
    if (line.jurisdiction, line.department_id) != (account.jurisdiction, account.department_id):
        raise Refused("plans.not_lead")
    if line.withdrawn_at is not None:
        raise Refused("plans.line_withdrawn")
    return line


async def change_period(
    step: Step, profile: Profile, line_id: int, period: tuple[date, date], why: Why
) -> PlanChange:
    """Move a line's period within its year.

    Raises:
        Refused: as :func:`led`; ``plans.period_order``, ``plans.period_year``, ``plans.same``, ``plans.reason_length``,
            ``plans.decided_later``.

    Source: 五原 art. 15; 邢台 二(四).
    """
    line = await led(step, line_id)
    start, end = period
    if end < start:
        raise Refused("plans.period_order", first=start, last=end)
    if {start.year, end.year} != {line.year}:
        raise Refused("plans.period_year", first=start, last=end, year=line.year)
    if (start, end) == (line.period_start, line.period_end):
        raise Refused("plans.same")
    before = await text_of(step.session, line)
    line.period_start, line.period_end = start, end
    return await _change(step, profile, line, before, why)


async def withdraw(step: Step, profile: Profile, line_id: int, why: Why) -> PlanChange:
    """Take a line out of the plan; tasks that were drawn by it keep it.

    Raises:
        Refused: as :func:`led`; ``plans.reason_length``, ``plans.decided_later``.
    """
    line = await led(step, line_id)
    before = await text_of(step.session, line)
    line.withdrawn_at = step.now
    return await _change(step, profile, line, before, why)


async def keep_change(
    step: Step, profile: Profile, line: PlanLine, before: Mapping[str, Any], why: Why
) -> PlanChange:
    """Keep that a line changed, and until when that must be public.

    Args:
        step: the transaction.
        profile: whose ``limits.plan_change`` gives the number of days, if it has one.
        line: as it is now, stored.
        before: its text before; empty for a later addition.
        why: reason, approval and day.

    Source: 五原 art. 15 (entered and published within ten working days).
    """
    limit = profile.limits.plan_change
    days = await calendars.of(step.session, line.jurisdiction)
    due = due_after(limit, why.decided_on, days) if limit else None
    made = PlanChange(
        jurisdiction=line.jurisdiction,
        line_id=line.id,
        version=line.version,
        before=dict(before),
        after={} if line.withdrawn_at else await text_of(step.session, line),
        reason=why.reason,
        approval=why.approval,
        decided_on=why.decided_on,
        due_on=due.on if due else None,
        made_by=step.actor.account.id if step.actor else None,
        made_at=step.now,
    )
    step.session.add(made)
    await step.session.flush()
    step.record("plan.changed", made, line=line.id, version=line.version)
    await limits.plan_changed(step, profile, line, made)
    return made


async def _change(
    step: Step, profile: Profile, line: PlanLine, before: Mapping[str, Any], why: Why
) -> PlanChange:
    if len(why.reason) not in REASON_LENGTH or len(why.approval) not in REASON_LENGTH:
        raise Refused("plans.reason_length")
    if why.decided_on > step.today:
        raise Refused("plans.decided_later", day=why.decided_on)
    line.version += 1
    line.changed_at = step.now
    step.session.add(line)
    await step.session.flush()
    return await keep_change(step, profile, line, before, why)


async def _shown(session: AsyncSession, lines: Sequence[PlanLine]) -> list[Shown]:
    ids = [line.id for line in lines]
    texts = await _texts(session, lines)
    tasks: dict[int, list[Task]] = {}
    carried = select(TaskLine, Task).join(Task, col(TaskLine.task_id) == Task.id)
    for link, task in (
        await session.exec(carried.where(col(TaskLine.line_id).in_(ids)).order_by(col(Task.id)))
    ).all():
        if (
            link.text or task.state is TaskState.DRAFT
        ):  # a lead that was frozen outside the plan carries nothing out
            tasks.setdefault(link.line_id, []).append(task)
    changes: dict[int, list[PlanChange]] = {}
    query = select(PlanChange).where(col(PlanChange.line_id).in_(ids)).order_by(col(PlanChange.id))
    for one in (await session.exec(query)).all():
        changes.setdefault(one.line_id, []).append(one)
    return [
        Shown(line, texts[line.id], tuple(tasks.get(line.id, ())), tuple(changes.get(line.id, ())))
        for line in lines
    ]


async def _texts(session: AsyncSession, lines: Sequence[PlanLine]) -> dict[int, dict[str, Any]]:
    if not lines:
        return {}
    jurisdiction = lines[0].jurisdiction
    query = select(Department.id, Department.name).where(Department.jurisdiction == jurisdiction)
    departments: dict[int, str] = dict((await session.exec(query)).all())
    codes = {code for line in lines for code, _ in line.items}
    items = select(CheckItem).where(CheckItem.jurisdiction == jurisdiction, col(CheckItem.code).in_(codes))
    names: dict[tuple[str, str], str] = {}
    owners: dict[tuple[str, str], int | None] = {}
    for item in (await session.exec(items.order_by(col(CheckItem.version)))).all():
        names[item.code, item.sub_name] = item.name
        owners[item.code, item.sub_name] = item.department_id
    plans = select(AnnualPlan.id, AnnualPlan.title).where(
        col(AnnualPlan.id).in_({line.plan_id for line in lines})
    )
    titles: dict[int, str] = dict((await session.exec(plans)).all())
    return {
        line.id: {
            "plan": titles[line.plan_id],
            "year": line.year,
            "number": line.number,
            "version": line.version,
            "name": line.name,
            "items": [[code, names[code, part], part] for code, part in line.items],
            "subjects": line.subjects,
            "ratio": line.ratio,
            "count": line.count,
            "lead": departments[line.department_id],
            "participants": [
                departments[one]
                for one in dict.fromkeys(
                    [*line.participants, *(owners[code, part] for code, part in line.items)]
                )
                if one is not None and one != line.department_id
            ],
            "period": [line.period_start.isoformat(), line.period_end.isoformat()],
            "method": line.method,
        }
        for line in lines
    }
