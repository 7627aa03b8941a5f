"""The page where a record is signed with a finger: the record to read, then a field to draw in. Nothing comes from elsewhere."""

import json
import re
from typing import Any

from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from rules import signing
from rules.errors import Refused
from rules.profile.terms import Signer
from services import signatures
from templates.pages import page
from templates.refusal import sentence
from web.headers import COMPUTING, PRIVATE
from web.site import Site

BODY_BYTES = 200_000
"""More than any signature; a larger body is not read to its end."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
"""The letters of a token; anything else is not asked of the store."""


def routes(site: Site) -> APIRouter:
    """The routes of the page for signing.

    Args:
        site: what they depend on.
    """
    router = APIRouter()

    @router.api_route("/s/{token}", methods=["GET", "HEAD"])
    async def shown(request: Request, token: str) -> Response:
        _require_token(token)
        now = site.store.clock()
        async with site.store.reading() as session:
            known = await signatures.sheet(session, token, now)
        if request.method == "GET":
            async with site.store.step() as step:
                await signatures.seen(step, known)
        drawn = (
            signing.path_of(known.signature.strokes) if known.signature and known.signature.strokes else ""
        )
        text = page("sign", site=site, sheet=known, drawn=drawn, field=(signing.WIDTH, signing.HEIGHT))
        return HTMLResponse(text, headers={**PRIVATE, **COMPUTING})

    @router.post("/s/{token}")
    async def signed(request: Request, token: str) -> Response:
        """Answers in JSON, because the page stays: what was drawn is not lost when something is wrong."""
        try:
            _require_token(token)
            given = await _given(request)
            async with site.store.step() as step:
                await signatures.sign(step, token, **given)
        except Refused as refusal:
            return JSONResponse({"sentence": sentence(refusal)}, 409, headers=PRIVATE)
        return JSONResponse({"signed": True}, headers=PRIVATE)

    return router


def _require_token(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise Refused("page.link")


async def _given(request: Request) -> dict[str, Any]:
    """What the page sent, as far as it is what the page sends."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > BODY_BYTES:
                raise Refused("signatures.too_big")
        raw = json.loads(body)
    except (ClientDisconnect, ValueError, RecursionError):
        raise Refused("signatures.unreadable") from None
    if not isinstance(raw, dict) or not all(
        isinstance(raw.get(key), str) for key in ("record_sha256", "signer", "name")
    ):
        raise Refused("signatures.unreadable")
    if raw["signer"] not in set(Signer):
        raise Refused("signatures.signer")
    return {
        "record_sha256": raw["record_sha256"],
        "signer": Signer(raw["signer"]),
        "name": raw["name"],
        "strokes": raw.get("strokes"),
    }
