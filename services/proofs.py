"""The public proof of a draw: every attempt, from its commitment on, and nothing that names anybody."""

import asyncio
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy.orm import load_only
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection
from models.people import Account
from models.tasks import AttemptState, Contribution, Draw, DrawAttempt, DrawKind, Task
from rules.disclosure import may_answer, revealed
from rules.draw.commitment import short_code
from rules.draw.identity import EXCLUDED, subject_id
from rules.errors import Refused
from rules.profile.terms import OpeningTier
from services import bundles, profiles

PAGE_SIZE = 20
"""Draws on one page of the list."""

CODE_LIMIT = 40
"""Characters of a code that somebody asks about; the longest that registers have is half of it."""

ALLOWED = (
    "draw_id",
    "attempt",
    "state",
    "counts",
    "quotas",
    "commit_text",
    "commit_sha256",
    "entropy_text",
    "entropy_sha256",
    "cutoffs",
    "committed_at",
    "closed_at",
    "opened_at",
    "failed_at",
    "failure",
)
"""The columns of DrawAttempt that the public side reads: neither secret nor list nor plan."""

_ALLOWED_ONLY = load_only(*(getattr(DrawAttempt, name) for name in ALLOWED), raiseload=True)
"""To touch another column of a row is an error, not a query."""

_BLACKED = "■■"
"""In the place of a name."""


@dataclass(frozen=True, slots=True)
class Given:
    """A witness's part, as everybody may see it.

    Args:
        label: ``w1``, ``w2`` …; no names.
        receipt: there from the moment of the contribution on.
        at: when it was given.
        text: what was given, once the window is closed.
    """

    label: str
    receipt: str | None
    at: datetime | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum in numbers: how many, how many drawn (None: may not be drawn), the largest ticket drawn."""

    name: str
    count: int
    quota: int | None
    cutoff: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, with what has become public of it."""

    number: int
    state: AttemptState
    commit_text: str
    commit_sha256: str
    committed_at: datetime
    strata: tuple[Stratum, ...]
    witnesses: tuple[Given, ...]
    entropy_text: str | None
    entropy_sha256: str | None
    closed_at: datetime | None
    opened_at: datetime | None
    failed_at: datetime | None
    failure: str | None

    @property
    def code(self) -> str:
        """What stands on the paper record."""
        return short_code(self.commit_sha256)


@dataclass(frozen=True, slots=True)
class Proof:
    """A draw as everybody may see it.

    Args:
        jurisdiction: its code.
        number: of the draw.
        kind: subjects or inspectors.
        attempts: all of them, the first first.
        other: number of the draw that was committed with it.
        revealed: whether those whom it concerns may look at it.
        everything: whether the auditor's bundle is everybody's.
        asks: whether anybody may ask if a code is in the list.
        task: the task's number and name, once it is revealed.
    """

    jurisdiction: str
    number: str
    kind: DrawKind
    attempts: tuple[Attempt, ...]
    other: str | None
    revealed: bool
    everything: bool
    asks: bool
    task: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A draw in the list: its newest attempt."""

    jurisdiction: str
    number: str
    kind: DrawKind
    attempts: int
    state: AttemptState
    code: str
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, newest first; ``pages`` is at least 1."""

    draws: tuple[Listed, ...]
    page: int
    pages: int


async def listed(session: AsyncSession, *, page: int = 1) -> Found:
    """Every draw that was ever committed to, newest first.

    Args:
        session: it only reads.
        page: from 1.

    Raises:
        Refused: ``page.beyond`` when there is no such page.
    """
    total = (await session.exec(select(func.count(func.distinct(DrawAttempt.draw_id))))).one()
    pages = max(1, math.ceil(total / PAGE_SIZE))
    if page > pages:
        raise Refused("page.beyond", pages=pages)
    newest = (
        select(DrawAttempt.draw_id, func.max(DrawAttempt.attempt).label("attempt"))
        .group_by(col(DrawAttempt.draw_id))
        .subquery()
    )
    query = (
        select(Draw, DrawAttempt)
        .join(newest, newest.c.draw_id == Draw.id)
        .join(
            DrawAttempt,
            (col(DrawAttempt.draw_id) == newest.c.draw_id) & (col(DrawAttempt.attempt) == newest.c.attempt),
        )
        .options(_ALLOWED_ONLY)
        .order_by(col(DrawAttempt.committed_at).desc(), col(Draw.id))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    draws = tuple(
        Listed(
            draw.jurisdiction,
            draw.number,
            draw.kind,
            row.attempt,
            row.state,
            short_code(row.commit_sha256),
            row.committed_at,
        )
        for draw, row in (await session.exec(query)).all()
    )
    return Found(draws, page, pages)


async def of(session: AsyncSession, jurisdiction: str, number: str, today: date) -> Proof:
    """A draw with every attempt.

    Args:
        session: it only reads.
        jurisdiction: its code.
        number: of the draw.
        today: in China.

    Raises:
        Refused: ``page.draw`` when nothing was ever committed to under this number.

    Source: ssj-draw/1, who sees what afterwards, tier 1; 濮阳 一(二)2 (the process is public and can be traced).
    """
    draw, task = await _found(session, jurisdiction, number)
    rows = (
        await session.exec(
            select(DrawAttempt)
            .options(_ALLOWED_ONLY)
            .where(DrawAttempt.draw_id == draw.id)
            .order_by(col(DrawAttempt.attempt))
        )
    ).all()
    if not rows:
        raise Refused("page.draw")
    given = await _given(session, draw.id)
    names = await _names(session, jurisdiction) if any(row.failure for row in rows) else ()
    siblings = select(Draw.number).where(Draw.task_id == draw.task_id, Draw.id != draw.id)
    shown = await is_revealed(session, task, today)
    opened = [row for row in rows if row.state is AttemptState.OPENED]
    profile = await profiles.of(session, jurisdiction)
    return Proof(
        jurisdiction=jurisdiction,
        number=number,
        kind=draw.kind,
        attempts=tuple(_attempt(row, given.get(row.attempt, []), names) for row in rows),
        other=(await session.exec(siblings)).first(),
        revealed=shown,
        everything=shown and profile.draw.open_to_all.value is OpeningTier.EVERYTHING,
        asks=draw.kind is DrawKind.SUBJECTS and shown and bool(opened) and may_answer(opened[-1].counts),
        task=(task.number, task.name) if shown else None,
    )


async def is_revealed(session: AsyncSession, task: Task, today: date) -> bool:
    """Whether a task's draws may be looked at by those whom they concern (:func:`rules.disclosure.revealed`)."""
    opened = (
        select(DrawAttempt.id)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .where(Draw.task_id == task.id, DrawAttempt.state == AttemptState.OPENED)
    )
    counted = select(func.count(), func.count(col(Inspection.check_ended_on)))
    visits, ended = (await session.exec(counted.where(Inspection.task_id == task.id))).one()
    return revealed(
        opened=(await session.exec(opened)).first() is not None,
        ended=0 < visits == ended,
        period_end=task.period_end,
        today=today,
    )


async def bundle(session: AsyncSession, jurisdiction: str, number: str, today: date) -> dict[str, object]:
    """The auditor's bundle, where the profile opens it to everybody and the draw is revealed.

    Raises:
        Refused: ``page.draw``; ``page.bundle`` where it is the auditors' alone.

    Source: ssj-draw/1, who sees what afterwards, tier 3 («a profile may open tier 3 to everybody»).
    """
    if not (await of(session, jurisdiction, number, today)).everything:
        raise Refused("page.bundle")
    return await bundles.export(session, number)


async def is_in(session: AsyncSession, jurisdiction: str, number: str, code: str, today: date) -> bool:
    """Whether a code is in the list of a draw, those excluded too; nothing else about it.

    Args:
        session: it only reads.
        jurisdiction: its code.
        number: of the draw.
        code: as somebody typed it.
        today: in China.

    Raises:
        Refused: ``page.draw``; ``page.not_asked`` where it may not be answered; ``page.code`` for what is no code.

    Source: ssj-draw/1, attacks («a company can ask: was I in?»).
    """
    if not (await of(session, jurisdiction, number, today)).asks:
        raise Refused("page.not_asked")
    if len(code) > CODE_LIMIT:
        raise Refused("page.code")
    try:
        wanted = subject_id(code)
    except Refused:
        raise Refused("page.code") from None
    draw, _ = await _found(session, jurisdiction, number)
    newest = select(DrawAttempt.manifest).where(
        DrawAttempt.draw_id == draw.id, DrawAttempt.state == AttemptState.OPENED
    )
    packed = (await session.exec(newest.order_by(col(DrawAttempt.attempt).desc()).limit(1))).one()
    # In a thread: the list of a province takes a tenth of a second, and others want their page.
    return await asyncio.to_thread(lambda: f"\n{wanted}\t".encode() in b"\n" + zlib.decompress(packed))


async def _found(session: AsyncSession, jurisdiction: str, number: str) -> tuple[Draw, Task]:
    query = (
        select(Draw, Task)
        .join(Task, col(Draw.task_id) == Task.id)
        .where(Draw.jurisdiction == jurisdiction, Draw.number == number)
    )
    found = (await session.exec(query)).first()
    if found is None:
        raise Refused("page.draw")
    return found[0], found[1]


async def _given(session: AsyncSession, draw_id: int) -> Mapping[int, list[Contribution]]:
    """Contributions by the number of the attempt, in the order of the witnesses."""
    query = (
        select(DrawAttempt.attempt, Contribution)
        .join(DrawAttempt, col(Contribution.attempt_id) == DrawAttempt.id)
        .where(DrawAttempt.draw_id == draw_id)
        .order_by(col(Contribution.id))
    )
    found: dict[int, list[Contribution]] = {}
    for number, row in (await session.exec(query)).all():
        found.setdefault(number, []).append(row)
    return found


async def _names(session: AsyncSession, jurisdiction: str) -> Sequence[str]:
    """Names of people who might be named in a reason, the longest first."""
    names = (await session.exec(select(Account.name).where(Account.jurisdiction == jurisdiction))).all()
    return sorted({name for name in names if len(name) > 1}, key=len, reverse=True)


def _attempt(row: DrawAttempt, given: Sequence[Contribution], names: Sequence[str]) -> Attempt:
    closed = row.closed_at is not None
    failure = row.failure
    for name in names if failure else ():
        # A reason is published as it was given, but for who it names: witnesses are w1, w2 here.
        failure = (failure or "").replace(name, _BLACKED)
    return Attempt(
        number=row.attempt,
        state=row.state,
        commit_text=row.commit_text,
        commit_sha256=row.commit_sha256,
        committed_at=row.committed_at,
        strata=tuple(
            Stratum(
                name,
                count,
                None if name.startswith(EXCLUDED) else row.quotas.get(name, 0),
                row.cutoffs.get(name),
            )
            for name, count in sorted(row.counts.items(), key=lambda one: one[0])
        ),
        witnesses=tuple(
            Given(one.label, one.receipt, one.given_at, one.value if closed else None) for one in given
        ),
        entropy_text=row.entropy_text,
        entropy_sha256=row.entropy_sha256,
        closed_at=row.closed_at,
        opened_at=row.opened_at,
        failed_at=row.failed_at,
        failure=failure,
    )
