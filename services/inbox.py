"""Mail in: raw updates are stored before anybody acts on them, and each takes effect exactly once.

Telegram counts an update as delivered when the next one is asked for, whether or not it was handled; so it is kept first.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.mail import InboxState, InboxUpdate
from services.step import Step

TRIES = 3
"""How often an update is tried whose transaction broke for a reason that may pass."""

_TABLE: Table = InboxUpdate.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it

# Made once: making a statement costs more than carrying it out, and these go with every update.
_KEEP = {
    name: insert(_TABLE).on_conflict_do_nothing(index_elements=["update_id"]).returning(_TABLE.c.update_id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_CLAIM = (
    update(_TABLE)
    .where(_TABLE.c.update_id == bindparam("claimed"), _TABLE.c.state == InboxState.NEW)
    .values(state=InboxState.DONE, done_at=bindparam("at"))
)


def sender(payload: dict[str, Any]) -> int | None:
    """The numeric id of whoever caused the update, if the update has one."""
    for content in payload.values():
        if isinstance(content, dict) and isinstance(content.get("from"), dict):
            return int(content["from"]["id"])
    return None


async def keep(step: Step, payloads: Sequence[dict[str, Any]]) -> list[int]:
    """Store raw updates.

    Args:
        step: the transaction; when it has committed, the offset may advance.
        payloads: updates as Telegram sent them.

    Returns:
        The numbers of those that were not known before; Telegram repeats itself after a fault.
    """
    if not payloads:
        return []
    rows = [
        {
            "update_id": payload["update_id"],
            "telegram_id": sender(payload),
            "payload": payload,
            "state": InboxState.NEW,
            "tries": 0,
            "received_at": step.now,
        }
        for payload in payloads
    ]
    result = await step.session.exec(_KEEP[step.session.get_bind().dialect.name], params=rows)
    return sorted(result.scalars())


async def waiting(session: AsyncSession) -> list[dict[str, Any]]:
    """Updates that were stored and have not taken effect, in Telegram's order: what a dead process left behind."""
    query = (
        select(InboxUpdate.payload)
        .where(InboxUpdate.state == InboxState.NEW)
        .order_by(col(InboxUpdate.update_id))
    )
    return [dict(payload) for payload in (await session.exec(query)).all()]


async def claim(step: Step, update_id: int) -> bool:
    """Mark an update in the transaction of its effect.

    Returns:
        Whether it had not taken effect before. When not, the step must do nothing.
    """
    result = await step.session.exec(_CLAIM, params={"claimed": update_id, "at": step.now})
    return bool(result.rowcount)


async def failed(step: Step, update_id: int, failure: str, *, final: bool) -> bool:
    """Note that an update's transaction broke.

    Args:
        step: a transaction of its own.
        update_id: which update.
        failure: the name of what went wrong; no names of people.
        final: trying again would break it again.

    Returns:
        Whether it is given up; else it stays and is tried again.
    """
    row = await step.session.get(InboxUpdate, update_id, with_for_update=True)
    if row is None or row.state is not InboxState.NEW:
        return True
    row.tries += 1
    row.failure = failure
    if final or row.tries >= TRIES:
        row.state = InboxState.FAILED
        row.done_at = step.now
    step.session.add(row)
    return row.state is InboxState.FAILED


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many updates are in each state."""
    query = select(InboxUpdate.state, func.count()).group_by(InboxUpdate.state)
    return {str(state): number for state, number in (await session.exec(query)).all()}
