"""Days off: what the State Council's notices say, and what a region or county adds."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.columns import Table, document, jurisdiction, key


class HolidayNotice(Table, table=True):
    """What holds for one year since a notice was imported, over what the program brings along.

    It belongs to the whole country and so to no jurisdiction. A later notice for the year, or a supplement to it, is a new
    row with the days of both; the earlier one is superseded and kept. Days are written as 2027-01-01.
    """

    __table_args__ = (
        Index(
            "ix_holiday_notice_current",
            "year",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: int = key()
    year: int
    number: str
    supplement: bool
    days_off: list[str] = document()
    work_days: list[str] = document()
    text: str
    sha256: str = Field(max_length=64)
    imported_at: datetime
    superseded_at: datetime | None = None


class LocalDayOff(Table, table=True):
    """A day that one jurisdiction has off besides: a festival of its people, the day after a flood.

    Source: 《全国年节及纪念日放假办法》 art. 4 leaves the festivals of ethnic minorities to the region. ``source`` names who
    said so. A day that was withdrawn is kept.
    """

    __table_args__ = (
        Index(
            "ix_local_day_off_current",
            "jurisdiction",
            "day",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: int = key()
    jurisdiction: str = jurisdiction()
    day: date
    source: str = Field(max_length=200)
    added_at: datetime
    withdrawn_at: datetime | None = None
