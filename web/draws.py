"""The proof of a draw for everybody: the list of draws, a page for each, its texts to download, and a page that checks a bundle."""

import json
import re
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from rules.errors import Refused
from services import proofs, publications
from services.proofs import Proof
from services.publications import Government
from templates.pages import page
from web.headers import COMPUTING
from web.reply import html, reply
from web.search import PAGE_LIMIT
from web.site import Site

_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)
"""The letters of a draw's number and of a jurisdiction's code; anything else is not asked of the store."""

TEXTS = ("commit", "entropy")

AT_ONCE = 0
"""Seconds for which a copy of these pages is good: a commitment or a receipt is there the moment it is made."""


def routes(site: Site) -> APIRouter:
    """The routes of the draws.

    Args:
        site: what they depend on.
    """
    router = APIRouter()

    async def find(jurisdiction: str, number: str) -> tuple[Proof, Government]:
        if not _NUMBER.fullmatch(number):
            raise Refused("page.draw")
        async with site.store.reading() as session:
            proof = await proofs.of(session, jurisdiction, number, site.today)
            governments = await publications.governments(session)
        return proof, next(each for each in governments if each.code == jurisdiction)

    @router.api_route("/draws", methods=["GET", "HEAD"])
    async def listed(
        request: Request, at: Annotated[int, Query(alias="page", ge=1, le=PAGE_LIMIT)] = 1
    ) -> Response:
        async with site.store.reading() as session:
            found = await proofs.listed(session, page=at)
            names = {each.code: each.name for each in await publications.governments(session)}
        return html(request, page("draws", site=site, found=found, names=names), fresh=AT_ONCE)

    @router.api_route("/draws/{jurisdiction}/{number}/bundle.json", methods=["GET", "HEAD"])
    async def bundle(request: Request, jurisdiction: str, number: str) -> Response:
        async with site.store.reading() as session:
            made = await proofs.bundle(session, jurisdiction, number, site.today)
        text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        return reply(request, text.encode(), "application/json; charset=utf-8")

    @router.api_route("/draws/{jurisdiction}/{number}/{attempt}/{name}.txt", methods=["GET", "HEAD"])
    async def text(request: Request, jurisdiction: str, number: str, attempt: int, name: str) -> Response:
        proof, _ = await find(jurisdiction, number)
        found = next((one for one in proof.attempts if one.number == attempt), None)
        content = getattr(found, f"{name}_text") if found and name in TEXTS else None
        if content is None:
            raise Refused("page.unknown")
        return reply(request, content.encode(), "text/plain; charset=utf-8")

    @router.api_route("/draws/{jurisdiction}/{number}", methods=["GET", "HEAD"])
    async def draw(request: Request, jurisdiction: str, number: str, code: str = "") -> Response:
        proof, government = await find(jurisdiction, number)
        if not code.strip():
            text = page("draw", site=site, proof=proof, government=government, asked=None)
            return html(request, text, fresh=AT_ONCE)
        async with site.store.reading() as session:
            found = await proofs.is_in(session, jurisdiction, number, code, site.today)
        asked = {"code": code.strip(), "found": found}
        # Nobody keeps what somebody asked about.
        return HTMLResponse(
            page("draw", site=site, proof=proof, government=government, asked=asked),
            headers={"Cache-Control": "no-store"},
        )

    @router.api_route("/verify", methods=["GET", "HEAD"])
    async def verify(request: Request) -> Response:
        answer = html(request, page("verify", site=site))
        answer.headers.update(COMPUTING)
        return answer

    return router
