"""Photos of a draft, sent back to those who are on the visit."""

from sqlmodel import col, select

from models.inspections import Evidence, Inspection
from rules.forms.question import Kind
from rules.forms.screen import filled
from services import notices, portions, records, visits
from services.step import Step
from templates.render import render


async def send(step: Step, inspection_id: int, *, here: bool) -> int:
    """Send the photos that a draft's answers name, an album a question, each under the question's own words.

    Args:
        step: the transaction.
        inspection_id: of the visit.
        here: only those of the question on the screen.

    Returns:
        How many there are.

    Raises:
        Refused: ``common.not_yours``.
    """
    await visits.place_of(step.session, step.person, inspection_id)
    pen = await portions.pen_of(step.session, inspection_id, step.person.account) if here else None
    inspection = await step.get(Inspection, inspection_id)
    work = await (records.whole(step.session, inspection) if pen is None else records.look(step.session, pen))
    query = select(Evidence).where(Evidence.inspection_id == inspection_id).order_by(col(Evidence.id))
    known = {str(row.id): row for row in (await step.session.exec(query)).all()}
    count = 0
    for question in records.asked(work, step.now):
        held = work.draft.answers.get(question.path)
        if question.kind is not Kind.IMAGE or not isinstance(held, list):
            continue
        if here and question.path != work.draft.cursor:
            continue
        photos = [known[ref] for ref in held if ref in known]
        label = filled(work.form, question.label, work.draft.answers)
        await notices.send_photos(
            step, step.person.account, photos, render("photos_of", label=label, count=len(photos))
        )
        count += len(photos)
    return count
