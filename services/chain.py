"""The record of every step: a hash chain for each jurisdiction.

A line's hash covers its content and the hash before it, so an edit, a deletion, an insertion or a swap breaks the chain at its
place (services/audit.py). A cut tail, or a chain that was computed anew, shows only against a hash that somebody else holds
(services/checkpoints.py).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert
from sqlmodel import select

from models.audit import AuditEvent
from models.registers import Jurisdiction
from services.step import Step

GENESIS = "0" * 64

CHECKPOINT = "checkpoint.written"
"""The kind of the line that tells of a checkpoint."""


_TABLE: Table = AuditEvent.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it

# Made once: making a statement costs more than carrying it out, and these go with every step.
_NEWEST = (
    select(_TABLE.c.sequence, _TABLE.c.hash)
    .where(_TABLE.c.jurisdiction == bindparam("jurisdiction"))
    .order_by(_TABLE.c.sequence.desc())
    .limit(1)
)
_APPEND = insert(_TABLE)


_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def line_text(
    *,
    jurisdiction: str,
    sequence: int,
    at: datetime,
    actor_id: int | None,
    kind: str,
    object_kind: str,
    object_id: int | None,
    data: Mapping[str, Any],
    previous: str,
) -> str:
    """A line in canonical JSON: sorted keys, no spaces, time in UTC with microseconds."""
    return _WRITTEN(
        {
            "jurisdiction": jurisdiction,
            "sequence": sequence,
            "at": at.isoformat(timespec="microseconds"),
            "actor": actor_id,
            "kind": kind,
            "object": [object_kind, object_id],
            "data": data,
            "previous": previous,
        }
    )


def line_hash(**line: Any) -> str:
    """SHA-256 (hex) of a line's text in UTF-8; takes what :func:`line_text` takes."""
    return hashlib.sha256(line_text(**line).encode()).hexdigest()


async def seal(step: Step) -> None:
    """Chain what the step recorded. Called once, as the last thing before the commit.

    The jurisdiction's row is locked meanwhile, so that two steps on PostgreSQL never take the same place.
    """
    if not step.entries:
        return
    for jurisdiction in sorted({entry.jurisdiction for entry in step.entries}):
        if step.session.get_bind().dialect.name != "sqlite":
            # Not for update: every row that a step has written refers to its jurisdiction, and PostgreSQL shares that row's key with
            # each of them; two steps that wanted it for themselves would wait for each other.
            place = select(Jurisdiction.code).where(Jurisdiction.code == jurisdiction)
            await step.session.exec(place.with_for_update(key_share=True))
        newest = (await step.session.exec(_NEWEST, params={"jurisdiction": jurisdiction})).first()
        lines = _chained(step, jurisdiction, *(newest or (0, GENESIS)))
        await step.session.exec(_APPEND, params=lines)
    step.entries.clear()


def _chained(step: Step, jurisdiction: str, sequence: int, previous: str) -> list[dict[str, Any]]:
    """The lines of a jurisdiction, each with the hash before it and its own."""
    lines: list[dict[str, Any]] = []
    actor_id = step.actor.account.id if step.actor else None
    for entry in step.entries:
        if entry.jurisdiction != jurisdiction:
            continue
        sequence += 1
        line: dict[str, Any] = {
            "jurisdiction": jurisdiction,
            "sequence": sequence,
            "at": step.now,
            "actor_id": actor_id,
            "kind": entry.kind,
            "object_kind": entry.object_kind,
            "object_id": entry.object_id,
            "data": entry.data,
            "previous": previous,
        }
        previous = line_hash(**line)
        lines.append({**line, "hash": previous})
    return lines
