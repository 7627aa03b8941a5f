"""The first page: what this is, a search, and the newest published results."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from rules.errors import Refused
from services import publications
from templates.pages import page
from web.reply import html
from web.site import Site

PAGE_LIMIT = 100_000
"""A page number that no list reaches; larger ones are not asked of the store."""


def routes(site: Site) -> APIRouter:
    """The first page's route.

    Args:
        site: what it depends on.
    """
    router = APIRouter()

    @router.api_route("/", methods=["GET", "HEAD"])
    async def search(
        request: Request,
        text: Annotated[str, Query(alias="q")] = "",
        code: Annotated[str, Query(alias="j")] = "",
        number: Annotated[int, Query(alias="page", ge=1, le=PAGE_LIMIT)] = 1,
    ) -> Response:
        async with site.store.reading() as session:
            governments = await publications.governments(session)
            chosen = next((each for each in governments if each.code == code), None)
            if code and chosen is None:
                raise Refused("page.government")
            jurisdiction = chosen.code if chosen else None
            found = await publications.search(session, jurisdiction=jurisdiction, text=text, page=number)
            counts = await publications.counts(session, jurisdiction)
        return html(
            request,
            page(
                "search",
                site=site,
                governments=governments,
                names={each.code: each.name for each in governments},
                government=chosen or (governments[0] if len(governments) == 1 else None),
                chosen=jurisdiction or "",
                text=text.strip(),
                found=found,
                counts=counts,
            ),
        )

    return router
