"""Duties: what must be done by when, and who was reminded of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.columns import Table, choice, jurisdiction, key, reference


class DutyKind(StrEnum):
    """What is to be done."""

    PUBLICATION = "publication"


class DutyState(StrEnum):
    """OPEN counts, DONE was met or settled late, VOID fell away (a substituted subject)."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"


class Duty(Table, table=True):
    """One limit that runs: its start, its last day, the rule that it comes from.

    ``moved_from`` is the last day that it had before the calendar changed, ``moved_at`` when that was.
    """

    __table_args__ = (UniqueConstraint("kind", "inspection_id"), Index("ix_duty_due", "state", "due_on"))

    id: int = key()
    jurisdiction: str = jurisdiction()
    kind: DutyKind = choice(DutyKind)
    inspection_id: int = reference("inspection")
    start_event: str = Field(max_length=24)
    started_on: date
    working_days: int
    due_on: date
    provisional: bool
    article: str
    state: DutyState = choice(DutyState, default=DutyState.OPEN)
    done_at: datetime | None = None
    moved_from: date | None = None
    moved_at: datetime | None = None


class Reminder(Table, table=True):
    """Somebody was told of a duty; the unique key lets a tick run twice without telling twice."""

    __table_args__ = (UniqueConstraint("key"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    key: str = Field(max_length=80)
    duty_id: int = reference("duty")
    account_id: int = reference("account")
    working_days_left: int
    on_date: date
    outbox_id: int = reference("outbox")
