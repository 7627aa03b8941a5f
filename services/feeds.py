"""Private links to one's own deadlines: a calendar that a phone subscribes to, and a page for a day."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.feeds import Feed, FeedKind
from models.people import RoleName
from rules.errors import Refused
from rules.month import DayKind, kind_of
from services import agenda, calendars, duties, people, profiles
from services.duties import OFFICE, Due
from services.step import Actor, Step

TOKEN_BYTES = 16
"""128 random bits: nobody finds a link by trying."""

PAGE_HOURS = 24
"""A page's link lies in a browser's history: it does not open the next day."""

MOST = 1000
"""Duties in one calendar, the nearest first; a phone gets a file of some 500 kB at most."""

MAKE_UP_DAYS = 400
"""For so many days ahead a calendar says which weekends are worked."""

READERS = OFFICE | {RoleName.INSPECTOR}

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was made: its token, which is said once and kept nowhere.

    Args:
        token: the link's.
        expires_at: when it ends by itself, if it does.
        local: whether the public address is this machine's own, where no phone can reach it.
    """

    token: str
    expires_at: datetime | None
    local: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What a calendar shows.

    Args:
        dues: the nearest open duties.
        left_out: how many there are beyond those.
        thin: whether it may not say more than number and date.
        make_up: weekends at work from today on.
        jurisdiction: its code, part of what identifies an event.
    """

    dues: tuple[Due, ...]
    left_out: int
    thin: bool
    make_up: tuple[date, ...]
    jurisdiction: str


def webcal(address: str) -> str:
    """The address of a calendar link as the scheme that phones open with their calendar; ``.ics`` at its end."""
    return f"webcal:{address.partition(':')[2]}.ics"


async def standing(session: AsyncSession, account_id: int) -> Feed | None:
    """The calendar link that somebody has."""
    query = select(Feed).where(
        Feed.account_id == account_id, Feed.kind == FeedKind.CALENDAR, col(Feed.ended_at).is_(None)
    )
    return (await session.exec(query)).first()


async def subscribe(step: Step, public_url: str) -> Made:
    """Make a calendar link; one that there was ends.

    Args:
        step: its person gets the link.
        public_url: of the deployment.

    Raises:
        Refused: ``access.role``; ``feeds.no_address``: over http everybody on the way could read the link.
    """
    return await _make(step, public_url, FeedKind.CALENDAR)


async def open_page(step: Step, public_url: str) -> Made:
    """Make a page's link, good for a day.

    Raises:
        Refused: as :func:`subscribe`.
    """
    return await _make(step, public_url, FeedKind.PAGE)


async def end(step: Step) -> None:
    """End the calendar link.

    Raises:
        Refused: ``feeds.none``.
    """
    if not await _end(step):
        raise Refused("feeds.none")


async def owner_of(session: AsyncSession, token: str, kind: FeedKind, now: datetime) -> tuple[Feed, Actor]:
    """Whose link it is, with the roles that they have now.

    Args:
        session: it only reads.
        token: the link's.
        kind: what the link must be for.
        now: aware.

    Raises:
        Refused: ``page.feed`` when there is no such link, it has ended, or its owner is bound no longer or has no role that
            sees deadlines.
    """
    query = select(Feed).where(Feed.token_sha256 == _digest(token), Feed.kind == kind)
    found = (await session.exec(query)).first()
    if (
        found is None
        or found.ended_at is not None
        or (found.expires_at is not None and found.expires_at <= now)
    ):
        raise Refused("page.feed")
    actor = await people.actor_of(session, found.account_id)
    if actor.account.telegram_id is None or not actor.roles & READERS:
        raise Refused("page.feed")
    return found, actor


async def content(session: AsyncSession, actor: Actor, today: date) -> Content:
    """What somebody's calendar shows.

    Args:
        session: it only reads.
        actor: sees what :func:`services.duties.concerning` allows.
        today: in China.
    """
    code = actor.account.jurisdiction
    query = duties.with_everything().where(duties.concerning(actor))
    found = await duties.as_dues(session, query.limit(MOST), code, today)
    whole = len(found)
    if whole == MOST:
        whole = (await agenda.counts(session, actor, agenda.Filter(), today))[agenda.When.ALL]
    days = await calendars.of(session, code)
    ahead = (today + timedelta(days=at) for at in range(MAKE_UP_DAYS))
    make_up = tuple(day for day in ahead if kind_of(days, day) is DayKind.MAKE_UP)
    return Content(tuple(found), whole - len(found), await profiles.thin(session, code), make_up, code)


async def fetched(step: Step, feed: Feed, digest: str) -> datetime:
    """Keep what a calendar was given: a line in the record, one a day, and since when the content is the same.

    Args:
        step: its person owns the link.
        feed: the link.
        digest: of the content.

    Returns:
        Since when it is the same.

    Source: ssj-draw/1, the ceremony (open: «every access»).
    """
    row = await step.get(Feed, feed.id, lock=True)
    if row.seen_on != step.today:
        step.sees(row, "deadlines")
    if row.digest != digest or row.changed_at is None:
        row.digest, row.changed_at = digest, step.now
        step.record("feed.changed", row, digest=digest)
    row.seen_on = step.today
    step.session.add(row)
    return row.changed_at


async def _make(step: Step, public_url: str, kind: FeedKind) -> Made:
    step.person.require(*READERS)
    address = urlsplit(public_url)
    local = address.hostname in _LOOPBACK
    if address.scheme != "https" and not local:
        raise Refused("feeds.no_address")
    if kind is FeedKind.CALENDAR:
        await _end(step)
    token = urlsafe_b64encode(step.entropy(TOKEN_BYTES)).decode().rstrip("=")
    account = step.person.account
    row = Feed(
        jurisdiction=account.jurisdiction,
        account_id=account.id,
        kind=kind,
        token_sha256=_digest(token),
        created_at=step.now,
        expires_at=step.now + timedelta(hours=PAGE_HOURS) if kind is FeedKind.PAGE else None,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("feed.linked", row, of=kind.value)
    return Made(token, row.expires_at, local)


async def _end(step: Step) -> bool:
    found = await standing(step.session, step.person.account.id)
    if found is None:
        return False
    row = await step.get(Feed, found.id, lock=True)
    row.ended_at = step.now
    step.session.add(row)
    step.record("feed.ended", row)
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
