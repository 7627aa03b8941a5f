"""The whole deployment in numbers."""

from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, Inspection
from models.tasks import Task
from services import duties, inbox, outbox, quotas


async def counts(session: AsyncSession, today: date) -> dict[str, Any]:
    """Counts by state.

    Args:
        session: the open session.
        today: in China.

    Returns:
        ``tasks``, ``inspections``, ``evidence``, ``inbox``, ``outbox``: counts by state; ``overdue``: a number,
        ``overdue_by_kind`` the same by kind of duty;
        ``quotas``: the year's shares, as :func:`services.quotas.everywhere` has them.
    """
    overdue = await duties.overdue(session, today)
    return {
        "tasks": await _by_state(session, Task),
        "inspections": await _by_state(session, Inspection),
        "evidence": await _by_state(session, Evidence),
        "overdue": sum(overdue.values()),
        "overdue_by_kind": overdue,
        "inbox": await inbox.counts(session),
        "outbox": await outbox.counts(session),
        "quotas": await quotas.everywhere(session, today),
    }


async def _by_state(session: AsyncSession, table: type[Task | Inspection | Evidence]) -> dict[str, int]:
    query = select(table.state, func.count()).group_by(table.state)
    return {str(state): number for state, number in (await session.exec(query)).all()}
