"""Mail: what came in from Telegram and what goes out when nobody is waiting for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.columns import Table, choice, document, key, reference


class InboxState(StrEnum):
    """NEW waits or is at work; DONE took effect; FAILED was tried and is kept for a person to look at."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class OutboxState(StrEnum):
    """SENDING when a worker dies becomes UNCERTAIN: nobody knows whether it arrived, so it is not sent again blindly."""

    QUEUED = "queued"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    DEAD = "dead"


class InboxUpdate(Table, table=True):
    """A raw update as Telegram delivered it. Its number is unique and is marked in the transaction of its effect.

    It has no jurisdiction: which one it belongs to is known only when the sender is.
    """

    __table_args__ = (Index("ix_inbox_update_new", "state", "update_id"),)

    update_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    telegram_id: int | None = Field(default=None, sa_type=BigInteger)
    payload: dict[str, Any] = document()
    state: InboxState = choice(InboxState, default=InboxState.NEW)
    tries: int = 0
    received_at: datetime
    done_at: datetime | None = None
    failure: str | None = None


class Outbox(Table, table=True):
    """One thing to be sent. ``number`` is the visible number of a notice; ``dedup`` keeps it from being written twice.

    After ``not_after`` it must not go out any more: a reminder that could not be sent before night is written anew in the morning.
    """

    __table_args__ = (
        Index("ix_outbox_due", "state", "not_before", "id"),
        Index("ix_outbox_chat", "telegram_id", "state"),
    )

    id: int = key()
    jurisdiction: str = reference("jurisdiction")
    account_id: int | None = reference("account", optional=True)
    telegram_id: int | None = Field(default=None, sa_type=BigInteger)
    dedup: str | None = Field(default=None, max_length=120, unique=True)
    kind: str = Field(max_length=40)
    text: str
    keyboard: list[list[dict[str, str]]] = document(default_factory=list)
    extra: dict[str, Any] = document(default_factory=dict)
    edits: int | None = Field(default=None, sa_type=BigInteger)
    state: OutboxState = choice(OutboxState, default=OutboxState.QUEUED)
    tries: int = 0
    not_before: datetime
    not_after: datetime | None = None
    lease_until: datetime | None = None
    lease_owner: str | None = Field(default=None, max_length=64)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    failure: str | None = None
    created_at: datetime
    sent_at: datetime | None = None
