"""A drawn subject that is not there any more: reported with a photo, confirmed by a second person, replaced by the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import (
    Evidence,
    EvidenceState,
    Inspection,
    InspectionState,
    Substitution,
    SubstitutionState,
)
from models.registers import Subject, SubjectStatus
from models.tasks import DrawAttempt, Drawn, Standing
from rules.draw.identity import Kind
from rules.draw.sealing import seal
from rules.draw.selection import ticket_order
from rules.draw.substitution import Replaced
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from rules.substitution import Absence
from services import (
    attempts,
    completion,
    evidence,
    limits,
    notices,
    profiles,
    replacements,
    rosters,
    tasks,
    visits,
)
from services.attempts import Attempt
from services.evidence import Sent
from services.records import require_picture
from services.step import Step

MORE = 10
"""How many more of the next ones are named when those of the opening are used up."""

BEFORE = (InspectionState.ASSIGNED, InspectionState.ACCEPTED, InspectionState.CHECKING)
"""States in which a visit can still come to nothing; after them there is a record."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a report.

    Args:
        substitution: the row.
        photos: its evidence.
        substitute: the visit to the next in order; ``None`` while it waits, and when nobody is left.
    """

    substitution: Substitution
    photos: Sequence[Evidence]
    substitute: Inspection | None = None


async def begin(step: Step, inspection_id: int, reason: Absence) -> Substitution:
    """An inspector says what became of the subject; photos are asked for next.

    Raises:
        Refused: ``common.not_yours``; ``substitution.checked`` once there is a record, ``substitution.closed``;
            ``substitution.reported_already``.
    """
    inspection = await _reportable(step, inspection_id)
    query = select(Substitution).where(
        Substitution.inspection_id == inspection.id,
        Substitution.opened_by == step.person.account.id,
        Substitution.state == SubstitutionState.OPEN,
    )
    found = (await step.session.exec(query)).first()
    substitution = found or Substitution(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection.id,
        reason=reason,
        opened_by=step.person.account.id,
        opened_at=step.now,
    )
    substitution.reason = reason
    step.session.add(substitution)
    await step.session.flush()
    step.record("substitution.begun", substitution, reason=substitution.reason)
    return substitution


async def photograph(step: Step, substitution_id: int, sent: Sent) -> Outcome:
    """A photo for a report that is being made.

    Raises:
        Refused: as :func:`begin`; ``common.not_yours``; as :func:`services.records.require_picture`.
    """
    require_picture(sent)
    substitution, inspection = await _own(step, substitution_id)
    row, is_new = await evidence.note(step, inspection, _question(substitution), sent)
    if is_new:
        step.record("evidence.given", row)
    await step.session.flush()
    return Outcome(substitution, await _photos(step.session, substitution))


async def withdraw(step: Step, substitution_id: int) -> Substitution:
    """The subject was found after all: the report goes, its photos are set aside."""
    substitution, _ = await _own(step, substitution_id)
    substitution.state = SubstitutionState.WITHDRAWN
    step.session.add(substitution)
    for row in await _photos(step.session, substitution):
        row.state = EvidenceState.REMOVED
        step.session.add(row)
    step.record("substitution.withdrawn", substitution)
    return substitution


async def report(step: Step, substitution_id: int) -> Outcome:
    """Hand the report in: a second person is asked where the profile wants one, else the next in order follows at once.

    Raises:
        Refused: as :func:`begin`; ``substitution.photo`` without one.

    Source: ssj-draw/1, substitution (reason code, second person where the profile asks); 濮阳 二(二) (existing subjects).
    """
    substitution, inspection = await _own(step, substitution_id)
    photos = await _photos(step.session, substitution)
    if not photos:
        raise Refused("substitution.photo")
    substitution.state = SubstitutionState.REPORTED
    substitution.reported_at = step.now
    step.session.add(substitution)
    await step.session.flush()
    step.record("substitution.reported", substitution, reason=substitution.reason, photos=len(photos))
    profile = await profiles.of(step.session, inspection.jurisdiction)
    if profile.draw.second_person_for_substitution.value:
        await notices.ask_substitution(step, substitution, list(photos))
        return Outcome(substitution, photos)
    return await _carry_out(step, substitution, inspection)


async def approve(step: Step, substitution_id: int) -> Outcome:
    """A second person confirms: the visit is closed, and the next in order takes its place.

    Raises:
        Refused: ``access.…`` for who does not lead the task; ``substitution.decided``; ``substitution.second_person`` for
            whoever reported it; ``substitution.checked`` when there is a record by now.
    """
    substitution, inspection = await of_second(step, substitution_id)
    substitution.decided_by = step.person.account.id
    return await _carry_out(step, substitution, inspection)


async def reject(step: Step, substitution_id: int, reason: str) -> Substitution:
    """The second person does not agree: the visit goes on as it was.

    Raises:
        Refused: as :func:`approve`; ``tasks.reason_length``.
    """
    substitution, inspection = await of_second(step, substitution_id, checked=True)
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    substitution.state = SubstitutionState.REJECTED
    substitution.decided_by = step.person.account.id
    substitution.decided_at = step.now
    substitution.decision_reason = reason.strip()
    step.session.add(substitution)
    step.record("substitution.rejected", substitution)
    await notices.tell_mates(
        step,
        inspection.id,
        "substitution_decided",
        substitution=substitution,
        substitute=None,
        coordinates=False,
    )
    return substitution


async def of_second(
    step: Step, substitution_id: int, *, checked: bool = False
) -> tuple[Substitution, Inspection]:
    """A report that somebody may decide on now, and its visit, both locked.

    Args:
        step: the transaction.
        substitution_id: which.
        checked: whether it may be decided on although there is a record by now: it can only be turned down then.
    """
    substitution = await step.get(Substitution, substitution_id, lock=True)
    inspection = await step.get(Inspection, substitution.inspection_id, lock=True)
    await tasks.led(step, inspection.task_id)
    if substitution.state is not SubstitutionState.REPORTED:
        raise Refused("substitution.decided")
    if substitution.opened_by == step.person.account.id:
        raise Refused("substitution.second_person")
    if not checked:
        _require_unchecked(inspection)
    return substitution, inspection


async def replaced(session: AsyncSession, attempt: Attempt) -> list[Replaced]:
    """What happened to an attempt's list afterwards, in order, for the auditor's bundle."""
    query = (
        select(Substitution, Drawn.stratum, Subject.key)
        .join(Inspection, col(Substitution.inspection_id) == Inspection.id)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .join(Drawn, col(Drawn.subject_id) == Subject.id)
        .where(
            Inspection.task_id == attempt.task.id,
            Drawn.attempt_id == attempt.subjects.id,
            Substitution.state == SubstitutionState.CONFIRMED,
        )
        .order_by(col(Substitution.decided_at), col(Substitution.substitute_id), col(Substitution.id))
    )
    rows = (await session.exec(query)).all()
    keys = select(Inspection.id, Subject.key).join(Subject, col(Inspection.subject_id) == Subject.id)
    known = dict((await session.exec(keys.where(Inspection.task_id == attempt.task.id))).all())
    return [
        Replaced(stratum, key, row.reason, known.get(row.substitute_id or 0), tuple(row.passed_over))
        for row, stratum, key in rows
    ]


async def _own(step: Step, substitution_id: int) -> tuple[Substitution, Inspection]:
    substitution = await step.get(Substitution, substitution_id, lock=True)
    if substitution.opened_by != step.person.account.id:
        raise Refused("common.not_yours")
    if substitution.state is not SubstitutionState.OPEN:
        raise Refused("substitution.reported_already")
    return substitution, await _reportable(step, substitution.inspection_id)


async def _reportable(step: Step, inspection_id: int) -> Inspection:
    inspection = await step.get(Inspection, inspection_id, lock=True)
    await visits.place_of(step.session, step.person, inspection_id)
    _require_unchecked(inspection)
    query = select(Substitution.id).where(
        Substitution.inspection_id == inspection.id, Substitution.state == SubstitutionState.REPORTED
    )
    if (await step.session.exec(query)).first() is not None:
        raise Refused("substitution.reported_already")
    return inspection


def _require_unchecked(inspection: Inspection) -> None:
    if inspection.state is InspectionState.CLOSED:
        raise Refused("substitution.closed")
    if inspection.state is InspectionState.DRAWN:
        raise Refused("common.not_now")
    if inspection.state not in BEFORE:
        raise Refused("substitution.checked")


def _question(substitution: Substitution) -> str:
    return f"substitution/{substitution.id}"


async def _photos(session: AsyncSession, substitution: Substitution) -> Sequence[Evidence]:
    query = (
        select(Evidence)
        .where(
            Evidence.inspection_id == substitution.inspection_id,
            Evidence.question == _question(substitution),
            Evidence.state != EvidenceState.REMOVED,
        )
        .order_by(col(Evidence.id))
    )
    return (await session.exec(query)).all()


async def _carry_out(step: Step, substitution: Substitution, inspection: Inspection) -> Outcome:
    """Close the visit, call the next in order, find its inspectors, tell everybody."""
    attempt = await attempts.require(step.session, inspection.task_id)
    # One after the other in a task: the next ticket and the loads are those that the one before has left.
    await step.get(DrawAttempt, attempt.subjects.id, lock=True)
    gone = (
        await step.session.exec(
            select(Drawn).where(
                Drawn.attempt_id == attempt.subjects.id, Drawn.subject_id == inspection.subject_id
            )
        )
    ).one()
    gone.standing = Standing.REPLACED
    step.session.add(gone)
    inspection.state = InspectionState.CLOSED
    inspection.closed_at = inspection.changed_at = step.now
    inspection.closed_reason = substitution.reason
    inspection.revision += 1
    step.session.add(inspection)
    substitution.state = SubstitutionState.CONFIRMED
    substitution.decided_at = step.now
    following, passed_over = await _next(step, attempt, gone.stratum)
    substitution.passed_over = passed_over
    substitute = None
    if following is not None:
        substitute = await replacements.send(step, attempt, following)
        substitution.substitute_id = substitute.id
    step.session.add(substitution)
    await step.session.flush()
    step.record(
        "substitution.confirmed",
        substitution,
        reason=substitution.reason,
        substitute=substitution.substitute_id,
        passed_over=len(passed_over),
    )
    await limits.closed(step, inspection)
    await completion.settle(step, inspection.task_id)
    await notices.tell_substitution(step, substitution, substitute)
    return Outcome(substitution, await _photos(step.session, substitution), substitute)


async def _next(step: Step, attempt: Attempt, stratum: str) -> tuple[Drawn | None, list[str]]:
    """The next in order that still exists; those before it that do not are passed over and named."""
    passed_over: list[str] = []
    while True:
        query = (
            select(Drawn, Subject)
            .join(Subject, col(Drawn.subject_id) == Subject.id)
            .where(
                Drawn.attempt_id == attempt.subjects.id,
                Drawn.stratum == stratum,
                Drawn.standing == Standing.SUBSTITUTE,
            )
            .order_by(col(Drawn.position))
        )
        for drawn, subject in (await step.session.exec(query)).all():
            is_there = subject.status is SubjectStatus.EXISTING
            drawn.standing = Standing.CALLED if is_there else Standing.REPLACED
            step.session.add(drawn)
            if is_there:
                return drawn, passed_over
            passed_over.append(subject.key)
        await step.session.flush()
        if not await _name_more(step, attempt, stratum):
            return None, passed_over


async def _name_more(step: Step, attempt: Attempt, stratum: str) -> bool:
    """Keep more of the next ones, in ticket order; False when the stratum has no more."""
    half = attempt.subjects
    query = select(func.count()).where(Drawn.attempt_id == half.id, Drawn.stratum == stratum)
    known = (await step.session.exec(query)).one()
    if known >= half.counts[stratum]:
        return False
    sealed = seal(rosters.manifest_of(half, Kind.SUBJECTS), half.secret)
    order = ticket_order(sealed, bytes.fromhex(half.entropy_sha256 or ""), stratum)
    picks = list(islice(order, known, known + MORE))
    rows = select(Subject).where(
        Subject.jurisdiction == half.jurisdiction, col(Subject.key).in_([pick.id for pick in picks])
    )
    subjects = {subject.key: subject.id for subject in (await step.session.exec(rows)).all()}
    for position, pick in enumerate(picks, start=known):
        step.session.add(
            Drawn(
                jurisdiction=half.jurisdiction,
                attempt_id=half.id,
                subject_id=subjects[pick.id],
                stratum=stratum,
                position=position,
                ticket=pick.ticket.hex(),
                standing=Standing.SUBSTITUTE,
            )
        )
    await step.session.flush()
    return True
