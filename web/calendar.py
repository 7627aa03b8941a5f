"""The working calendar of a year: for companies as well, whose own deadlines count the same days."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from rules.calendar import FIRST_YEAR, LAST_YEAR
from rules.deadlines import local_date
from rules.errors import Refused
from rules.month import month_of
from services import calendars, publications
from templates.pages import page
from web.reply import html
from web.site import Site

_MONTHS = range(1, 13)


def routes(site: Site) -> APIRouter:
    """The calendar's route.

    Args:
        site: what it depends on.
    """
    router = APIRouter()

    @router.api_route("/calendar", methods=["GET", "HEAD"])
    async def calendar(
        request: Request,
        asked: Annotated[int | None, Query(alias="year", ge=FIRST_YEAR, le=LAST_YEAR)] = None,
        code: Annotated[str, Query(alias="j")] = "",
    ) -> Response:
        today = local_date(site.store.clock())
        year = today.year if asked is None else asked
        async with site.store.reading() as session:
            governments = await publications.governments(session)
            chosen = next((each for each in governments if each.code == code), None)
            if code and chosen is None:
                raise Refused("page.government")
            if chosen is None and len(governments) == 1:
                chosen = governments[0]
            days = await calendars.of(session, chosen.code if chosen else None)
            local = await calendars.local_days(session, chosen.code) if chosen else {}
        first, last = min(days.known), max(*days.known, today.year + 1)
        if not first <= year <= last:
            raise Refused("page.year", first=first, last=last)
        return html(
            request,
            page(
                "calendar",
                site=site,
                governments=governments,
                government=chosen,
                chosen=code,
                year=year,
                earlier=year - 1 if year > first else None,
                later=year + 1 if year < last else None,
                known=days.is_known(year),
                months=[month_of(days, year, number) for number in _MONTHS],
                local={day: source for day, source in local.items() if day.year == year},
                today=today,
            ),
        )

    return router
