"""Barcodes on photos: the photo is evidence like any other, and what stands on it becomes the answer when it has been read."""

from collections.abc import Sequence

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, Inspection
from rules.errors import Refused
from rules.forms.event import Give, Text
from rules.forms.question import Kind
from rules.forms.screen import filled
from services import mail, people, records
from services.step import Step
from templates.refusal import sentence
from templates.render import render


async def wanted(session: AsyncSession, photo: Evidence) -> bool:
    """Whether a photo answers a question that asks for a barcode."""
    found = await session.exec(select(Inspection).where(Inspection.id == photo.inspection_id))
    inspection = found.one()
    if not inspection.forms:
        return False
    question = (await records.whole(session, inspection)).form.questions.get(photo.question)
    return question is not None and question.kind is Kind.BARCODE


async def answer(step: Step, photo_id: int, codes: Sequence[str] | None) -> None:
    """Answer the question with the one code on a photo, and tell whoever sent it; what else there is, is only told.

    An answer that was given meanwhile stays.

    Args:
        step: a transaction without an actor; it becomes that of whoever sent the photo.
        photo_id: of the evidence.
        codes: what was read; ``None`` when the file could not be looked at.
    """
    photo = await step.get(Evidence, photo_id)
    step.actor = await people.actor_of(step.session, photo.given_by)
    sender = step.actor.account
    try:
        pen = await records.of_recorder(step, photo.inspection_id)
    except Refused:
        return  # somebody else takes the record down now, or nobody: the photo is kept, and they see it
    work = await records.look(step.session, pen)
    question = work.form.questions.get(photo.question)
    if question is None:
        return
    refusal: str | None = None
    is_given = photo.question in work.draft.answers
    if codes and len(codes) == 1 and not is_given:
        try:
            await records.take(step, pen, Give(photo.question, Text(codes[0])), sent_at=photo.sent_at)
        except Refused as refused:
            refusal = sentence(refused)
    await mail.post(
        step,
        sender,
        "barcode",
        render(
            "barcode",
            label=filled(work.form, question.label, work.draft.answers),
            codes=codes,
            held=work.draft.answers.get(photo.question),
            refusal=refusal,
            inspection=pen.inspection,
        ),
        dedup=f"barcode:{photo_id}:{photo.tries}:{photo.file_id}",
    )
