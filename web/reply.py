"""Answers that a cache may keep for a minute and that need not be sent twice."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

FRESH_SECONDS = 60
"""How long a copy may be shown before it is asked for again; a correction is seen everywhere after that."""


def reply(request: Request, content: bytes, media_type: str, *, fresh: int = FRESH_SECONDS) -> Response:
    """Answer with content, or with 304 when the asker has it already.

    Args:
        request: its ``If-None-Match`` names what the asker has.
        content: the whole body.
        media_type: with its character set.
        fresh: seconds for which a copy is good.

    Source: RFC 9110, 13.1.2 (If-None-Match) and 15.4.5 (304 Not Modified).
    """
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={fresh}"}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def html(request: Request, text: str, *, fresh: int = FRESH_SECONDS) -> Response:
    """Answer with a page."""
    return reply(request, text.encode(), "text/html; charset=utf-8", fresh=fresh)
