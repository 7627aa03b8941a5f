"""Where a draft's screen is in somebody's chat."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection
from models.people import Screen
from services.step import Step


async def message_of(session: AsyncSession, account_id: int, inspection_id: int) -> int | None:
    """The message that shows the draft to this person, if one does."""
    query = select(Screen.message_id).where(
        Screen.account_id == account_id, Screen.inspection_id == inspection_id
    )
    return (await session.exec(query)).first()


async def moved(step: Step, account_id: int, inspection_id: int, message_id: int) -> None:
    """Another message shows the draft from now on."""
    query = select(Screen).where(Screen.account_id == account_id, Screen.inspection_id == inspection_id)
    screen = (await step.session.exec(query)).first()
    if screen is not None:
        screen.message_id = message_id
    else:
        inspection = await step.get(Inspection, inspection_id)
        screen = Screen(
            jurisdiction=inspection.jurisdiction,
            account_id=account_id,
            inspection_id=inspection_id,
            message_id=message_id,
        )
    step.session.add(screen)


async def changed_since(session: AsyncSession, moment: datetime) -> Sequence[Screen]:
    """Screens of drafts that changed after this moment: after a crash they may show what no longer holds."""
    query = (
        select(Screen)
        .join(Inspection, col(Screen.inspection_id) == Inspection.id)
        .where(col(Inspection.changed_at) >= moment)
    )
    return (await session.exec(query)).all()
