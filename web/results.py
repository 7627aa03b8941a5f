"""One published result, for people and for programs."""

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rules.errors import Refused
from services import publications
from services.publications import Exhibit, Government
from templates.pages import page
from web.reply import html, reply
from web.site import Site

_ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
"""The letters of an address; anything else is not asked of the store."""


def routes(site: Site) -> APIRouter:
    """The routes of a published result.

    Args:
        site: what they depend on.
    """
    router = APIRouter()

    async def find(address: str) -> tuple[Exhibit, Government]:
        if not _ADDRESS.fullmatch(address):
            raise Refused("page.result")
        async with site.store.reading() as session:
            exhibit = await publications.by_address(session, address)
            governments = await publications.governments(session)
        if exhibit is None:
            raise Refused("page.result")
        return exhibit, next(each for each in governments if each.code == exhibit.fields.jurisdiction)

    # Before the page: its path would match this one too.
    @router.api_route("/r/{address}.json", methods=["GET", "HEAD"])
    async def machine_readable(request: Request, address: str) -> Response:
        exhibit, _ = await find(address)
        return reply(request, exhibit.fields.canonical(), "application/json; charset=utf-8")

    @router.api_route("/r/{address}", methods=["GET", "HEAD"])
    async def result(request: Request, address: str) -> Response:
        exhibit, government = await find(address)
        return html(request, page("result", site=site, exhibit=exhibit, government=government))

    return router
