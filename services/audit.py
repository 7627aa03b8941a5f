"""Verifying the record: every chain is computed anew, and compared with its checkpoints and with what witnesses still hold."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Table
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import AuditEvent, Checkpoint
from models.registers import Jurisdiction
from rules.checkpoints import Held, code_of
from services.chain import CHECKPOINT, GENESIS, line_hash

_TABLE: Table = AuditEvent.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it

AT_ONCE = 1000
"""Lines that are in memory at a time."""


class Fault(StrEnum):
    """What is wrong at a place."""

    GAP = "gap"
    LINK = "link"
    CONTENT = "content"
    CHECKPOINT = "checkpoint"
    CUT = "cut"
    CHECKPOINT_GONE = "checkpoint_gone"
    HELD = "held"
    HELD_CUT = "held_cut"
    HELD_UNKNOWN = "held_unknown"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the record does not hold.

    Args:
        jurisdiction: whose chain; empty for a code that is in none.
        sequence: the number of the line; for what was cut, of the first that is missing; 0 where there is no place.
        reason: what is wrong.
        after: the time of the last line, or checkpoint, that holds before it; ``None`` at the beginning.
        before: the time of the next one; ``None`` at the end.
        held: the code that somebody holds and that does not fit.
    """

    jurisdiction: str
    sequence: int
    reason: str
    after: datetime | None = None
    before: datetime | None = None
    held: str | None = None


@dataclass(slots=True)
class _Mark:
    """A hash that the chain must have at a place."""

    sequence: int
    begins: str
    at: datetime | None
    held: bool
    met: bool = False


@dataclass(slots=True)
class _Walk:
    """A chain while it is walked along."""

    jurisdiction: str
    marks: dict[int, list[_Mark]]
    loose: dict[str, bool]
    sequence: int = 0
    previous: str = GENESIS
    at: datetime | None = None
    first: Break | None = None
    times: dict[int, datetime] = field(default_factory=dict)
    told: dict[int, tuple[int, datetime]] = field(default_factory=dict)

    def pass_by(self, row: Row[Any]) -> None:
        """Look at the next line."""
        if self.first is None:
            reason = _fault(row, self.jurisdiction, self.sequence + 1, self.previous)
            if reason is not None:
                until = None if reason is Fault.CONTENT else row.at
                self.first = Break(self.jurisdiction, row.sequence, reason, self.at, until)
        elif self.first.reason == Fault.CONTENT and self.first.before is None:
            # What the line itself says of its time may be what was changed.
            self.first = replace(self.first, before=row.at)
        self.sequence, self.previous, self.at = row.sequence, row.hash, row.at
        if code_of(row.hash) in self.loose:
            self.loose[code_of(row.hash)] = True
        for mark in self.marks.get(row.sequence, ()):
            mark.met = row.hash.startswith(mark.begins)
            self.times[row.sequence] = row.at
        if row.kind == CHECKPOINT and row.object_id is not None:
            self.told[row.object_id] = (row.sequence, row.at)

    def breaks(self, kept: set[int]) -> list[Break]:
        """What was found, when the chain's end is reached.

        Args:
            kept: ids of the checkpoints that are in the store.
        """
        found = [self.first] if self.first is not None else []
        marks = sorted(
            (mark for those in self.marks.values() for mark in those), key=lambda one: one.sequence
        )
        stored = next((mark for mark in marks if not mark.held and not mark.met), None)
        if stored is not None:
            found.append(self._missed(stored, marks))
        gone = sorted(told for number, told in self.told.items() if number not in kept)
        found += [
            Break(self.jurisdiction, sequence, Fault.CHECKPOINT_GONE, after=at) for sequence, at in gone[:1]
        ]
        return found + [self._missed(mark, marks) for mark in marks if mark.held and not mark.met]

    def _missed(self, mark: _Mark, marks: Sequence[_Mark]) -> Break:
        held = mark.begins if mark.held else None
        if mark.sequence > self.sequence:
            reason = Fault.HELD_CUT if mark.held else Fault.CUT
            return Break(self.jurisdiction, self.sequence + 1, reason, self.at, mark.at, held)
        met = [one.sequence for one in marks if one.met and one.sequence < mark.sequence]
        after = self.times[max(met)] if met else None
        before = mark.at or self.times.get(mark.sequence)
        return Break(
            self.jurisdiction,
            mark.sequence,
            Fault.HELD if mark.held else Fault.CHECKPOINT,
            after,
            before,
            held,
        )


async def verify(session: AsyncSession, held: Sequence[Held] = ()) -> list[Break]:
    """Compute every chain anew, and compare it with its checkpoints.

    Reads the lines as a stream: memory does not grow with the chain.

    Args:
        session: only reads.
        held: what witnesses still have; somebody with the database's password could have changed the checkpoints here as well.

    Returns:
        Of each jurisdiction the first line that does not hold, the first checkpoint that it does not meet or that is gone, and everything
        held that it does not meet; empty when all hold.
    """
    breaks: list[Break] = []
    loose = {one.code: False for one in held if one.sequence is None}
    codes = (await session.exec(select(Jurisdiction.code).order_by(Jurisdiction.code))).all()
    for jurisdiction in codes:
        kept = await _checkpoints(session, jurisdiction)
        marks: dict[int, list[_Mark]] = {}
        for row in kept:
            marks.setdefault(row.sequence, []).append(_Mark(row.sequence, row.hash, row.at, held=False))
        for one in held:
            if one.sequence is not None and one.jurisdiction == jurisdiction.lower():
                marks.setdefault(one.sequence, []).append(_Mark(one.sequence, one.code, None, held=True))
        walk = _Walk(jurisdiction, marks, loose)
        async for line in _lines(session, jurisdiction):
            walk.pass_by(line)
        breaks += walk.breaks({row.id for row in kept})
    known = {code.lower() for code in codes}
    for one in held:
        if one.sequence is None and not loose[one.code]:
            breaks.append(Break("", 0, Fault.HELD_UNKNOWN, held=one.code))
        elif one.sequence is not None and one.jurisdiction not in known:
            breaks.append(Break(one.jurisdiction or "", 0, Fault.HELD_UNKNOWN, held=one.code))
    return breaks


async def _checkpoints(session: AsyncSession, jurisdiction: str) -> Sequence[Checkpoint]:
    query = select(Checkpoint).where(Checkpoint.jurisdiction == jurisdiction)
    return (await session.exec(query.order_by(col(Checkpoint.sequence)))).all()


async def _lines(session: AsyncSession, jurisdiction: str) -> AsyncIterator[Row[Any]]:
    """The lines of a chain in their order, some at a time."""
    columns = [column for column in _TABLE.c if column.name not in {"id", "jurisdiction"}]
    query = (
        select(*columns)
        .where(_TABLE.c.jurisdiction == jurisdiction)
        .order_by(_TABLE.c.sequence)
        .execution_options(yield_per=AT_ONCE)
    )
    # In parts: to ask for each line by itself costs more than to compute its hash.
    async for part in (await session.stream(query)).partitions():
        for row in part:
            yield row


def _fault(row: Row[Any], jurisdiction: str, sequence: int, previous: str) -> Fault | None:
    if row.sequence != sequence:
        return Fault.GAP
    if row.previous != previous:
        return Fault.LINK
    recomputed = line_hash(
        jurisdiction=jurisdiction,
        sequence=row.sequence,
        at=row.at,
        actor_id=row.actor_id,
        kind=row.kind,
        object_kind=row.object_kind,
        object_id=row.object_id,
        data=row.data,
        previous=row.previous,
    )
    return None if recomputed == row.hash else Fault.CONTENT
