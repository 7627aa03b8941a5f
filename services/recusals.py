"""Standing recusals: an interest in a subject that is known beforehand, declared, listed, and withdrawn again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, Place, PlaceState
from models.people import RoleName
from models.registers import Inspector, Recusal, RecusalKind, Subject
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from services import experts, pools, redraws
from services.step import Actor, Step

FOUND = 8
"""How many subjects or people a search shows; whoever wants another writes more of the name."""


@dataclass(frozen=True, slots=True)
class Known:
    """A recusal with whom it is about."""

    recusal: Recusal
    inspector: Inspector
    subject: Subject


async def listed(session: AsyncSession, actor: Actor, today: date) -> list[Known]:
    """Recusals in force: one's own; a coordinator's whole department. The newest first."""
    account = actor.account
    mine = col(Recusal.inspector_id) == account.inspector_id
    if RoleName.COORDINATOR in actor.roles:
        mine = or_(mine, col(Inspector.department_id) == account.department_id)
    query = (
        select(Recusal, Inspector, Subject)
        .join(Inspector, col(Recusal.inspector_id) == Inspector.id)
        .join(Subject, col(Recusal.subject_id) == Subject.id)
        .where(Recusal.jurisdiction == account.jurisdiction, pools.in_force(today), mine)
        .order_by(col(Recusal.id).desc())
    )
    return [Known(*row) for row in (await session.exec(query)).all()]


async def subjects_named(session: AsyncSession, jurisdiction: str, words: str) -> Sequence[Subject]:
    """Subjects whose name holds these words, or whose number begins with them.

    Raises:
        Refused: ``recusals.words_short``; ``recusals.nobody_named``.
    """
    words = _searched(words)
    named = or_(
        col(Subject.name).contains(words, autoescape=True),
        col(Subject.key).startswith(words.upper(), autoescape=True),
    )
    query = select(Subject).where(Subject.jurisdiction == jurisdiction, named)
    found = (await session.exec(query.order_by(col(Subject.name)).limit(FOUND))).all()
    if not found:
        raise Refused("recusals.nobody_named", words=words)
    return found


async def people_named(session: AsyncSession, actor: Actor, words: str) -> Sequence[Inspector]:
    """Inspectors and experts of a coordinator's department whose name holds these words.

    Raises:
        Refused: ``access.role``; ``recusals.words_short``; ``recusals.nobody_named``.
    """
    actor.require(RoleName.COORDINATOR)
    words = _searched(words)
    query = select(Inspector).where(
        Inspector.jurisdiction == actor.account.jurisdiction,
        Inspector.department_id == actor.account.department_id,
        col(Inspector.active).is_(True),
        col(Inspector.name).contains(words, autoescape=True),
    )
    found = (await session.exec(query.order_by(col(Inspector.name)).limit(FOUND))).all()
    if not found:
        raise Refused("recusals.nobody_named", words=words)
    return found


async def declare(
    step: Step, inspector_id: int, subject_id: int, reason: str, until: date | None
) -> tuple[Recusal, list[Inspection]]:
    """Keep somebody from a subject beforehand; a place that they hold on a visit to it now is drawn again.

    Args:
        step: the transaction.
        inspector_id: whose interest, an expert's too: one's own, or of somebody of the coordinator's department.
        subject_id: in what.
        reason: which.
        until: its last day; ``None`` for good.

    Returns:
        The recusal, and the visits that somebody else was drawn for because of it.

    Raises:
        Refused: ``common.not_yours``; ``tasks.reason_length``; ``recusals.over`` for a day that is past;
            ``recusals.known_already``.

    Source: 濮阳 二(七); 五原 art. 19.
    """
    inspector = await _of_whom(step, inspector_id)
    subject = await step.get(Subject, subject_id)
    if subject.jurisdiction != inspector.jurisdiction:
        raise Refused("common.gone")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    if until is not None and until < step.today:
        raise Refused("recusals.over")
    query = select(Recusal).where(
        Recusal.inspector_id == inspector.id,
        Recusal.subject_id == subject.id,
        col(Recusal.withdrawn_at).is_(None),
    )
    known = (await step.session.exec(query)).first()
    if known is not None:
        if known.until is None or known.until >= step.today:
            raise Refused("recusals.known_already", subject=subject.name)
        known.withdrawn_at = step.now  # it has run out
        step.session.add(known)
        await step.session.flush()
    recusal = Recusal(
        jurisdiction=inspector.jurisdiction,
        inspector_id=inspector.id,
        subject_id=subject.id,
        kind=RecusalKind.STANDING,
        reason=reason.strip(),
        until=until,
        declared_by=step.person.account.id,
        declared_at=step.now,
    )
    step.session.add(recusal)
    await step.session.flush()
    step.record("recusal.declared", recusal, inspector=inspector.id, subject=subject.id)
    return recusal, await _off_current_visits(step, recusal)


async def withdraw(step: Step, recusal_id: int, reason: str) -> Recusal:
    """An interest is no more: later draws may choose this person again. What was drawn stays.

    Raises:
        Refused: ``common.not_yours``; ``recusals.withdrawn_already``; ``tasks.reason_length``.
    """
    recusal = await step.get(Recusal, recusal_id, lock=True)
    await _of_whom(step, recusal.inspector_id)
    if recusal.withdrawn_at is not None:
        raise Refused("recusals.withdrawn_already")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    recusal.withdrawn_by = step.person.account.id
    recusal.withdrawn_at = step.now
    recusal.withdrawn_reason = reason.strip()
    step.session.add(recusal)
    await step.session.flush()
    step.record("recusal.withdrawn", recusal)
    return recusal


async def of_whom(step: Step, recusal_id: int) -> Known:
    """A recusal that somebody may withdraw, with whom it is about.

    Raises:
        Refused: ``common.not_yours``; ``recusals.withdrawn_already``.
    """
    recusal = await step.get(Recusal, recusal_id)
    inspector = await _of_whom(step, recusal.inspector_id)
    if recusal.withdrawn_at is not None:
        raise Refused("recusals.withdrawn_already")
    return Known(recusal, inspector, await step.get(Subject, recusal.subject_id))


async def _of_whom(step: Step, inspector_id: int) -> Inspector:
    """Whose recusals one may enter and withdraw: one's own; a coordinator, those of the department's people."""
    actor = step.person
    inspector = await step.get(Inspector, inspector_id)
    own = actor.account.inspector_id == inspector.id
    coordinates = (
        RoleName.COORDINATOR in actor.roles
        and actor.account.jurisdiction == inspector.jurisdiction
        and actor.account.department_id == inspector.department_id
    )
    if not own and not coordinates:
        raise Refused("common.not_yours")
    return inspector


async def _off_current_visits(step: Step, recusal: Recusal) -> list[Inspection]:
    """Before and during a check the one place is drawn again; a record that was handed in stands."""
    query = (
        select(Place, Inspection)
        .join(Inspection, col(Place.inspection_id) == Inspection.id)
        .where(
            Place.inspector_id == recusal.inspector_id,
            col(Place.state).in_([PlaceState.OFFERED, PlaceState.ACCEPTED]),
            Inspection.subject_id == recusal.subject_id,
            col(Inspection.state).in_(redraws.UNDER_WAY),
        )
    )
    off = []
    for place, found in (await step.session.exec(query)).all():
        inspection = await step.get(Inspection, found.id, lock=True)
        await redraws.redo(step, inspection, place, recusal.reason)
        off.append(inspection)
    return [*off, *await experts.off_visits(step, recusal)]


def _searched(words: str) -> str:
    words = "".join(words.split())
    if len(words) < 2:
        raise Refused("recusals.words_short")
    return words
