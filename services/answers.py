"""The answers of a draft in the store: those that count, and what a step in the form changes about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Answer, Inspection
from rules.forms.draft import Draft
from rules.forms.event import Advance, Cleared, Hidden, Restored, Stored
from services.step import Step

# Made once: making a statement costs more than carrying it out, and these go with every answer.
_CURRENT = select(Answer.question, Answer.id, Answer.value, Answer.aside).where(
    Answer.inspection_id == bindparam("inspection_id"), col(Answer.superseded_at).is_(None)
)
_OF_ROW = update(Answer).where(col(Answer.id) == bindparam("row"))
_SUPERSEDE = _OF_ROW.values(superseded_at=bindparam("at")).execution_options(synchronize_session=False)
_SET_ASIDE = _OF_ROW.values(aside=bindparam("is_aside")).execution_options(synchronize_session=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that counts.

    Args:
        id: of its row.
        value: as the form stores it.
        aside: whether its question is not asked as things stand.
    """

    id: int
    value: Any
    aside: bool


async def current(session: AsyncSession, inspection_id: int) -> dict[str, Kept]:
    """The answers that count, by question."""
    found = await session.exec(_CURRENT, params={"inspection_id": inspection_id})
    return {question: Kept(row, value, aside) for question, row, value, aside in found}


def draft_of(inspection: Inspection, kept: Mapping[str, Kept]) -> Draft:
    """The draft that the form engine knows."""
    return Draft(
        answers={path: one.value for path, one in kept.items() if not one.aside},
        cursor=inspection.cursor,
        aside={path: one.value for path, one in kept.items() if one.aside},
        skipped=frozenset(inspection.skipped),
    )


async def keep(
    step: Step, inspection: Inspection, kept: Mapping[str, Kept], came: Advance, sent_at: datetime
) -> None:
    """Keep what changed: a new row for a new answer, the earlier one superseded; hidden answers are set aside.

    Args:
        step: the transaction.
        inspection: locked; its revision goes up.
        kept: as :func:`current` gave them.
        came: of the form engine.
        sent_at: when the person sent what changed it.
    """
    there = dict(kept)
    fresh: list[Answer] = []
    changes: list[str] = []
    for effect in came.effects:
        if not isinstance(effect, Stored | Cleared | Hidden | Restored):
            continue
        changes.append(type(effect).__name__.lower())
        earlier = there.get(effect.question)
        if earlier is not None:
            await _change(step, earlier, effect)
        if isinstance(effect, Stored | Cleared):
            there.pop(effect.question, None)
        if isinstance(effect, Stored):
            aside = effect.question in came.draft.aside
            fresh.append(_row(step, inspection, effect, sent_at, aside=aside))
    step.session.add_all(fresh)
    inspection.cursor = came.draft.cursor
    inspection.skipped = sorted(came.draft.skipped)
    inspection.revision += 1
    inspection.changed_at = step.now
    step.session.add(inspection)
    await step.session.flush()
    if changes:
        step.record("answer.changed", inspection, answers=[row.id for row in fresh], changes=changes)


async def _change(step: Step, earlier: Kept, effect: Stored | Cleared | Hidden | Restored) -> None:
    if isinstance(effect, Stored | Cleared):
        await step.session.exec(_SUPERSEDE, params={"row": earlier.id, "at": step.now})
    else:
        await step.session.exec(
            _SET_ASIDE, params={"row": earlier.id, "is_aside": isinstance(effect, Hidden)}
        )


def _row(step: Step, inspection: Inspection, effect: Stored, sent_at: datetime, *, aside: bool) -> Answer:
    return Answer(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection.id,
        question=effect.question,
        value=effect.value,
        aside=aside,
        given_by=step.person.account.id,
        given_at=step.now,
        sent_at=sent_at,
    )
