"""Evidence: photos and files of a visit, noted with the answer and fetched afterwards by a worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, EvidenceState, Inspection
from services.step import Step

FILE_BYTES = 20 * 1024 * 1024
"""What a bot may download (https://core.telegram.org/bots/api#getfile)."""

TRIES = 50
"""How often a file is asked for: for most of a day, because a line can be dead for hours and the inspector has long left the place."""

LEASE = timedelta(minutes=3)
"""How long a worker has for one file before another takes it."""

LONGEST_WAIT = timedelta(minutes=30)

SIGNATURE = "signature"
"""Photos of a signed paper are under ``signature/RESULT``: they follow the record, and are no part of what it says."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A photo or file as it came in chat.

    Args:
        file_id: by which it is fetched, good for our bot only.
        file_unique_id: the same for the same file, whoever sent it.
        kind: ``photo`` (recompressed by Telegram), ``document`` (as it was), ``voice``, ``audio``, ``video``, ``video_note``.
        media_type: as the sender's phone says.
        file_name: where it has one.
        size: in bytes, if Telegram said it.
        sent_at: when the person sent it, which may be long before it arrived.
    """

    file_id: str
    file_unique_id: str
    kind: str
    media_type: str | None
    file_name: str | None
    size: int | None
    sent_at: datetime


async def note(step: Step, inspection: Inspection, question: str, sent: Sent) -> tuple[Evidence, bool]:
    """Note a photo with its question; the same file twice is one piece of evidence.

    Returns:
        The row, and whether it is new.
    """
    query = select(Evidence).where(
        Evidence.inspection_id == inspection.id,
        Evidence.question == question,
        Evidence.file_unique_id == sent.file_unique_id,
    )
    known = (await step.session.exec(query)).first()
    if known is not None:
        is_back = known.state in {EvidenceState.REMOVED, EvidenceState.FAILED}
        if is_back:
            known.state = EvidenceState.STORED if known.sha256 else EvidenceState.PENDING
            known.file_id = sent.file_id
            known.tries = 0
            known.next_try_at = step.now
            step.session.add(known)
        return known, is_back
    evidence = Evidence(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection.id,
        question=question,
        file_id=sent.file_id,
        file_unique_id=sent.file_unique_id,
        kind=sent.kind,
        media_type=sent.media_type,
        file_name=sent.file_name,
        size=sent.size,
        next_try_at=step.now,
        given_by=step.person.account.id,
        given_at=step.now,
        sent_at=sent.sent_at,
    )
    step.session.add(evidence)
    await step.session.flush()
    return evidence, True


async def due(step: Step, limit: int) -> Sequence[Evidence]:
    """Take what is to be fetched; another worker gets it only when the lease has run out."""
    query = (
        select(Evidence)
        .where(Evidence.state == EvidenceState.PENDING, col(Evidence.next_try_at) <= step.now)
        .order_by(col(Evidence.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await step.session.exec(query)).all()
    for row in rows:
        row.next_try_at = step.now + LEASE
        step.session.add(row)
    return rows


async def stored(step: Step, evidence_id: int, sha256: str, size: int) -> None:
    """The bytes are in the vault."""
    row = await step.get(Evidence, evidence_id, lock=True)
    row.sha256 = sha256
    row.size = size
    row.stored_at = step.now
    row.failure = None
    if row.state is EvidenceState.PENDING:
        row.state = EvidenceState.STORED
    step.session.add(row)
    step.record("evidence.stored", row, sha256=sha256, size=size)


async def failed(step: Step, evidence_id: int, failure: str, *, final: bool) -> Evidence | None:
    """A fetch failed.

    Args:
        step: the transaction.
        evidence_id: of what.
        failure: the kind of fault, without an address: the download's holds the bot's token.
        final: trying again would not help.

    Returns:
        The row when it is given up; its sender is told to send it again.
    """
    row = await step.get(Evidence, evidence_id, lock=True)
    if row.state is not EvidenceState.PENDING:
        return None
    row.tries += 1
    row.failure = failure
    row.next_try_at = step.now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(row.tries, 12)))
    if final or row.tries >= TRIES:
        row.state = EvidenceState.FAILED
        step.record("evidence.failed", row, failure=failure)
    step.session.add(row)
    return row if row.state is EvidenceState.FAILED else None


def remove(step: Step, row: Evidence) -> None:
    """Leave a piece of evidence out of the record; its row and its bytes stay."""
    row.state = EvidenceState.REMOVED
    step.session.add(row)
    step.record("evidence.removed", row)


async def of_inspection(session: AsyncSession, inspection_id: int) -> Sequence[Evidence]:
    """The evidence of a visit in the order in which it came, without what was taken back."""
    query = (
        select(Evidence)
        .where(Evidence.inspection_id == inspection_id, Evidence.state != EvidenceState.REMOVED)
        .order_by(col(Evidence.id))
    )
    return (await session.exec(query)).all()
