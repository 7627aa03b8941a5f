"""Private links to somebody's deadlines: the file that their calendar subscribes to, and a page for a day."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from models.columns import Table, choice, jurisdiction, key, reference


class FeedKind(StrEnum):
    """A CALENDAR is asked for again and again until it is ended; a PAGE opens for a day."""

    CALENDAR = "calendar"
    PAGE = "page"


class Feed(Table, table=True):
    """A link under an address that nobody can guess; only the hash of its token is kept.

    It shows what its owner may see at the moment of looking, so a role that is lost or a chat that is unbound closes it.
    ``seen_on`` is the last day on which a calendar was fetched: one line a day in the record. ``digest`` and ``changed_at``
    say which content was given last and since when it is the same.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    account_id: int = reference("account")
    kind: FeedKind = choice(FeedKind)
    token_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    seen_on: date | None = None
    digest: str = Field(default="", max_length=64)
    changed_at: datetime | None = None
