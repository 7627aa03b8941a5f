"""Who takes down which part of a visit's record, how far they have come, and who had the pen before."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.columns import Table, document, jurisdiction, key, reference


class Portion(Table, table=True):
    """A department's part of a record: its check items, and with them the base form for the department that leads.

    ``parts`` are the keys of the merged form's parts that belong to it. ``recorder_id`` holds the pen: nobody else answers its questions.
    ``cursor`` is the question on the recorder's screen. ``done_at`` says that its recorder has nothing more to add; any change takes it back.
    ``reminded_at`` and ``escalated_at`` say when the recorder, and then the coordinators, were told that it lies untouched.
    """

    __table_args__ = (UniqueConstraint("inspection_id", "department_id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = Field(foreign_key="inspection.id", index=True)
    department_id: int | None = reference("department", optional=True, index=False)
    leads: bool
    parts: list[str] = document(default_factory=list)
    recorder_id: int | None = reference("inspector", optional=True)
    cursor: str | None = None
    skipped: list[str] = document(default_factory=list)
    revision: int = 1
    done_at: datetime | None = None
    changed_at: datetime
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None


class Passing(Table, table=True):
    """The pen of a portion went from one inspector of the department to another, and why."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    portion_id: int = reference("portion")
    giver_id: int | None = reference("inspector", optional=True, index=False)
    taker_id: int = reference("inspector", index=False)
    reason: str
    decided_by: int = reference("account", index=False)
    at: datetime
