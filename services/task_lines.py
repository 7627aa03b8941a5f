"""A task and the line of the annual plan that it carries out: offered, taken, held against each other, kept."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.items import CheckItem
from models.plans import PlanLine, TaskLine
from models.tasks import Task, TaskState
from rules.errors import Refused
from rules.plans import Line, Purpose, needs_line, proposed_period, require_planned
from rules.profile.model import Profile
from rules.ratios import Outcome, judge
from rules.strata import EVERYBODY, RAISED, rule_of
from services import plans, pools, tasks
from services.plans import Shown
from services.step import Step

NAME_LENGTH = 60
"""Of a task; a line's name may be longer."""


async def offered(step: Step, task_id: int) -> list[Shown]:
    """The lines of this year's plan that a draft may carry out: its department leads them, and they are not withdrawn.

    Raises:
        Refused: as :func:`services.tasks.led`.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    lead = await tasks.lead_of(step.session, task_id)
    known = await plans.of_year(step.session, task.jurisdiction, step.today.year)
    return [one for one in known if one.line.department_id == lead and one.line.withdrawn_at is None]


async def take(step: Step, profile: Profile, task_id: int, line_id: int) -> Task:
    """Let a draft carry out a line: its name, items, departments, period and ratios become the draft's.

    The coordinator may change them afterwards, as far as the plan and the profile allow it.

    Raises:
        Refused: as :func:`services.tasks.led`; ``plans.not_lead``, ``plans.withdrawn``, ``plans.other_year``, ``plans.over``
            where nothing is left of a binding period.

    Source: 濮阳 二(四), 二(八); 五原 art. 14, 18.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    line = await step.get(PlanLine, line_id)
    if (line.jurisdiction, line.department_id) != (
        task.jurisdiction,
        await tasks.lead_of(step.session, task_id),
    ):
        raise Refused("plans.not_lead")
    if line.withdrawn_at is not None:
        raise Refused("plans.withdrawn")
    if line.year != step.today.year:
        raise Refused("plans.other_year", year=line.year)
    period = proposed_period(_facts(line), step.today)
    if period is None and profile.tasks.period_binding.value:
        raise Refused("plans.over", last=line.period_end)
    link = await _link(step.session, task_id) or TaskLine(
        jurisdiction=task.jurisdiction, task_id=task_id, line_id=line_id
    )
    link.line_id = line_id
    step.session.add(link)
    await step.session.flush()
    await _take_items(step, profile, task_id, line)
    await tasks.settle_departments(step, profile, task)
    task.name = line.name[:NAME_LENGTH]
    if period is not None:
        task.period_start, task.period_end = period
    task.ratios = await _ratios(step, profile, task, line)
    task.revision += 1
    step.session.add(task)
    step.record("task.line_taken", task, line=line.id, version=line.version)
    return task


async def drop(step: Step, profile: Profile, task_id: int) -> Task:
    """Let a draft carry out no line any more; what it proposed stays until it is changed."""
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    link = await _link(step.session, task_id)
    if link is not None:
        step.record("task.line_dropped", task, line=link.line_id)
        await step.session.delete(link)
        await step.session.flush()
        await tasks.settle_departments(step, profile, task)
        task.revision += 1
        step.session.add(task)
    return task


async def text_of_task(session: AsyncSession, task: Task) -> dict[str, Any] | None:
    """The line that a task carries out: as it stands for a draft, as it was for a task that was frozen."""
    link = await _link(session, task.id)
    if link is None:
        return None
    line = (await session.exec(select(PlanLine).where(PlanLine.id == link.line_id))).one()
    return link.text or await plans.text_of(session, line)


async def hindrance(
    session: AsyncSession, profile: Profile, task: Task, items: Sequence[CheckItem]
) -> Refused | None:
    """What of the annual plan keeps a draft from being drawn."""
    try:
        await _require(session, profile, task, items)
    except Refused as refusal:
        return refusal
    return None


async def freeze(
    step: Step, profile: Profile, task: Task, items: Sequence[CheckItem]
) -> dict[str, Any] | None:
    """The line's text for the plan of the draw, kept with the task from now on; ``None`` for a task outside the plan.

    A second attempt at the draw keeps the text of the first: the plan may have changed in between, the task has not.

    Raises:
        Refused: as :func:`rules.plans.require_planned`.

    Source: ssj-draw/1, the ceremony (freeze): the plan names the plan line.
    """
    link = await _link(step.session, task.id)
    if link is not None and link.text:
        return link.text
    if link is not None:
        await step.get(PlanLine, link.line_id, lock=True)  # nobody changes it while the task is frozen by it
    await _require(step.session, profile, task, items)
    if link is None or not needs_line(profile, task.kind, task.trigger):
        return None
    link.text = await plans.text_of(step.session, await step.get(PlanLine, link.line_id))
    step.session.add(link)
    return link.text


async def _require(session: AsyncSession, profile: Profile, task: Task, items: Sequence[CheckItem]) -> None:
    link = await _link(session, task.id)
    line = None
    if link is not None:
        row = (await session.exec(select(PlanLine).where(PlanLine.id == link.line_id))).one()
        line = _facts(row)
    purpose = Purpose(
        kind=task.kind,
        trigger=task.trigger,
        start=task.period_start,
        end=task.period_end,
        items=[(item.code, item.sub_name) for item in items],
    )
    require_planned(profile, purpose, line)


async def _take_items(step: Step, profile: Profile, task_id: int, line: PlanLine) -> None:
    """The items of the line in their versions of today, and no others; the departments follow from them."""
    wanted = {(code, part) for code, part in line.items}
    chosen = {item.id for item in await tasks.items_of(step.session, task_id)}
    current = await tasks.current_items(step.session, line.jurisdiction)
    for item in current:
        if ((item.code, item.sub_name) in wanted) != (item.id in chosen):
            await tasks.toggle_item(step, profile, task_id, item.id)


async def _ratios(step: Step, profile: Profile, task: Task, line: PlanLine) -> dict[str, int]:
    """The line's ratios for the strata that there are, as far as the profile allows them; elsewhere its own proposal stays."""
    strata = [one.name for one in (await pools.survey(step.session, profile, task, step.today)).strata]
    proposed = {name: bp for name, bp in line.ratios.items() if name in strata}
    everybody = line.ratios.get(EVERYBODY)
    if everybody is not None:
        for name in strata:
            usual = rule_of(profile, name).default_bp
            proposed[name] = max(everybody, usual) if name.startswith(RAISED) else everybody
    return {
        name: bp
        for name, bp in proposed.items()
        if judge(rule_of(profile, name), bp).outcome is not Outcome.REFUSE
    }


def _facts(line: PlanLine) -> Line:
    return Line(
        year=line.year,
        start=line.period_start,
        end=line.period_end,
        items=frozenset((code, part) for code, part in line.items),
        withdrawn=line.withdrawn_at is not None,
    )


async def _link(session: AsyncSession, task_id: int) -> TaskLine | None:
    return (await session.exec(select(TaskLine).where(col(TaskLine.task_id) == task_id))).first()
