"""Which days are worked: the packaged notices, those that were imported over them, and a jurisdiction's own days off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.calendar import HolidayNotice, LocalDayOff
from rules.calendar import Calendar, Notice, official_calendar

REMEMBERED = 64
"""Calendars that are kept: one a jurisdiction with days of its own, and the country's."""


async def of(session: AsyncSession, jurisdiction: str | None = None) -> Calendar:
    """The calendar by which somebody counts.

    Args:
        session: the open session.
        jurisdiction: whose local days off count too; the whole country's days alone without one.
    """
    local = {} if jurisdiction is None else await local_days(session, jurisdiction)
    return _made(await _imported(session), frozenset(local))


async def each(session: AsyncSession, jurisdictions: Iterable[str]) -> Mapping[str, Calendar]:
    """The calendars of several jurisdictions in two queries.

    Args:
        session: the open session.
        jurisdictions: their codes.
    """
    imported = await _imported(session)
    query = select(col(LocalDayOff.jurisdiction), col(LocalDayOff.day)).where(
        col(LocalDayOff.withdrawn_at).is_(None)
    )
    local: dict[str, set[date]] = defaultdict(set)
    for code, day in (await session.exec(query)).all():
        local[code].add(day)
    return {code: _made(imported, frozenset(local[code])) for code in jurisdictions}


async def local_days(session: AsyncSession, jurisdiction: str) -> dict[date, str]:
    """A jurisdiction's own days off, each with who said so, in their order."""
    query = (
        select(col(LocalDayOff.day), col(LocalDayOff.source))
        .where(LocalDayOff.jurisdiction == jurisdiction, col(LocalDayOff.withdrawn_at).is_(None))
        .order_by(col(LocalDayOff.day))
    )
    return dict((await session.exec(query)).all())


def notice_of(row: HolidayNotice) -> Notice:
    """What a stored notice says."""
    days = (frozenset(map(date.fromisoformat, texts)) for texts in (row.days_off, row.work_days))
    return Notice(row.year, *days)


async def _imported(session: AsyncSession) -> tuple[Notice, ...]:
    query = (
        select(HolidayNotice)
        .where(col(HolidayNotice.superseded_at).is_(None))
        .order_by(col(HolidayNotice.year))
    )
    return tuple(notice_of(row) for row in (await session.exec(query)).all())


@lru_cache(REMEMBERED)
def _made(notices: tuple[Notice, ...], local: frozenset[date]) -> Calendar:
    return official_calendar(notices, local)
