"""Inspections: one subject of one task (一次一档), who goes, what they answered and what they photographed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference
from rules.substitution import Absence


class InspectionState(StrEnum):
    """From the draw to the public page. Nothing but a service moves an inspection from one to the next."""

    DRAWN = "drawn"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CHECKING = "checking"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"


class PlaceState(StrEnum):
    """An inspector's place: OPEN waits for a person to decide, RECUSED was given up and is followed by another row."""

    OPEN = "open"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RECUSED = "recused"


class EvidenceState(StrEnum):
    """A photo is safe when it is STORED; FAILED is shown to the inspector, who can send it again."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"
    REMOVED = "removed"


class SubstitutionState(StrEnum):
    """OPEN gathers its photos; REPORTED waits for a second person, where the profile asks for one."""

    OPEN = "open"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What the second inspector says of the record."""

    CONFIRMED = "confirmed"
    OBJECTED = "objected"


class Inspection(Table, table=True):
    """The visit to one subject. ``forms`` pins the versions of the merged form; ``recorder_id`` hands its record in."""

    __table_args__ = (UniqueConstraint("task_id", "subject_id"), UniqueConstraint("jurisdiction", "number"))

    id: int = key()
    jurisdiction: str = jurisdiction()
    task_id: int = reference("task")
    subject_id: int = reference("subject")
    number: str = Field(max_length=80)
    state: InspectionState = choice(InspectionState, default=InspectionState.DRAWN, index=True)
    revision: int = 1
    forms: list[dict[str, Any]] = document(default_factory=list)
    recorder_id: int | None = reference("inspector", optional=True)
    changed_at: datetime
    assigned_at: datetime | None = None
    begun_at: datetime | None = None
    submitted_at: datetime | None = None
    check_ended_on: date | None = None
    check_completed_on: date | None = None
    result_produced_on: date | None = None
    published_at: datetime | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None


class Place(Table, table=True):
    """A place for one inspector in one visit. A recusal ends the row; whoever follows has a row of their own.

    ``filled_by`` is set where chance had nobody and a person decided, with the reason; ``hindrances`` says then how many
    people each reason kept from it. The first seat leads the visit (组长).
    """

    __table_args__ = (Index("ix_place_inspector_state", "inspector_id", "state"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = Field(foreign_key="inspection.id", index=True)
    seat: int
    department_id: int | None = reference("department", optional=True)
    expertise: str | None = None
    inspector_id: int | None = reference("inspector", optional=True, index=False)
    state: PlaceState = choice(PlaceState)
    revision: int = 1
    reason: str | None = None
    filled_by: int | None = reference("account", optional=True, index=False)
    filled_reason: str | None = None
    hindrances: dict[str, int] = document(default_factory=dict)
    offered_at: datetime | None = None
    responded_at: datetime | None = None


class ExpertPlace(Table, table=True):
    """An expert who comes along: beside the inspectors, never one of them (五原 art. 10, 19).

    A table of its own, so that nothing that counts, asks or waits for inspectors can meet an expert by mistake. ``chosen_by``
    is set where a person chose and not chance.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    inspector_id: int = reference("inspector")
    state: PlaceState = choice(PlaceState)
    chosen_by: int | None = reference("account", optional=True, index=False)
    reason: str | None = None
    recused_reason: str | None = None
    offered_at: datetime
    responded_at: datetime | None = None


class Substitution(Table, table=True):
    """A subject that is not there any more, as an inspector reports it, and what followed.

    Its photos are evidence of the visit under the question ``substitution/ID``. ``substitute_id`` is the visit to the next
    in order; none of a confirmed one means that nobody was left.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    reason: Absence = choice(Absence)
    state: SubstitutionState = choice(SubstitutionState, default=SubstitutionState.OPEN, index=True)
    opened_by: int = reference("account", index=False)
    opened_at: datetime
    reported_at: datetime | None = None
    decided_by: int | None = reference("account", optional=True, index=False)
    decided_at: datetime | None = None
    decision_reason: str | None = None
    substitute_id: int | None = reference("inspection", optional=True)
    passed_over: list[str] = document(default_factory=list)


class Answer(Table, table=True):
    """One answer as it was given. A changed answer is a new row; the earlier one is superseded, never lost.

    ``aside`` marks the answer to a question that is no longer asked: it is in no record, and comes back with its question.
    """

    __table_args__ = (
        Index(
            "ix_answer_current",
            "inspection_id",
            "question",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    question: str = Field(max_length=200)
    value: Any = document(nullable=True)
    aside: bool = False
    given_by: int = reference("account", index=False)
    given_at: datetime
    sent_at: datetime
    superseded_at: datetime | None = None


class Evidence(Table, table=True):
    """A photo or file of a visit. The row is written with the answer; the worker fetches, hashes and stores the bytes.

    ``kind`` says how it was sent: Telegram recompresses a photo and strips its metadata, a document stays as it was.
    """

    __table_args__ = (
        UniqueConstraint("inspection_id", "question", "file_unique_id"),
        Index("ix_evidence_state", "state", "next_try_at"),
    )

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    question: str = Field(max_length=200)
    file_id: str
    file_unique_id: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    media_type: str | None = None
    file_name: str | None = None
    size: int | None = None
    sha256: str | None = Field(default=None, max_length=64)
    state: EvidenceState = choice(EvidenceState, default=EvidenceState.PENDING)
    tries: int = 0
    next_try_at: datetime | None = None
    failure: str | None = None
    given_by: int = reference("account", index=False)
    given_at: datetime
    sent_at: datetime
    stored_at: datetime | None = None


class Confirmation(Table, table=True):
    """What the other inspectors of the visit say of one version of the record."""

    __table_args__ = (UniqueConstraint("place_id", "record_sha256"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    place_id: int = reference("place")
    record_sha256: str = Field(max_length=64)
    verdict: Verdict = choice(Verdict)
    reason: str | None = None
    given_at: datetime
