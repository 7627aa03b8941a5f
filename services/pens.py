"""Who may write into which portion of a record now, and why not."""

from typing import NoReturn

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.inspections import Inspection, InspectionState
from models.portions import Portion
from models.registers import Inspector
from rules.errors import Refused
from services import portions, visits
from services.answers import Pen
from services.step import Step

_HELD = (
    select(Inspection, Portion)
    .join(Portion, col(Portion.inspection_id) == Inspection.id)
    .where(Inspection.id == bindparam("inspection"), Portion.recorder_id == bindparam("recorder"))
    .with_for_update(key_share=True)
)
"""Made once: it goes with every answer."""


class Stale(Refused):
    """The button belongs to an earlier screen; the current one is shown instead.

    Args:
        inspection_id: of which draft.
    """

    def __init__(self, inspection_id: int, code: str = "common.stale") -> None:
        super().__init__(code)
        self.inspection_id = inspection_id


class Moved(Stale):
    """The question on the screen is no longer asked, because a colleague of another department has changed an answer of theirs.

    Args:
        inspection_id: of which draft.
    """

    def __init__(self, inspection_id: int) -> None:
        super().__init__(inspection_id, "records.moved")


async def of_recorder(step: Step, inspection_id: int, revision: int | None = None) -> Pen:
    """The visit and what of its record somebody is taking down, both locked.

    Args:
        step: the transaction.
        inspection_id: which visit.
        revision: of the screen that was pressed; ``None`` for what was typed or sent.

    Raises:
        Refused: ``visits.other_records`` when somebody else takes it down; ``records.handed_in``, ``records.waits`` or
            ``common.not_now`` when nobody does.
        Stale: the screen was an earlier one.
    """
    mine = step.person.account.inspector_id
    found = await step.session.exec(_HELD, params={"inspection": inspection_id, "recorder": mine or 0})
    row = found.first()
    if row is None:
        await _not_held(step, inspection_id)
    pen = Pen(*row)
    if pen.inspection.state not in visits.DRAFTS:
        await _not_open(step, pen.inspection)
    if revision is not None and revision != pen.portion.revision:
        raise Stale(inspection_id)
    return pen


async def _not_held(step: Step, inspection_id: int) -> NoReturn:
    """Say why somebody has no pen."""
    inspection = await step.get(Inspection, inspection_id)
    place = await visits.place_of(step.session, step.person, inspection_id)
    if inspection.state not in visits.DRAFTS:
        await _not_open(step, inspection)
    row = portions.of_place(await portions.of_visit(step.session, inspection_id), place)
    if row.recorder_id is None:
        raise Refused("records.nobody_records")
    recorder = await step.get(Inspector, row.recorder_id)
    raise Refused("visits.other_records", name=recorder.name)


async def _not_open(step: Step, inspection: Inspection) -> NoReturn:
    """Say why a record can't be written in now."""
    if inspection.state is InspectionState.SUBMITTED and inspection.recorder_id is not None:
        recorder = await step.get(Inspector, inspection.recorder_id)
        raise Refused("records.handed_in", name=recorder.name)
    if inspection.state is InspectionState.ASSIGNED and inspection.begun_at is not None:
        raise Refused("records.waits")
    raise Refused("common.not_now")
