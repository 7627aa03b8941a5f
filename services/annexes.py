"""What a record tells of how it came about, beside the answers: where they were sent from, what came late, what was handed on."""

from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Answer, Evidence, EvidenceState
from rules.annex import Annex, Late, Lost
from rules.distance import lateness
from rules.forms.question import Kind
from rules.forms.screen import filled
from services import positions, profiles, records, transfers
from services.records import Work
from templates.phrases import annex_words


async def of(session: AsyncSession, work: Work, now: datetime) -> Annex:
    """The annex of a draft as it stands.

    Args:
        session: it only reads.
        work: the draft.
        now: the present moment.

    Source: 邢台 三(三) (走过场、纸上填报: place and time of what was recorded can be seen).
    """
    return Annex(
        tuple(await positions.arrivals(session, work, now)),
        tuple(await late(session, work, now)),
        tuple(await lost(session, work, now)),
        tuple(await transfers.leads(session, work.inspection.id, annex_words()["judicial"])),
    )


async def late(session: AsyncSession, work: Work, now: datetime) -> list[Late]:
    """What arrived long after it was sent, by question, in the form's order; of several photos the latest counts."""
    profile = await profiles.of(session, work.inspection.jurisdiction)
    tolerance = timedelta(minutes=profile.scene.late_minutes.value)
    given = select(Answer.question, Answer.sent_at, Answer.given_at).where(
        Answer.inspection_id == work.inspection.id, col(Answer.superseded_at).is_(None)
    )
    answers = {question: times for question, *times in (await session.exec(given)).all()}
    photos = await _photos(session, work)
    found = []
    for question in records.asked(work, now):
        times = [(answers[question.path][0], answers[question.path][1])] if question.path in answers else []
        if question.kind is Kind.IMAGE:
            held = work.draft.answers.get(question.path)
            refs = held if isinstance(held, list) else []
            times = [(photos[ref].sent_at, photos[ref].given_at) for ref in refs if ref in photos]
        over = [one for one in times if lateness(*one, tolerance) is not None]
        if over:
            sent_at, received_at = max(over, key=lambda one: one[1] - one[0])
            count = len(over) if question.kind is Kind.IMAGE else 0
            label = filled(work.form, question.label, work.draft.answers)
            found.append(Late(label, count, sent_at, received_at))
    return found


async def lost(session: AsyncSession, work: Work, now: datetime) -> list[Lost]:
    """Photos that the answers still name and that nobody could fetch, by question."""
    photos = await _photos(session, work)
    found = []
    for question in records.asked(work, now):
        held = work.draft.answers.get(question.path)
        if question.kind is not Kind.IMAGE or not isinstance(held, list):
            continue
        places = tuple(
            place
            for place, ref in enumerate(held, start=1)
            if ref in photos and photos[ref].state is EvidenceState.FAILED
        )
        if places:
            label = filled(work.form, question.label, work.draft.answers)
            found.append(Lost(question.path, label, places))
    return found


async def _photos(session: AsyncSession, work: Work) -> dict[str, Evidence]:
    query = select(Evidence).where(Evidence.inspection_id == work.inspection.id)
    return {str(row.id): row for row in (await session.exec(query)).all()}
