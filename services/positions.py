"""Where an inspector stands: taken as the answer, and held against the address that is registered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Subject
from rules.annex import Arrival
from rules.distance import Spot, metres
from rules.errors import Refused
from rules.forms.question import Kind
from rules.forms.screen import filled
from services import profiles, records
from services.answers import Pen
from services.records import Work
from services.step import Step

BEFORE_BEGIN = timedelta(minutes=5)
"""Telegram's clock and ours may differ; what was sent earlier than this before the check began is from before it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A position as it came in chat.

    Args:
        lat: degrees (WGS 84), north positive.
        lon: degrees, east positive.
        accuracy: metres; a phone gives it with its own position, and nobody gives it with a pin on a map.
        sent_at: when it was sent.
        forwarded: whether it is another message's.
        named: whether it is a place that was looked up on the map.
    """

    lat: float
    lon: float
    accuracy: float | None
    sent_at: datetime
    forwarded: bool = False
    named: bool = False


async def share(step: Step, pen: Pen, shared: Shared) -> Work:
    """Answer the question on the screen with where one stands.

    Raises:
        Refused: ``records.position_forwarded``, ``records.position_named``, ``records.position_early`` for what is not where
            somebody stands now; as :func:`services.records.locate`.

    Source: 邢台 三(三) (纸上填报、走过场).
    """
    if shared.forwarded:
        raise Refused("records.position_forwarded")
    if shared.named:
        raise Refused("records.position_named")
    begun_at = pen.inspection.begun_at
    if begun_at is not None and shared.sent_at < begun_at - BEFORE_BEGIN:
        raise Refused("records.position_early")
    return await records.locate(
        step, pen, lat=shared.lat, lon=shared.lon, accuracy=shared.accuracy, sent_at=shared.sent_at
    )


async def arrivals(session: AsyncSession, work: Work, now: datetime) -> list[Arrival]:
    """Every position that a record asks for, with its distance to the registered address.

    Args:
        session: it only reads.
        work: the draft.
        now: the present moment.
    """
    asked = [question for question in records.asked(work, now) if question.kind is Kind.GEOPOINT]
    if not asked:
        return []
    subject = (await session.exec(select(Subject).where(Subject.id == work.inspection.subject_id))).one()
    profile = await profiles.of(session, work.inspection.jurisdiction)
    home = (
        Spot(subject.latitude, subject.longitude)
        if subject.latitude is not None and subject.longitude is not None
        else None
    )
    found = []
    for question in asked:
        held = work.draft.answers.get(question.path)
        there = Spot(held["lat"], held["lon"]) if isinstance(held, dict) else None
        apart = metres(home, there) if home is not None and there is not None else None
        far = apart is not None and apart > profile.scene.far_metres.value
        measured = isinstance(held, dict) and held["accuracy"] is not None
        found.append(
            Arrival(
                filled(work.form, question.label, work.draft.answers), there is not None, apart, far, measured
            )
        )
    return found
