"""Review: a record is approved and published, or returned with a reason."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, InspectionState
from models.people import Account, RoleName
from models.results import Publication, Result, Review, ReviewVerdict
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from services import lateness, notices, publishing, signatures, submissions
from services.step import Actor, Step


async def waiting(session: AsyncSession, actor: Actor) -> list[tuple[notices.Case, Result]]:
    """Records that wait for this reviewer, the oldest first."""
    query = (
        select(Inspection)
        .where(
            Inspection.jurisdiction == actor.account.jurisdiction,
            Inspection.state == InspectionState.SUBMITTED,
            col(Inspection.result_produced_on).is_not(None),
        )
        .order_by(col(Inspection.submitted_at))
    )
    found = []
    for inspection in (await session.exec(query)).all():
        result = await submissions.newest(session, inspection.id)
        if result is None or not await submissions.is_confirmed(session, inspection, result):
            continue
        known = await notices.case(session, inspection.id)
        if actor.account.id in {account.id for account in await notices.reviewers(session, known)}:
            found.append((known, result))
    return found


async def ready(session: AsyncSession, account: Account, inspection: Inspection) -> Result | None:
    """The record of a visit, if it waits for this person's review."""
    if inspection.state is not InspectionState.SUBMITTED or inspection.result_produced_on is None:
        return None
    result = await submissions.newest(session, inspection.id)
    if result is None or not await submissions.is_confirmed(session, inspection, result):
        return None
    known = await notices.case(session, inspection.id)
    return result if account.id in {one.id for one in await notices.reviewers(session, known)} else None


async def seen(step: Step) -> list[tuple[notices.Case, Result]]:
    """What :func:`waiting` gives, with a line in the record: the results are not public."""
    found = await waiting(step.session, step.person)
    if found:
        tasks = sorted({known.task.id for known, _ in found})
        step.sees(step.person.account, "reviews", tasks=tasks)
    return found


async def of_reviewer(step: Step, result_id: int) -> tuple[Result, notices.Case]:
    """A record that somebody may review now; that they looked at it is recorded.

    Raises:
        Refused: ``access.role``; ``common.not_yours`` for another department's, or one's own visit; ``common.not_now`` when it
            was reviewed, changed or not confirmed.
    """
    step.concerns(Result, result_id)
    actor = step.person
    actor.require(RoleName.REVIEWER)
    result = await step.get(Result, result_id)
    inspection = await step.get(Inspection, result.inspection_id, lock=True)
    known = await notices.case(step.session, inspection.id)
    if inspection.jurisdiction != actor.account.jurisdiction or actor.account.id not in {
        account.id for account in await notices.reviewers(step.session, known)
    }:
        raise Refused("common.not_yours")
    last = await submissions.newest(step.session, inspection.id)
    if inspection.state is not InspectionState.SUBMITTED or last is None or last.id != result.id:
        raise Refused("common.not_now")
    if not await submissions.is_confirmed(step.session, inspection, result):
        raise Refused("common.not_now")
    step.sees(inspection, "record")
    return result, known


async def approve(step: Step, result_id: int, public_url: str, late_reason: str | None = None) -> Publication:
    """Approve a record; it is published with the same step.

    Args:
        step: the transaction.
        result_id: the version that was read.
        public_url: where the public pages are.
        late_reason: why it is late, where the document allows that with a reason.

    Raises:
        Refused: as :func:`of_reviewer`; ``signatures.missing``; as :func:`services.lateness.require_reason`.

    Source: 濮阳 二(九) (谁检查、谁录入、谁公示); 邢台 三(三) (review before publication).
    """
    result, known = await of_reviewer(step, result_id)
    await signatures.require(step.session, result)
    await lateness.require_reason(step, known.inspection, late_reason)
    _say(step, result, ReviewVerdict.APPROVED, None)
    inspection = known.inspection
    inspection.state = InspectionState.APPROVED
    step.session.add(inspection)
    step.record("record.approved", result, sha256=result.record_sha256)
    publication = await publishing.publish(step, known, result)
    await notices.tell_publication(step, publication, publishing.address_of(publication, public_url))
    return publication


async def return_(step: Step, result_id: int, reason: str) -> Inspection:
    """Return a record to whoever took it down, with a reason.

    Raises:
        Refused: as :func:`of_reviewer`; ``tasks.reason_length``.
    """
    result, known = await of_reviewer(step, result_id)
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    _say(step, result, ReviewVerdict.RETURNED, reason.strip())
    step.record("record.returned", result)
    await submissions.send_back(
        step, known.inspection, InspectionState.RETURNED, "returned", reason=reason.strip()
    )
    return known.inspection


def _say(step: Step, result: Result, verdict: ReviewVerdict, reason: str | None) -> None:
    step.session.add(
        Review(
            jurisdiction=result.jurisdiction,
            inspection_id=result.inspection_id,
            result_id=result.id,
            reviewer_id=step.person.account.id,
            verdict=verdict,
            reason=reason,
            given_at=step.now,
        )
    )
