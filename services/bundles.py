"""The auditor's bundle of a draw, from its rows."""

from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Subject
from models.tasks import AttemptState, Draw, DrawAttempt, DrawKind, Drawn
from rules.draw.bundle import bundle
from rules.draw.identity import Kind
from rules.draw.sealing import seal
from rules.draw.selection import Pick, Selection
from rules.draw.selection import select as draw
from rules.errors import Refused
from services import attempts, rosters, substitutions
from services.attempts import Attempt


async def listed(session: AsyncSession) -> list[dict[str, Any]]:
    """Every attempt of every draw, for the command line; no names."""
    query = (
        select(Draw, DrawAttempt)
        .join(DrawAttempt, col(DrawAttempt.draw_id) == Draw.id)
        .order_by(col(Draw.number), col(DrawAttempt.attempt))
    )
    return [
        {
            "id": found.number,
            "jurisdiction": found.jurisdiction,
            "kind": found.kind,
            "attempt": attempt.attempt,
            "state": attempt.state,
            "committed_at": attempt.committed_at.isoformat(),
            "commit_sha256": attempt.commit_sha256,
            "counts": attempt.counts,
            "quotas": attempt.quotas,
        }
        for found, attempt in (await session.exec(query)).all()
    ]


async def export(session: AsyncSession, number: str) -> dict[str, object]:
    """The bundle of a draw's opened attempt. It holds the secret and the whole list: it is for auditors.

    Args:
        session: the open session.
        number: the draw's number, ``410928-2026-0001``.

    Raises:
        Refused: ``draws.unknown``; ``draws.not_opened``.

    Source: ssj-draw/1, the auditor's bundle.
    """
    found = (await session.exec(select(Draw).where(Draw.number == number))).first()
    if found is None:
        raise Refused("draws.unknown", number=number)
    attempt = await attempts.newest(session, found.task_id)
    if attempt is None or attempt.subjects.state is not AttemptState.OPENED:
        raise Refused("draws.not_opened", number=number)
    return await (_subjects if found.kind is DrawKind.SUBJECTS else _inspectors)(session, attempt)


async def _subjects(session: AsyncSession, attempt: Attempt) -> dict[str, object]:
    half = attempt.subjects
    query = (
        select(Drawn, Subject.key)
        .join(Subject, col(Drawn.subject_id) == Subject.id)
        .where(Drawn.attempt_id == half.id)
        .order_by(col(Drawn.stratum), col(Drawn.position))
    )
    picks: dict[str, tuple[list[Pick], list[Pick]]] = {stratum: ([], []) for stratum in half.quotas}
    for row, key in (await session.exec(query)).all():
        selected, substitutes = picks[row.stratum]
        is_selected = row.position < half.quotas[row.stratum]
        (selected if is_selected else substitutes).append(Pick(key, bytes.fromhex(row.ticket)))
    return bundle(
        committed=half.commit_text,
        entropy=half.entropy_text or "",
        secret=half.secret,
        manifest=rosters.manifest_of(half, Kind.SUBJECTS),
        selections=[Selection(name, tuple(a), tuple(b)) for name, (a, b) in picks.items()],
        plan=half.plan_text,
        replaced=await substitutions.replaced(session, attempt),
    )


async def _inspectors(session: AsyncSession, attempt: Attempt) -> dict[str, object]:
    half = attempt.inspectors
    manifest = rosters.manifest_of(half, Kind.INSPECTORS)
    seats = await rosters.seats(session, attempt)
    return bundle(
        committed=half.commit_text,
        entropy=half.entropy_text or "",
        secret=half.secret,
        manifest=manifest,
        selections=draw(seal(manifest, half.secret), bytes.fromhex(half.entropy_sha256 or ""), half.quotas),
        plan=half.plan_text,
        roster=seats.roster(half.details),
    )
