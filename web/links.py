"""A company's private page: its own line of a draw, to be checked in its own browser; and the QR code of the link."""

import asyncio
import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from rules.errors import Refused
from services import links
from services.links import Line
from templates.pages import page
from templates.qr import qr
from web.headers import COMPUTING, PRIVATE
from web.site import Site

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
"""The letters of a token; anything else is not asked of the store."""


def routes(site: Site) -> APIRouter:
    """The routes of the private pages.

    Args:
        site: what they depend on.
    """
    router = APIRouter()

    async def find(token: str) -> Line:
        if not _TOKEN.fullmatch(token):
            raise Refused("page.link")
        async with site.store.reading() as session:
            return await links.line_of(session, token, site.today)

    @router.api_route("/p/{token}", methods=["GET", "HEAD"])
    async def own(request: Request, token: str) -> Response:
        line = await find(token)
        proof = line.proof
        if line.open and proof is None:
            proof = await asyncio.to_thread(links.prove, line)
        if request.method == "GET":
            async with site.store.step() as step:
                await links.seen(step, line, proof)
        data = links.shown(line, proof) if line.open and proof else None
        text = page("company", site=site, line=line, data=data, token=token)
        return HTMLResponse(text, headers={**PRIVATE, **COMPUTING})

    @router.api_route("/p/{token}/qr", methods=["GET", "HEAD"])
    async def code(token: str) -> Response:
        line = await find(token)
        address = f"{site.public_url}/p/{token}"
        return HTMLResponse(
            page("qr", site=site, line=line, picture=qr(address), token=token), headers=PRIVATE
        )

    return router
