"""The record of every step: a hash chain per jurisdiction, and the checkpoints of it that witnesses keep."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.columns import Table, document, jurisdiction, key, reference
from rules.checkpoints import line_of


class AuditEvent(Table, table=True):
    """One step. ``data`` holds ids and hashes, never personal values: those live in tables that can be cleared."""

    __table_args__ = (UniqueConstraint("jurisdiction", "sequence"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    sequence: int
    at: datetime
    actor_id: int | None = reference("account", optional=True, index=False)
    kind: str = Field(max_length=40)
    object_kind: str = Field(max_length=24)
    object_id: int | None = None
    data: dict[str, Any] = document(default_factory=dict)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class Checkpoint(Table, table=True):
    """The chain's newest hash as it stood on a day, and the accounts of the witnesses in whose chats it is kept from then on.

    ``count`` is the number of lines at that time; it equals ``sequence`` as long as none was taken out.
    """

    __table_args__ = (UniqueConstraint("jurisdiction", "on_date"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    on_date: date
    sequence: int
    hash: str = Field(max_length=64)
    count: int
    at: datetime
    sent_to: list[int] = document(default_factory=list)

    @property
    def line(self) -> str:
        """What a witness keeps of it."""
        return line_of(self.jurisdiction, self.sequence, self.hash)
