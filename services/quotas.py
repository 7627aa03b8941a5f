"""The year's shares, live: where they stand, and what one more task would do to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection
from models.registers import Jurisdiction
from models.tasks import AttemptState, Draw, DrawAttempt, DrawKind, Task, TaskDepartment
from rules.deadlines import LOCAL_TIME
from rules.profile.model import Profile
from rules.profile.terms import TaskKind
from rules.quotas import Effect, Share, Tally, Year, effects, one_task, shares
from services import plans, profiles

BY_CLASS = frozenset(plans.CLASSES) - {"U"}
"""Strata that show that a draw went by credit class; a register without classes has none of them."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The shares of a year.

    Args:
        shares: as they stand.
        next_joint: what a joint task drawn by credit class would do to them, one subject drawn.
        next_single: what a task of one department, not drawn by credit class, would do.
    """

    shares: tuple[Share, ...]
    next_joint: tuple[Effect, ...]
    next_single: tuple[Effect, ...]


async def year_of(session: AsyncSession, jurisdiction: str, today: date) -> Year:
    """What was done this year: tasks that were sent out, special inspections left aside.

    Args:
        session: the open session.
        jurisdiction: whose tasks.
        today: in China; «this year» is its calendar year.

    Source: 示范区 五; 邢台 二(二), 二(三); domain 2.1 (专项 stands outside).
    """
    begins, ends = (
        datetime.combine(date(year, 1, 1), time(), LOCAL_TIME).astimezone(UTC)
        for year in (today.year, today.year + 1)
    )
    counted = (
        Task.jurisdiction == jurisdiction,
        Task.kind != TaskKind.SPECIAL,
        col(Task.dispatched_at) >= begins,
        col(Task.dispatched_at) < ends,
    )
    ids = (await session.exec(select(Task.id).where(*counted))).all()
    departments = await _counts(session, TaskDepartment, ids)
    visits = await _counts(session, Inspection, ids)
    by_class = await _drawn_by_class(session, ids)
    return Year(
        all=_tally(ids, visits),
        by_credit_risk=_tally([one for one in ids if one in by_class], visits),
        joint=_tally([one for one in ids if departments.get(one, 0) > 1], visits),
    )


async def outlook(session: AsyncSession, profile: Profile, jurisdiction: str, today: date) -> Outlook:
    """Where a jurisdiction stands, and what its next task would do."""
    year = await year_of(session, jurisdiction, today)
    return Outlook(
        shares=shares(profile, year),
        next_joint=effects(profile, year, one_task(by_credit_risk=True, joint=True, subjects=1)),
        next_single=effects(profile, year, one_task(by_credit_risk=False, joint=False, subjects=1)),
    )


async def warnings(
    session: AsyncSession, profile: Profile, task: Task, added: Year, today: date
) -> tuple[Effect, ...]:
    """The shares that a draft would break, or pull further below their bound.

    Args:
        session: the open session.
        profile: whose quotas hold.
        task: the draft.
        added: what it would add to the year, as :func:`of_draft` counts it.
        today: in China.
    """
    if task.kind is TaskKind.SPECIAL:
        return ()
    year = await year_of(session, task.jurisdiction, today)
    return tuple(one for one in effects(profile, year, added) if one.is_worse)


def of_draft(quotas: Mapping[str, int], departments: int) -> Year:
    """What a draft would add to a year.

    Args:
        quotas: how many will be drawn of each stratum.
        departments: how many inspect.
    """
    return one_task(
        by_credit_risk=not BY_CLASS.isdisjoint(quotas), joint=departments > 1, subjects=sum(quotas.values())
    )


async def everywhere(session: AsyncSession, today: date) -> list[dict[str, Any]]:
    """The shares of every jurisdiction that has some, for programs."""
    known = (await session.exec(select(Jurisdiction).order_by(col(Jurisdiction.code)))).all()
    stand = {
        one.code: shares(profiles.load(one.profile), await year_of(session, one.code, today)) for one in known
    }
    return [
        {
            "jurisdiction": code,
            "kind": share.kind.value,
            "part": share.part,
            "whole": share.whole,
            "bound_bp": share.bound_bp,
            "comparison": share.comparison.value,
            "state": share.state.value,
            "missing": share.missing,
        }
        for code, several in stand.items()
        for share in several
    ]


def _tally(ids: Sequence[int], visits: Mapping[int, int]) -> Tally:
    return Tally(tasks=len(ids), draws=len(ids), subjects=sum(visits.get(one, 0) for one in ids))


async def _counts(
    session: AsyncSession, table: type[TaskDepartment | Inspection], ids: Sequence[int]
) -> dict[int, int]:
    query = (
        select(table.task_id, func.count()).where(col(table.task_id).in_(ids)).group_by(col(table.task_id))
    )
    return dict((await session.exec(query)).all())


async def _drawn_by_class(session: AsyncSession, ids: Sequence[int]) -> set[int]:
    query = (
        select(Draw.task_id, DrawAttempt.quotas)
        .join(DrawAttempt, col(DrawAttempt.draw_id) == Draw.id)
        .where(
            col(Draw.task_id).in_(ids),
            Draw.kind == DrawKind.SUBJECTS,
            DrawAttempt.state == AttemptState.OPENED,
        )
    )
    return {task for task, quotas in (await session.exec(query)).all() if not BY_CLASS.isdisjoint(quotas)}
