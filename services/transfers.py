"""Leads on other matters: noted at the place, handed to those who lead the task, who pass them on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, EvidenceState, Inspection, InspectionState
from models.registers import Department
from models.transfers import ReceiverKind, Transfer, TransferState
from rules.annex import Lead
from rules.errors import Refused
from services import evidence, notices, profiles, visits
from services.evidence import Sent
from services.records import require_picture
from services.step import Step

NAME_LENGTH = range(2, 61)
"""Characters of an authority's name."""

FACTS_LENGTH = range(4, 1001)
"""Characters of what was found."""

OPEN = (
    InspectionState.CHECKING,
    InspectionState.RETURNED,
    InspectionState.SUBMITTED,
    InspectionState.APPROVED,
)
"""States in which a lead can be noted: from the beginning of the check until its result is public."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """To whom a lead may go.

    Args:
        departments: of the conference; one's own where the profile hands leads over inside the department.
        judicial: whether a suspected crime may go to the judicial organ.
    """

    departments: tuple[Department, ...]
    judicial: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A transfer note with its photos."""

    row: Transfer
    photos: Sequence[Evidence]


async def receivers(step: Step, inspection_id: int) -> Receivers:
    """To whom a lead of a visit may go.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now``.

    Source: 五原 art. 24; 濮阳 二(九); 偃师 art. 11.
    """
    inspection = await _noting(step, inspection_id)
    profile = await profiles.of(step.session, inspection.jurisdiction)
    query = select(Department).where(Department.jurisdiction == inspection.jurisdiction)
    found = (await step.session.exec(query.order_by(col(Department.id)))).all()
    own = step.person.account.department_id
    internal = profile.transfer.internal.value
    departments = tuple(one for one in found if internal or one.id != own)
    return Receivers(departments, profile.transfer.judicial.value)


def require_name(name: str) -> str:
    """The name of an authority as somebody wrote it; ``transfers.name_length``."""
    words = " ".join(name.split())
    if len(words) not in NAME_LENGTH:
        raise Refused("transfers.name_length", least=NAME_LENGTH[0], most=NAME_LENGTH[-1])
    return words


async def begin(step: Step, inspection_id: int, to: int | str | None, facts: str) -> Note:
    """Write a lead down; photos may follow.

    Args:
        step: the transaction.
        inspection_id: of the visit.
        to: a department's id, the name of another authority, or ``None`` for the judicial organ.
        facts: what was found.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now``; ``common.stale`` for a receiver that there is not;
            ``transfers.name_length``; ``transfers.facts_length``.
    """
    known = await receivers(step, inspection_id)
    inspection = await step.get(Inspection, inspection_id)
    words = facts.strip()
    if len(words) not in FACTS_LENGTH:
        raise Refused("transfers.facts_length", least=FACTS_LENGTH[0], most=FACTS_LENGTH[-1])
    department = None
    if to is None:
        if not known.judicial:
            raise Refused("common.stale")
        kind, name = ReceiverKind.JUDICIAL, ""
    elif isinstance(to, int):
        department = next((one for one in known.departments if one.id == to), None)
        if department is None:
            raise Refused("common.stale")
        kind, name = ReceiverKind.DEPARTMENT, department.name
    else:
        kind, name = ReceiverKind.AUTHORITY, require_name(to)
    row = Transfer(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection_id,
        kind=kind,
        department_id=department.id if department else None,
        receiver=name,
        facts=words,
        opened_by=step.person.account.id,
        opened_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("transfer.begun", row, inspection=inspection_id, to=kind)
    return Note(row, [])


async def photograph(step: Step, transfer_id: int, sent: Sent) -> Note:
    """A photo for a note that is being made.

    Raises:
        Refused: as :func:`hand`; as :func:`services.records.require_picture`.
    """
    require_picture(sent)
    row, inspection = await _own(step, transfer_id)
    piece, is_new = await evidence.note(step, inspection, _question(row), sent)
    if is_new:
        step.record("evidence.given", piece)
    await step.session.flush()
    return Note(row, await _photos(step.session, row))


async def hand(step: Step, transfer_id: int) -> Note:
    """Hand a note in: the lead department's coordinators get it with its photos, and the record's annex names it.

    Raises:
        Refused: ``common.not_yours``; ``transfers.done`` when it was handed in or withdrawn; ``common.not_now``.

    Source: 五原 art. 24 (做好告知移送记录); 偃师 art. 11 (及时移交).
    """
    row, inspection = await _own(step, transfer_id)
    row.state = TransferState.HANDED
    row.handed_at = step.now
    step.session.add(row)
    await step.session.flush()
    photos = await _photos(step.session, row)
    step.record("transfer.handed", row, inspection=inspection.id, photos=len(photos))
    await notices.tell_transfer(step, row, list(photos))
    return Note(row, photos)


async def withdraw(step: Step, transfer_id: int) -> Note:
    """Take a note back before it is handed in; its photos are set aside."""
    row, _ = await _own(step, transfer_id)
    row.state = TransferState.WITHDRAWN
    step.session.add(row)
    for photo in await _photos(step.session, row):
        photo.state = EvidenceState.REMOVED
        step.session.add(photo)
    step.record("transfer.withdrawn", row)
    return Note(row, [])


async def leads(session: AsyncSession, inspection_id: int, judicial: str) -> list[Lead]:
    """The leads of a visit that were handed in, in order.

    Args:
        session: it only reads.
        inspection_id: of the visit.
        judicial: what the judicial organ is called.
    """
    query = (
        select(Transfer)
        .where(Transfer.inspection_id == inspection_id, Transfer.state == TransferState.HANDED)
        .order_by(col(Transfer.handed_at), col(Transfer.id))
    )
    found = []
    for row in (await session.exec(query)).all():
        photos = len(await _photos(session, row))
        found.append(Lead(row.receiver or judicial, row.facts, photos, row.handed_at or row.opened_at))
    return found


async def _own(step: Step, transfer_id: int) -> tuple[Transfer, Inspection]:
    row = await step.get(Transfer, transfer_id, lock=True)
    if row.opened_by != step.person.account.id:
        raise Refused("common.not_yours")
    if row.state is not TransferState.OPEN:
        raise Refused("transfers.done")
    return row, await _noting(step, row.inspection_id)


async def _noting(step: Step, inspection_id: int) -> Inspection:
    inspection = await step.get(Inspection, inspection_id, lock=True)
    await visits.place_of(step.session, step.person, inspection_id)
    if inspection.state not in OPEN:
        raise Refused("common.not_now")
    return inspection


async def _photos(session: AsyncSession, row: Transfer) -> Sequence[Evidence]:
    query = (
        select(Evidence)
        .where(
            Evidence.inspection_id == row.inspection_id,
            Evidence.question == _question(row),
            Evidence.state != EvidenceState.REMOVED,
        )
        .order_by(col(Evidence.id))
    )
    return (await session.exec(query)).all()


def _question(row: Transfer) -> str:
    return f"transfer/{row.id}"
