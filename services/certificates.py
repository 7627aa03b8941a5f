"""Certificate cards: an inspector shows who is here on which check; whoever scans the card sees that it holds today."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.certificates import CertificateCard
from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.registers import Department, Inspector, Jurisdiction
from rules.errors import Refused
from services import inspectors, notices, profiles, visits
from services.step import Step

TOKEN_BYTES = 16
"""128 random bits: nobody finds a card by trying."""

AT_WORK = (InspectionState.ACCEPTED, InspectionState.CHECKING, InspectionState.RETURNED)
"""States in which a card can be shown."""

NOT_VALID = (InspectionState.DRAWN, InspectionState.ASSIGNED, InspectionState.CLOSED)
"""States in which an earlier card tells nothing: somebody has left the visit, or it came to nothing."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One of those who inspect, as their certificate names them."""

    name: str
    certificate_no: str
    department: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card with what it says.

    Args:
        row: it.
        government: name of the jurisdiction.
        case: the visit.
        holders: who inspects, all of them certified today.
    """

    row: CertificateCard
    government: str
    case: notices.Case
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A card that was made: its token, which is said once and kept nowhere, and what it says."""

    token: str
    card: Card

    def address(self, scan_url: str) -> str | None:
        """What the code leads to; ``None`` while the deployment has no public address."""
        return f"{scan_url}/c/{self.token}" if scan_url else None


async def make(step: Step, inspection_id: int) -> Made:
    """Make a card for today.

    Raises:
        Refused: ``common.not_yours``; ``visits.not_all_accepted``; ``common.not_now`` when the visit is not being made;
            ``visits.two_needed`` when too few of them are certified today.

    Source: 濮阳 二(七); 偃师 art. 10 (at least two inspectors, who show their certificates).
    """
    inspection = await step.get(Inspection, inspection_id)
    await visits.place_of(step.session, step.person, inspection_id)
    if inspection.state is InspectionState.ASSIGNED:
        raise Refused("visits.not_all_accepted")
    if inspection.state not in AT_WORK:
        raise Refused("common.not_now")
    holders, needed = await _holders(step.session, inspection, step.today)
    if len(holders) < needed:
        raise Refused("visits.two_needed", needed=needed)
    token = urlsafe_b64encode(step.entropy(TOKEN_BYTES)).decode().rstrip("=")
    row = CertificateCard(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection_id,
        on_date=step.today,
        token_sha256=_digest(token),
        created_by=step.person.account.id,
        created_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("certificate.shown", row, inspection=inspection_id)
    return Made(token, await _card(step.session, row, holders))


async def card_of(session: AsyncSession, token: str, today: date) -> Card:
    """What a card says, on its day and to whoever has it.

    Args:
        session: it only reads.
        token: the card's.
        today: in China.

    Raises:
        Refused: ``page.card`` when there is no such card; ``page.card_over`` on another day, and when the visit is not
            being made with at least as many certified inspectors as it needs; nothing is told then.
    """
    query = select(CertificateCard).where(CertificateCard.token_sha256 == _digest(token))
    row = (await session.exec(query)).first()
    if row is None:
        raise Refused("page.card")
    inspection = await session.get(Inspection, row.inspection_id)
    if inspection is None or row.on_date != today or inspection.state in NOT_VALID:
        raise Refused("page.card_over")
    holders, needed = await _holders(session, inspection, today)
    if len(holders) < needed:
        raise Refused("page.card_over")
    return await _card(session, row, holders)


async def opened(step: Step, card: Card) -> None:
    """Count that somebody has looked at a card, and nothing about who."""
    step.record("certificate.opened", card.row, inspection=card.row.inspection_id)


async def _card(session: AsyncSession, row: CertificateCard, holders: Sequence[Holder]) -> Card:
    government = await session.get(Jurisdiction, row.jurisdiction)
    known = await notices.case(session, row.inspection_id)
    return Card(row, government.name if government else "", known, tuple(holders))


async def _holders(
    session: AsyncSession, inspection: Inspection, today: date
) -> tuple[tuple[Holder, ...], int]:
    """Who inspects and is certified today, by seat, and how many there must be."""
    query = (
        select(Inspector, Department)
        .join(Place, col(Place.inspector_id) == Inspector.id)
        .join(Department, col(Inspector.department_id) == Department.id)
        .where(Place.inspection_id == inspection.id, Place.state == PlaceState.ACCEPTED)
        .order_by(col(Place.seat))
    )
    found = dict.fromkeys(
        Holder(inspector.name, inspector.certificate_no, department.name)
        for inspector, department in (await session.exec(query)).all()
        if inspectors.may_inspect(inspector, today)
    )
    profile = await profiles.of(session, inspection.jurisdiction)
    return tuple(found), profile.inspectors.minimum.value


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
