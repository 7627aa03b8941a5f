"""The pen of a portion goes from one inspector of a department to another. Who is on a visit is chance's affair, or the coordinator's."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection
from models.portions import Passing, Portion
from models.registers import Inspector
from rules.errors import Refused
from rules.forms.record import Section, record
from rules.forms.relevance import faults
from rules.reasons import REASON_LENGTH
from services import answers, portions, recorders, visits
from services.answers import Pen
from services.step import Step
from templates.phrases import phrases


async def of_mine(step: Step, inspection_id: int, *, lock: bool = False) -> Pen:
    """The portion of a record that the person's department takes down, whoever has the pen.

    Raises:
        Refused: ``common.not_yours`` for somebody who is not on the visit; ``common.not_now`` while nothing is taken down.
    """
    inspection = await step.get(Inspection, inspection_id, lock=lock)
    place = await visits.place_of(step.session, step.person, inspection_id)
    if inspection.state not in portions.DRAFTS:
        raise Refused("common.not_now")
    row = portions.of_place(await portions.of_visit(step.session, inspection_id), place)
    return Pen(inspection, row)


async def mates(step: Step, pen: Pen) -> list[Inspector]:
    """Who else may have the pen: the others of the department who are on the visit."""
    return [
        one for one in await portions.team(step.session, pen.portion) if one.id != pen.portion.recorder_id
    ]


async def take_over(step: Step, inspection_id: int, reason: str) -> Pen:
    """Take the pen from a colleague of one's department; they are told at once.

    Raises:
        Refused: as :func:`of_mine`; ``records.own_pen`` for whoever has it; ``tasks.reason_length``.
    """
    pen = await of_mine(step, inspection_id, lock=True)
    mine = step.person.account.inspector_id
    if pen.portion.recorder_id == mine:
        raise Refused("records.own_pen")
    return await _give(step, pen, mine, reason)


async def hand_over(step: Step, inspection_id: int, taker_id: int, reason: str) -> Pen:
    """Give the pen to a colleague of one's department; they are told at once.

    Raises:
        Refused: as :func:`of_mine`; ``visits.other_records`` for somebody who does not have it; ``tasks.reason_length``;
            ``records.no_mate`` for somebody who is not of the department or not on the visit.
    """
    pen = await of_mine(step, inspection_id, lock=True)
    if pen.portion.recorder_id != step.person.account.inspector_id:
        name = (
            ""
            if pen.portion.recorder_id is None
            else (await step.get(Inspector, pen.portion.recorder_id)).name
        )
        raise Refused("visits.other_records", name=name)
    return await _give(step, pen, taker_id, reason)


async def read(step: Step, inspection_id: int) -> tuple[Pen, tuple[Section, ...], int]:
    """What stands in the portion of one's department, for those who do not write it.

    Returns:
        The portion, its sections, and how many questions are not settled yet.
    """
    pen = await of_mine(step, inspection_id)
    form = await portions.form_of(step.session, pen.inspection, pen.portion)
    kept = await answers.current(step.session, pen.inspection.id)
    given = answers.draft_of(pen.portion, kept).answers
    step.sees(pen.inspection, "draft", portion=pen.portion.id)
    return pen, record(form, given, step.now, phrases()), len(faults(form, given, step.now))


async def of_portion(session: AsyncSession, portion_id: int) -> list[Passing]:
    """Who had the pen of a portion, the first change first."""
    query = select(Passing).where(Passing.portion_id == portion_id).order_by(col(Passing.id))
    return list((await session.exec(query)).all())


async def _give(step: Step, pen: Pen, taker_id: int | None, reason: str) -> Pen:
    reason = " ".join(reason.split())
    if len(reason) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    taker = next((one for one in await mates(step, pen) if one.id == taker_id), None)
    if taker is None:
        raise Refused("records.no_mate")
    row = pen.portion
    giver_id = row.recorder_id
    step.session.add(
        Passing(
            jurisdiction=row.jurisdiction,
            portion_id=row.id,
            giver_id=giver_id,
            taker_id=taker.id,
            reason=reason,
            decided_by=step.person.account.id,
            at=step.now,
        )
    )
    _hold(step, pen, taker.id)
    await step.session.flush()
    step.record("portion.handed_over", row, giver=giver_id, taker=taker.id)
    other = giver_id if taker.id == step.person.account.inspector_id else taker.id
    is_taken = other == giver_id
    await recorders.tell_one(
        step,
        pen.inspection.id,
        other,
        "pen_passed",
        is_taken=is_taken,
        by=step.person.account.name,
        reason=reason,
    )
    return pen


def _hold(step: Step, pen: Pen, inspector_id: int) -> None:
    row: Portion = pen.portion
    row.recorder_id = inspector_id
    row.revision += 1
    row.changed_at = step.now
    step.session.add(row)
    if row.leads:
        pen.inspection.recorder_id = inspector_id
        step.session.add(pen.inspection)
