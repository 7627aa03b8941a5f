"""Where a draft's screen is in somebody's chat."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, bindparam, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection
from models.people import Account, Screen
from models.portions import Portion
from services.step import Step

_TABLE: Table = Screen.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it

# Made once: making a statement costs more than carrying it out, and these go with every answer.
_WHOSE = (
    _TABLE.c.account_id == bindparam("of_account"),
    _TABLE.c.inspection_id == bindparam("of_inspection"),
)
_SHOWN = select(_TABLE.c.message_id).where(*_WHOSE)
_MOVE = update(_TABLE).where(*_WHOSE).values(message_id=bindparam("to"))


async def message_of(session: AsyncSession, account_id: int, inspection_id: int) -> int | None:
    """The message that shows the draft to this person, if one does."""
    return (await session.exec(_SHOWN, params=_of(account_id, inspection_id))).first()


async def moved(step: Step, account_id: int, inspection_id: int, message_id: int) -> None:
    """Another message shows the draft from now on."""
    moved = await step.session.exec(_MOVE, params={**_of(account_id, inspection_id), "to": message_id})
    if moved.rowcount:
        return
    inspection = await step.get(Inspection, inspection_id)
    step.session.add(
        Screen(
            jurisdiction=inspection.jurisdiction,
            account_id=account_id,
            inspection_id=inspection_id,
            message_id=message_id,
        )
    )


async def changed_since(session: AsyncSession, moment: datetime) -> Sequence[Screen]:
    """Screens of portions that their recorders changed after this moment: after a crash they may show what no longer holds."""
    query = (
        select(Screen)
        .join(Account, col(Screen.account_id) == Account.id)
        .join(Portion, col(Portion.inspection_id) == Screen.inspection_id)
        .where(col(Portion.changed_at) >= moment, Portion.recorder_id == Account.inspector_id)
    )
    return (await session.exec(query)).all()


def _of(account_id: int, inspection_id: int) -> dict[str, int]:
    return {"of_account": account_id, "of_inspection": inspection_id}
