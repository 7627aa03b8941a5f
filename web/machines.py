"""What programs ask: whether the site lives, where they may go, and the files that every page needs."""

import logging
import mimetypes

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services import publications
from templates.pages import STATIC
from web.reply import reply
from web.site import Site

STATIC_FRESH_SECONDS = 3600
"""A new version of the style is seen everywhere after that."""

log = logging.getLogger(__name__)

_ROBOTS = "User-agent: *\nDisallow: {base}/r/\nDisallow: {base}/*?\n"
"""Who looks for a result finds it here; a sole trader's name, often a person's, stays out of search engines (RFC 9309)."""


def routes(site: Site) -> APIRouter:
    """The routes for programs.

    Args:
        site: what they depend on.
    """
    router = APIRouter()
    # Read once: a name that is not in the folder cannot lead anywhere else, under whatever folder a proxy puts us.
    files = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.is_file()}

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    async def health() -> Response:
        try:
            async with site.store.reading() as session:
                await publications.governments(session)
        except Exception as error:  # noqa: BLE001  (each driver has its own errors, and all mean the same here)
            log.warning("the store does not answer: %s", type(error).__name__)
            return PlainTextResponse("unavailable\n", 503, {"Cache-Control": "no-store"})
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    @router.api_route("/robots.txt", methods=["GET", "HEAD"])
    async def robots(request: Request) -> Response:
        return reply(request, _ROBOTS.format(base=site.base).encode(), "text/plain; charset=utf-8")

    @router.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(request: Request, name: str) -> Response:
        if name not in files:
            raise HTTPException(404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return reply(request, files[name], kind, fresh=STATIC_FRESH_SECONDS)

    return router
