"""The annual plan of a jurisdiction: its lines and every change of them."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from rules.errors import Refused
from services import plans, publications
from templates.pages import page
from web.reply import html
from web.site import Site

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years that a plan may be of; others are not asked of the store."""


def routes(site: Site) -> APIRouter:
    """The route of the plans.

    Args:
        site: what it depends on.

    Source: 濮阳 一(二)2 (process and procedure are public); 五原 art. 14, 15; 示范区 三; 邢台 二(四).
    """
    router = APIRouter()

    @router.api_route("/plans", methods=["GET", "HEAD"])
    async def annual(
        request: Request,
        code: Annotated[str, Query(alias="j")] = "",
        year: Annotated[int | None, Query(alias="y", ge=FIRST_YEAR, le=LAST_YEAR)] = None,
    ) -> Response:
        async with site.store.reading() as session:
            governments = await publications.governments(session)
            planning = await plans.jurisdictions(session)
            known = [each for each in governments if each.code in planning]
            government = next((each for each in known if each.code == code), None)
            if code and all(each.code != code for each in governments):
                raise Refused("page.government")
            if not code and known:
                government = known[0]
            years = await plans.years(session, government.code) if government else ()
            if year is not None and year not in years:
                raise Refused("page.plan_year")
            shown = year or (years[0] if years else None)
            lines = await plans.of_year(session, government.code, shown) if government and shown else []
        return html(
            request,
            page(
                "plans",
                site=site,
                governments=known,
                government=government,
                years=years,
                year=shown,
                lines=lines,
                changes=plans.changes_of(lines),
            ),
        )

    return router
