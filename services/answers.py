"""The answers of a draft in the store: those that count, and what a step in the form changes about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Answer, Inspection
from models.portions import Portion
from rules.forms.draft import Draft
from rules.forms.event import Advance, Cleared, Hidden, Restored, Stored
from services.step import Step

_TABLE: Table = Answer.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_PORTION: Table = Portion.__table__  # type: ignore[attr-defined]  # likewise

# Made once and on the tables themselves: making a statement, or a row an object, costs more than carrying it out, and these go with
# every answer.
_CURRENT = select(_TABLE.c.question, _TABLE.c.id, _TABLE.c.value, _TABLE.c.aside).where(
    _TABLE.c.inspection_id == bindparam("inspection"), _TABLE.c.superseded_at.is_(None)
)
_SUPERSEDE = update(_TABLE).where(_TABLE.c.id == bindparam("row")).values(superseded_at=bindparam("at"))
_SET_ASIDE = update(_TABLE).where(_TABLE.c.id == bindparam("row")).values(aside=bindparam("is_aside"))
_GIVE = insert(_TABLE).returning(_TABLE.c.id)
_TURN = (
    update(_PORTION)
    .where(_PORTION.c.id == bindparam("portion"))
    .values({name: bindparam(f"to_{name}") for name in ("cursor", "skipped", "revision", "changed_at")})
)


@dataclass(frozen=True, slots=True)
class Pen:
    """The right to take a portion of a record down.

    Args:
        inspection: the visit.
        portion: what of its record.
    """

    inspection: Inspection
    portion: Portion


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
    found = await session.exec(_CURRENT, params={"inspection": inspection_id})
    return {question: Kept(row, value, aside) for question, row, value, aside in found}


def draft_of(portion: Portion, kept: Mapping[str, Kept]) -> Draft:
    """The draft that the form engine knows: all answers of the visit, and where one of its recorders is."""
    return Draft(
        answers={path: one.value for path, one in kept.items() if not one.aside},
        cursor=portion.cursor,
        aside={path: one.value for path, one in kept.items() if one.aside},
        skipped=frozenset(portion.skipped),
    )


async def keep(step: Step, pen: Pen, kept: Mapping[str, Kept], came: Advance, sent_at: datetime) -> None:
    """Keep what changed: a new row for a new answer, the earlier one superseded; hidden answers are set aside.

    Args:
        step: the transaction.
        pen: locked; its portion's revision goes up, and what changes is not complete any more.
        kept: as :func:`current` gave them.
        came: of the form engine.
        sent_at: when the person sent what changed it.
    """
    there = dict(kept)
    fresh: list[int] = []
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
            row = await _give(step, pen.inspection, effect, sent_at, aside=aside)
            fresh.append(row)
            # What is worked out can change twice in one step.
            there[effect.question] = Kept(row, effect.value, aside)
    await _turn(step, pen.portion, came.draft)
    if changes and pen.portion.done_at is not None:
        pen.portion.done_at = None
        step.session.add(pen.portion)
    if changes:
        step.record("answer.changed", pen.inspection, answers=fresh, changes=changes)


async def _change(step: Step, earlier: Kept, effect: Stored | Cleared | Hidden | Restored) -> None:
    if isinstance(effect, Stored | Cleared):
        await step.session.exec(_SUPERSEDE, params={"row": earlier.id, "at": step.now})
    else:
        await step.session.exec(
            _SET_ASIDE, params={"row": earlier.id, "is_aside": isinstance(effect, Hidden)}
        )


async def _turn(step: Step, portion: Portion, draft: Draft) -> None:
    """The draft's own row: where it stands now. What else of it the step has changed is written with the step's other rows."""
    turned = {
        "cursor": draft.cursor,
        "skipped": sorted(draft.skipped),
        "revision": portion.revision + 1,
        "changed_at": step.now,
    }
    to = {f"to_{name}": value for name, value in turned.items()}
    await step.session.exec(_TURN, params={"portion": portion.id, **to})
    for name, value in turned.items():
        set_committed_value(portion, name, value)


async def _give(step: Step, inspection: Inspection, effect: Stored, sent_at: datetime, *, aside: bool) -> int:
    row = {
        "jurisdiction": inspection.jurisdiction,
        "inspection_id": inspection.id,
        "question": effect.question,
        "value": effect.value,
        "aside": aside,
        "given_by": step.person.account.id,
        "given_at": step.now,
        "sent_at": sent_at,
    }
    number: int = (await step.session.exec(_GIVE, params=row)).scalar_one()
    return number
