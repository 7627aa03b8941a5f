"""Somebody's own deadlines: the calendar that their phone subscribes to, how to subscribe, and the page of the weeks ahead."""

import asyncio
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.feeds import Feed, FeedKind
from rules.deadlines import LOCAL_TIME
from rules.errors import Refused
from rules.weeks import Span, weeks_from
from services import agenda, feeds
from services.agenda import Filter, When
from services.ahead import WEEKS, ahead
from services.duties import Due
from services.feeds import Content
from services.step import Actor
from templates import ics
from templates.ics import AllDay
from templates.pages import page
from web.headers import PRIVATE
from web.site import Site

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
"""The letters of a token; anything else is not asked of the store."""

_REVALIDATED = {**PRIVATE, "Cache-Control": "private, no-cache"}
"""A phone may keep the file and must ask whether it is still the same."""

PAGE = 30
"""Duties on one page of the list."""


def routes(site: Site) -> APIRouter:
    """The routes of one's own deadlines.

    Args:
        site: what they depend on.
    """
    router = APIRouter()

    async def find(token: str, kind: FeedKind) -> tuple[Feed, Actor]:
        if not _TOKEN.fullmatch(token):
            raise Refused("page.feed")
        async with site.store.reading() as session:
            return await feeds.owner_of(session, token, kind, site.store.clock())

    @router.api_route("/feed/{token}.ics", methods=["GET", "HEAD"])
    async def subscribed(request: Request, token: str) -> Response:
        feed, actor = await find(token, FeedKind.CALENDAR)
        async with site.store.reading() as session:
            found = await feeds.content(session, actor, site.today)
        body = await asyncio.to_thread(_calendar, found, site)  # a long one takes some tenths of a second
        digest = hashlib.sha256(body).hexdigest()
        changed = feed.changed_at
        if request.method == "GET" and (feed.digest != digest or feed.seen_on != site.today):
            async with site.store.step(actor) as step:
                changed = await feeds.fetched(step, feed, digest)
        headers = {**_REVALIDATED, "ETag": f'"{digest[:32]}"'}
        if changed is not None:
            headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
        if _has(request, headers):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
        return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)

    @router.api_route("/feed/{token}", methods=["GET", "HEAD"])
    async def subscribing(token: str) -> Response:
        await find(token, FeedKind.CALENDAR)
        address = f"{site.public_url}/feed/{token}"
        shown = page("feed", site=site, address=f"{address}.ics", webcal=feeds.webcal(address))
        return HTMLResponse(shown, headers=PRIVATE)

    @router.api_route("/due/{token}", methods=["GET", "HEAD"])
    async def weeks(request: Request, token: str) -> Response:
        feed, actor = await find(token, FeedKind.PAGE)
        async with site.store.step(actor) as step:
            found = await ahead(step.session, actor, step.today)
            if request.method == "GET":
                step.sees(feed, "deadlines")
        text = page(
            "ahead", site=site, ahead=found, token=token, today=site.today, expires_at=feed.expires_at
        )
        return HTMLResponse(text, headers=PRIVATE)

    @router.api_route("/due/{token}/list", methods=["GET", "HEAD"])
    async def listed(
        token: str,
        week: Annotated[int | None, Query(ge=-1, le=WEEKS)] = None,
        department: Annotated[int | None, Query(alias="d", ge=0, le=2**31 - 1)] = None,
        holder: Annotated[int | None, Query(alias="h", ge=0, le=2**31 - 1)] = None,
        number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
    ) -> Response:
        _, actor = await find(token, FeedKind.PAGE)
        async with site.store.step(actor) as step:
            span = _span(week, step.today)
            asked = Filter(When.LATE if week == _LATE else When.ALL, None, department, holder, span)
            found = await agenda.find(step, asked, number - 1, PAGE)
        query = {"week": week, "d": department, "h": holder}
        text = page("agenda", site=site, found=found, token=token, week=week, span=span, query=query)
        return HTMLResponse(text, headers=PRIVATE)

    return router


_LATE = -1
"""The place before this week: what is past its last day."""


def _span(week: int | None, today: date) -> Span | None:
    """The days of a column of the picture; none for what is late and for all columns together."""
    if week is None or week == _LATE:
        return None
    spans = weeks_from(today, WEEKS)
    return spans[week] if week < WEEKS else Span(spans[-1].last + timedelta(days=1), date.max)


def _has(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the asker has this content already.

    Source: RFC 9110, 13.1.2 and 13.1.3 (If-Modified-Since counts only without If-None-Match).
    """
    known = request.headers.get("if-none-match")
    if known is not None:
        return headers["ETag"] in {each.strip().removeprefix("W/") for each in known.split(",")}
    since = request.headers.get("if-modified-since")
    if since is None or "Last-Modified" not in headers:
        return False
    try:
        return parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # no date, or one without a zone
        return False


def _calendar(found: Content, site: Site) -> bytes:
    host = urlsplit(site.public_url).hostname or "chouchatong"
    days = [day for due in found.dues for day in _days(due, found, host)]
    days += [
        AllDay(f"make-up-{day}@{host}", day, _midnight(day.replace(month=1, day=1)), ics.words("make_up"), "")
        for day in found.make_up
    ]
    return ics.calendar(ics.words("name"), ics.words("note", found.left_out), days)


def _days(due: Due, found: Content, host: str) -> Iterator[AllDay]:
    """The last day of a duty, and the earlier day on which it is better done where the last one is a day off."""
    duty = due.duty
    # Whom a check will visit is nobody's business before it begins, least of all a calendar's server.
    thin = found.thin or (due.inspection is not None and due.inspection.begun_at is None)
    uid = f"{found.jurisdiction}-{duty.id}@{host}"
    made_at = duty.moved_at or _midnight(duty.started_on)
    detail = ics.words("detail", due, thin)
    yield AllDay(f"duty-{uid}", duty.due_on, made_at, ics.words("title", due, thin), detail, duty.provisional)
    if duty.remind_on != duty.due_on:
        summary = ics.words("early", due, thin)
        yield AllDay(f"early-{uid}", duty.remind_on, made_at, summary, detail, duty.provisional)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL_TIME)
