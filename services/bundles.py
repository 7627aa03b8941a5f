"""The auditor's bundle of a draw, from its rows."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.mail import Outbox
from models.registers import Subject
from models.tasks import (
    AttemptState,
    BeaconReading,
    Contribution,
    Draw,
    DrawAttempt,
    DrawKind,
    Drawn,
)
from rules.draw.bundle import bundle
from rules.draw.commitment import read_commit
from rules.draw.identity import Kind
from rules.draw.manifest import read
from rules.draw.sealing import seal
from rules.draw.selection import Pick, Selection
from rules.draw.selection import select as draw
from rules.errors import Refused
from services import attempts, computing, rosters, substitutions
from services.attempts import Attempt
from services.step import Step


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
            "witnesses": len(read_commit(attempt.commit_text).witnesses),
            "failure": attempt.failure,
        }
        for found, attempt in (await session.exec(query)).all()
    ]


async def hand_out(step: Step, number: str, *, user: int) -> dict[str, object]:
    """The bundle of a draw, with a line in the record that somebody took it.

    Args:
        step: the transaction.
        number: the draw's number.
        user: the operating system's number of who asks for it on the command line.

    Raises:
        Refused: as :func:`export`.
    """
    found = (await step.session.exec(select(Draw).where(Draw.number == number))).first()
    if found is not None:
        step.concerns(Draw, found.id)
        step.record("bundle.exported", found, user=user)
    return await export(step.session, number)


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
    made = await (_subjects if found.kind is DrawKind.SUBJECTS else _inspectors)(session, attempt)
    return {**made, "ceremony": await _ceremony(session, found, attempt)}


async def _ceremony(session: AsyncSession, found: Draw, attempt: Attempt) -> dict[str, object]:
    """What the ceremony's table names under «the record», beside the texts; no names.

    Source: ssj-draw/1, the ceremony; 五原 art. 20 (full trace).
    """
    half = attempt.subjects if found.kind is DrawKind.SUBJECTS else attempt.inspectors
    query = (
        select(Contribution, Outbox.message_id)
        .outerjoin(Outbox, col(Contribution.notice_id) == Outbox.id)
        .where(Contribution.attempt_id == attempt.subjects.id)
        .order_by(col(Contribution.id))
    )
    messages = {one.label: number for one, number in (await session.exec(query)).all()}
    readings = select(BeaconReading).where(BeaconReading.attempt_id == attempt.subjects.id)
    return {
        "attempts": [
            {"attempt": one.attempt, "state": one.state, "failure": one.failure}
            for one in await attempts.halves(session, found.task_id)
        ],
        "witnesses": [
            {
                "witness": one.label,
                "confirmed_at": _time(one.confirmed_at),
                "message_id": messages.get(one.label),
                "given_at": _time(one.given_at),
                "receipt": one.receipt,
            }
            for one in await attempts.contributions(session, half.id)
        ],
        "beacon_readings": [
            {"turn": one.turn, "account": one.account_id, "value": one.value, "read_at": _time(one.read_at)}
            for one in (await session.exec(readings.order_by(col(BeaconReading.id)))).all()
        ],
        "frozen": {"account": half.committed_by, "at": _time(half.frozen_at or half.committed_at)},
        "committed_at": _time(half.committed_at),
        "closed_at": _time(half.closed_at),
        "opening_asked": {"account": half.opening_asked_by, "at": _time(half.opening_asked_at)},
        "opened": {"account": half.opened_by, "at": _time(half.opened_at)},
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


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
    selections = [Selection(name, tuple(a), tuple(b)) for name, (a, b) in picks.items()]
    made = partial(
        bundle,
        committed=half.commit_text,
        entropy=half.entropy_text or "",
        secret=half.secret,
        selections=selections,
        plan=half.plan_text,
        replaced=await substitutions.replaced(session, attempt),
    )
    kept = half.manifest
    return await computing.apart(
        lambda spread: made(manifest=read(rosters.unpacked(kept), Kind.SUBJECTS, spread)),
        sum(half.counts.values()),
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
