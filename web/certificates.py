"""The page behind a certificate card: who inspects here today, and nothing on any other day."""

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from rules.errors import Refused
from services import certificates
from templates.pages import page
from web.headers import PRIVATE
from web.site import Site

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
"""The letters of a token; anything else is not asked of the store."""


def routes(site: Site) -> APIRouter:
    """The route of the cards.

    Args:
        site: what it depends on.
    """
    router = APIRouter()

    @router.api_route("/c/{token}", methods=["GET", "HEAD"])
    async def scanned(request: Request, token: str) -> Response:
        if not _TOKEN.fullmatch(token):
            raise Refused("page.card")
        async with site.store.reading() as session:
            card = await certificates.card_of(session, token, site.today)
        if request.method == "GET":
            async with site.store.step() as step:
                await certificates.opened(step, card)
        return HTMLResponse(page("certificate", site=site, card=card), headers=PRIVATE)

    return router
