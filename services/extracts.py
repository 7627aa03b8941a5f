"""What a check's file takes from the draw and from the record: this company's part and no other's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import AuditEvent
from models.inspections import Answer, Confirmation, Evidence, ExpertPlace, Place, Substitution
from models.people import Account
from models.registers import Jurisdiction
from models.results import Publication, Result, Review
from models.signatures import Signature
from models.tasks import AttemptState, Draw, DrawAttempt, DrawKind, Drawn
from rules.draw.commitment import read_commit, short_code
from services import notices
from services.links import Line

OWN = (
    Place,
    ExpertPlace,
    Substitution,
    Answer,
    Evidence,
    Result,
    Confirmation,
    Signature,
    Review,
    Publication,
)
"""Tables whose rows belong to one visit; what the record says of them is part of its file."""

DOSSIER = "dossier."
"""Lines about files that were handed out are in no file: each would differ from the one before."""


async def accounts(session: AsyncSession, known: notices.Case) -> dict[int, str]:
    """The names of those who had to do with this check, by account; of nobody else."""
    found = {
        mate.account.id: mate.name for mate in (*known.mates, *known.experts) if mate.account is not None
    }
    query = (
        select(Account)
        .join(Review, col(Review.reviewer_id) == Account.id)
        .where(Review.inspection_id == known.inspection.id)
    )
    return {**found, **{one.id: one.name for one in (await session.exec(query)).all()}}


async def draw(session: AsyncSession, known: notices.Case) -> tuple[Line | None, dict[str, Any]]:
    """The company's line of the draw, and the public texts of both draws."""
    query = (
        select(DrawAttempt, Draw)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .where(Draw.task_id == known.task.id, DrawAttempt.state == AttemptState.OPENED)
        .order_by(col(DrawAttempt.attempt).desc())
    )
    named = select(Drawn.attempt_id).where(Drawn.subject_id == known.subject.id)
    chosen = col(DrawAttempt.id).in_(named)
    row = (await session.exec(query.where(Draw.kind == DrawKind.SUBJECTS, chosen))).first()
    if row is None:
        return None, {}
    half, found = row
    other = (await session.exec(query.where(Draw.kind == DrawKind.INSPECTORS))).first()
    government = await session.get(Jurisdiction, known.inspection.jurisdiction)
    line = Line(
        link=0,
        subject=(known.subject.name, known.subject.key),
        government=government.name if government else "",
        draw=(found.jurisdiction, found.number, half.attempt),
        code=short_code(half.commit_sha256),
        witnesses=len(read_commit(half.commit_text).witnesses),
        open=True,
        half=half,
        proof=None,
        visited=True,
    )
    texts: dict[str, Any] = {
        "protocol": "ssj-draw/1",
        "draw": found.number,
        "attempt": half.attempt,
        "counts": half.counts,
        "quotas": half.quotas,
        "cutoffs": half.cutoffs,
    }
    if other is not None:
        inspectors, of_them = other
        texts["inspectors"] = {
            "draw": of_them.number,
            "attempt": inspectors.attempt,
            "commit_text": inspectors.commit_text,
            "commit_sha256": inspectors.commit_sha256,
            "entropy_text": inspectors.entropy_text,
            "entropy_sha256": inspectors.entropy_sha256,
        }
    return line, texts


async def lines(session: AsyncSession, known: notices.Case, people: Mapping[int, str]) -> dict[str, Any]:
    """The lines of the record about this check, its task and its draws: ids and hashes, as they are in the chain.

    Each line's hash can be computed anew from the line; that none is missing is shown by the whole chain alone.
    """
    inspection = known.inspection
    objects: dict[str, list[int]] = {"inspection": [inspection.id], "task": [known.task.id]}
    for table in OWN:
        owner, number = table.inspection_id, table.id
        query = select(number).where(owner == inspection.id)
        objects[str(table.__tablename__)] = list((await session.exec(query)).all())
    draws = list((await session.exec(select(Draw.id).where(Draw.task_id == known.task.id))).all())
    halves = select(DrawAttempt.id).where(col(DrawAttempt.draw_id).in_(draws))
    objects["draw"], objects["draw_attempt"] = draws, list((await session.exec(halves)).all())
    lines = (
        select(AuditEvent)
        .where(
            AuditEvent.jurisdiction == inspection.jurisdiction,
            AuditEvent.at >= known.task.created_at,
            col(AuditEvent.kind).not_like(f"{DOSSIER}%"),
            or_(
                *(
                    and_(col(AuditEvent.object_kind) == kind, col(AuditEvent.object_id).in_(ids))
                    for kind, ids in objects.items()
                    if ids
                )
            ),
        )
        .order_by(col(AuditEvent.sequence))
    )
    return {
        "jurisdiction": inspection.jurisdiction,
        "accounts": {str(number): name for number, name in sorted(people.items())},
        "lines": [
            {
                "sequence": one.sequence,
                "at": one.at.isoformat(timespec="microseconds"),
                "actor": one.actor_id,
                "kind": one.kind,
                "object": [one.object_kind, one.object_id],
                "data": one.data,
                "previous": one.previous,
                "hash": one.hash,
            }
            for one in (await session.exec(lines)).all()
        ],
    }
