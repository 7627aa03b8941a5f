"""Portions of a record: each department takes its own part down, by one person at a time, while the others take down theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.items import CheckItem
from models.people import Account
from models.portions import Portion
from models.registers import Department, Inspector
from rules.forms.form import Form
from rules.forms.portion import Count, count, touched
from rules.forms.relevance import faults
from rules.forms.value import Value
from services import answers, forms, recorders
from services.answers import Pen
from services.step import Actor, Step

DRAFTS = (InspectionState.CHECKING, InspectionState.RETURNED)
"""States in which a record is being taken down."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a portion stands, as everybody on the visit sees it.

    Args:
        portion: the row.
        department: in short.
        recorder: who has the pen; ``None`` for nobody.
        count: how far they have come.
    """

    portion: Portion
    department: str
    recorder: str | None
    count: Count

    @property
    def is_complete(self) -> bool:
        """Whether nobody waits for it: somebody said so, or it asks nothing as things stand (a check that was stopped)."""
        return self.portion.done_at is not None or not self.count.asked


async def lay_out(step: Step, inspection: Inspection, items: Sequence[CheckItem]) -> list[Portion]:
    """Divide a record among the departments that are on the visit; the leading one has the base form too.

    Args:
        step: the transaction.
        inspection: whose forms were just pinned.
        items: what is checked; an item whose department sends nobody goes to the leading one.

    Source: 濮阳 二(八); 偃师 art. 7(3), 7(4).
    """
    places = await _places(step.session, inspection.id)
    there = list(dict.fromkeys(place.department_id for place in places))
    lead = there[0]
    parts: dict[int | None, list[str]] = {lead: [forms.BASE]}
    for item in items:
        owner = item.department_id if item.department_id in there else lead
        parts.setdefault(owner, []).append(forms.part_key(item))
    rows = [
        Portion(
            jurisdiction=inspection.jurisdiction,
            inspection_id=inspection.id,
            department_id=department,
            leads=department == lead,
            parts=keys,
            changed_at=step.now,
        )
        for department, keys in parts.items()
    ]
    step.session.add_all(rows)
    await step.session.flush()
    return rows


async def of_visit(session: AsyncSession, inspection_id: int) -> Sequence[Portion]:
    """The portions of a record, the leading one first; none before the check has begun."""
    query = select(Portion).where(Portion.inspection_id == inspection_id)
    return (await session.exec(query.order_by(col(Portion.leads).desc(), col(Portion.id)))).all()


def of_place(rows: Sequence[Portion], place: Place) -> Portion:
    """The portion that somebody may take down: their department's, else the leading one."""
    return next((one for one in rows if one.department_id == place.department_id), rows[0])


async def held(session: AsyncSession, actor: Actor) -> list[Pen]:
    """What somebody is taking down: what is not complete first, and of that what was touched last."""
    if actor.account.inspector_id is None:
        return []
    order = (col(Portion.done_at).is_not(None), col(Portion.changed_at).desc(), col(Portion.id).desc())
    return [Pen(*row) for row in (await session.exec(_open_to(actor.account).order_by(*order))).all()]


async def pen_of(session: AsyncSession, inspection_id: int, account: Account) -> Pen | None:
    """What somebody is taking down of a visit's record; ``None`` for nothing."""
    row = (await session.exec(_open_to(account).where(Inspection.id == inspection_id))).first()
    return None if row is None else Pen(*row)


async def team(session: AsyncSession, portion: Portion) -> list[Inspector]:
    """Those on the visit who may take a portion down, by seat."""
    rows = await of_visit(session, portion.inspection_id)
    those = [
        place.inspector_id
        for place in await _places(session, portion.inspection_id)
        if place.state is PlaceState.ACCEPTED and of_place(rows, place).id == portion.id
    ]
    query = select(Inspector).where(col(Inspector.id).in_(those))
    found = {one.id: one for one in (await session.exec(query)).all()}
    return [found[one] for one in those if one in found]


async def standings(session: AsyncSession, inspection: Inspection, now: datetime) -> list[Standing]:
    """How all portions of a record stand; none before the check has begun."""
    rows = await of_visit(session, inspection.id)
    if not rows:
        return []
    kept = await answers.current(session, inspection.id)
    given = {path: one.value for path, one in kept.items() if not one.aside}
    return await stand(session, inspection, rows, given, now)


async def stand(
    session: AsyncSession,
    inspection: Inspection,
    rows: Sequence[Portion],
    given: Mapping[str, Value],
    now: datetime,
) -> list[Standing]:
    """How these portions stand with the answers that there are."""
    departments = {one.department_id for one in rows}
    recorders = {one.recorder_id for one in rows}
    named = select(Department.id, Department.short_name).where(col(Department.id).in_(departments))
    shorts = dict((await session.exec(named)).all())
    known = select(Inspector.id, Inspector.name).where(col(Inspector.id).in_(recorders))
    people = dict((await session.exec(known)).all())
    return [
        Standing(
            row,
            shorts.get(row.department_id or 0, ""),
            people.get(row.recorder_id or 0),
            count(await form_of(session, inspection, row), given, row.skipped, now),
        )
        for row in rows
    ]


async def form_of(session: AsyncSession, inspection: Inspection, row: Portion) -> Form:
    """The questions of a portion."""
    return await forms.of_portion(session, inspection.forms, row.parts)


async def unsettle(
    step: Step, pen: Pen, form: Form, changed: Sequence[str], given: Mapping[str, Value]
) -> None:
    """Take another's portion back that was complete, where a changed answer asks more of it; its recorder is told.

    Args:
        step: the transaction.
        pen: who has changed it.
        form: of the visit.
        changed: paths of the answers.
        given: all answers as they are now.
    """
    reached = touched(form, changed, pen.portion.parts)
    if not reached:
        return
    for row in await of_visit(step.session, pen.inspection.id):
        if row.done_at is None or not reached & set(row.parts):
            continue
        if faults(await form_of(step.session, pen.inspection, row), given, step.now):
            row.cursor = None  # its first open question comes next
            reopen(step, row)
            await recorders.tell_one(step, pen.inspection.id, row.recorder_id, "portion_reopened")


def reopen(step: Step, row: Portion) -> None:
    """A portion is not complete any more."""
    row.done_at = None
    row.revision += 1
    row.changed_at = step.now
    step.session.add(row)
    step.record("portion.reopened", row)


async def let_go(step: Step, inspection: Inspection, inspector_id: int | None) -> None:
    """Somebody leaves the visit: their portion waits, with every answer, for whoever follows them and looks at it anew."""
    for row in await of_visit(step.session, inspection.id):
        if inspector_id is not None and row.recorder_id == inspector_id:
            row.recorder_id = row.done_at = None
            row.revision += 1
            row.changed_at = step.now
            step.session.add(row)
            step.record("portion.left", row, inspector=inspector_id)
            if row.leads:
                inspection.recorder_id = None


def _open_to(account: Account) -> Select[Inspection, Portion]:
    return (
        select(Inspection, Portion)
        .join(Portion, col(Portion.inspection_id) == Inspection.id)
        .where(Portion.recorder_id == account.inspector_id, col(Inspection.state).in_(DRAFTS))
    )


async def _places(session: AsyncSession, inspection_id: int) -> Sequence[Place]:
    query = select(Place).where(Place.inspection_id == inspection_id, Place.state != PlaceState.RECUSED)
    return (await session.exec(query.order_by(col(Place.seat)))).all()
