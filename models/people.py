"""People in chat: who a Telegram user is, what they may do, and where their conversation stands."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference


class RoleName(StrEnum):
    """What somebody may do, within one department of one jurisdiction."""

    INSPECTOR = "inspector"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    WITNESS = "witness"
    ADMINISTRATOR = "administrator"
    EXPERT = "expert"


class Account(Table, table=True):
    """A person of a jurisdiction and, once bound, their Telegram user.

    ``digest_at`` is when they want their reminders (Asia/Shanghai), the profile's time without one; ``reminded_on`` is the last
    day on which everything due was told to them, so that a tick looks at nobody twice.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    department_id: int | None = reference("department", optional=True)
    inspector_id: int | None = Field(default=None, foreign_key="inspector.id", unique=True)
    name: str
    telegram_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    bound_at: datetime | None = None
    unreachable_since: datetime | None = None
    digest_at: time | None = None
    reminded_on: date | None = None


class Leave(Table, table=True):
    """Somebody is away from the first to the last day; reminders go to the deputy meanwhile (请假代办)."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    account_id: int = reference("account")
    deputy_id: int = reference("account")
    first_on: date
    last_on: date = Field(index=True)
    made_by: int = reference("account", index=False)
    made_at: datetime
    ended_at: datetime | None = None


class Role(Table, table=True):
    """One role of one person."""

    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    account_id: int = reference("account")
    name: RoleName = choice(RoleName, index=True)


class Invitation(Table, table=True):
    """A one-time link that binds a Telegram user to an account; only the hash of its token is kept."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    account_id: int = reference("account")
    token_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class BindingTry(Table, table=True):
    """A link that did not fit, counted so that nobody guesses one."""

    id: int = key()
    telegram_id: int = Field(sa_type=BigInteger, index=True)
    tried_at: datetime


class Pointer(Table, table=True):
    """What somebody is in the middle of: the state of aiogram's conversation, a pointer and no content."""

    telegram_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str | None = Field(default=None, max_length=80)
    data: dict[str, Any] = document(default_factory=dict)


class Screen(Table, table=True):
    """The one message that shows a draft to a person; what it shows can always be made again from the rows."""

    __table_args__ = (UniqueConstraint("account_id", "inspection_id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    account_id: int = reference("account")
    inspection_id: int = reference("inspection")
    message_id: int = Field(sa_type=BigInteger)
