"""Photos that could not be fetched: who sent one is told which it was, and what comes instead takes its place."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, EvidenceState, Inspection
from models.people import Account
from rules.forms.event import Drop
from rules.forms.screen import filled
from services import evidence, mail, notices, records
from services.answers import Pen
from services.records import Work
from services.step import Step
from templates.render import render


async def tell(step: Step, row: Evidence) -> None:
    """Tell whoever sent a photo that was given up which one of which question it was, with the way there."""
    inspection = await step.get(Inspection, row.inspection_id)
    label, place = None, None
    if inspection.forms:  # a report before the check begins has photos, and no form yet
        work = await records.whole(step.session, inspection)
        question = work.form.questions.get(row.question)
        held = work.draft.answers.get(row.question)
        if question is not None and isinstance(held, list) and str(row.id) in held:
            label = filled(work.form, question.label, work.draft.answers)
            place = held.index(str(row.id)) + 1
    known = await notices.case(step.session, inspection.id)
    message = render("evidence_failed", case=known, label=label, place=place, evidence_id=row.id)
    await mail.post(step, await step.get(Account, row.given_by), "evidence", message)


async def places(session: AsyncSession, work: Work) -> tuple[int, ...]:
    """The lost ones among the photos of the question on the screen, from 1."""
    held = work.draft.answers.get(work.draft.cursor or "")
    refs = held if isinstance(held, list) else []
    gone = await _gone(session, work.inspection.id)
    return tuple(place for place, ref in enumerate(refs, start=1) if ref in gone)


async def count(session: AsyncSession, inspection_id: int) -> int:
    """How many photos of a visit could not be fetched and were not taken back."""
    return len(await _gone(session, inspection_id))


async def goto(step: Step, evidence_id: int) -> Work:
    """Go to the question that a lost photo was for.

    Raises:
        Refused: ``common.not_yours``, ``visits.other_records``, ``common.not_now`` as
            :func:`services.records.of_recorder`; ``forms.not_asked`` when the question is not asked any more.
    """
    row = await step.get(Evidence, evidence_id)
    pen = await records.of_recorder(step, row.inspection_id)
    return await records.goto(step, pen, row.question)


async def forget(step: Step, pen: Pen) -> Work:
    """Take the lost photos of the question on the screen out of its answer."""
    work = await records.look(step.session, pen)
    held = work.draft.answers.get(work.draft.cursor or "")
    refs = held if isinstance(held, list) else []
    gone = await _gone(step.session, pen.inspection.id)
    for ref in refs:
        if ref in gone:
            work = await _drop(step, work, gone[ref])
    return work


async def make_room(step: Step, pen: Pen, question: str, unique_id: str) -> None:
    """A photo that comes now takes the place of the first that was lost; the same file again needs none.

    Args:
        step: the transaction.
        pen: as :func:`services.records.of_recorder` gave it.
        question: that the new one is for.
        unique_id: of the new one's file.
    """
    gone = await _gone(step.session, pen.inspection.id)
    here = [row for row in gone.values() if row.question == question]
    if not here or any(row.file_unique_id == unique_id for row in here):
        return
    work = await records.look(step.session, pen)
    held = work.draft.answers.get(question)
    refs: Sequence[str] = held if isinstance(held, list) else ()
    row = next((gone[ref] for ref in refs if ref in gone), None)
    if row is not None:
        await _drop(step, work, row)


async def _drop(step: Step, work: Work, row: Evidence) -> Work:
    dropped = await records.take(step, Pen(work.inspection, work.portion), Drop(row.question, str(row.id)))
    evidence.remove(step, row)
    return dropped


async def _gone(session: AsyncSession, inspection_id: int) -> dict[str, Evidence]:
    query = (
        select(Evidence)
        .where(Evidence.inspection_id == inspection_id, Evidence.state == EvidenceState.FAILED)
        .order_by(col(Evidence.id))
    )
    return {str(row.id): row for row in (await session.exec(query)).all()}
