"""Refused steps in the record: nothing of such a step took effect, but that somebody tried is a line of its own.

Worth a line is what was refused for want of the right to do it, and every refusal of a step that says what it concerns
(:meth:`services.step.Step.concerns`): planning, the ceremony of a draw, lists that are not public. A slip of the thumb elsewhere is not.
"""

from rules.errors import Refused
from services.step import Entry, Step

REFUSED = "step.refused"

_ACCESS = "access."

_LARGEST_KEY = 2**31 - 1
"""A button's data comes from the client and may name any number."""


async def keep(step: Step, refused: Step, refusal: Refused) -> None:
    """Leave a line about a step that was refused: who, what about, which refusal. Its details may hold names and stay out.

    Args:
        step: another transaction; its actor is who was refused.
        refused: the step that was rolled back.
        refusal: why.
    """
    if refused.concern is not None:
        table, key = refused.concern
        row = await step.session.get(table, key) if 0 < key <= _LARGEST_KEY else None
        name, number = str(table.__tablename__), key if 0 < key <= _LARGEST_KEY else None
    elif step.actor is not None and refusal.code.startswith(_ACCESS):
        row = step.actor.account
        name, number = str(row.__tablename__), row.id
    else:
        return
    owner = row if row is not None else step.actor.account if step.actor else None
    if owner is not None:
        jurisdiction = getattr(owner, "jurisdiction")  # noqa: B009  (every table that a step may concern has it)
        step.entries.append(Entry(jurisdiction, REFUSED, name, number, {"code": refusal.code}))
