"""The public side as one ASGI application."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from web import (
    calendar,
    certificates,
    draws,
    feeds,
    links,
    machines,
    plans,
    refusals,
    results,
    search,
    signatures,
)
from web.headers import SecurityHeaders
from web.site import Shown, Site


def create(store: Shown, *, public_url: str) -> FastAPI:
    """Make the public side. It sets no cookie and keeps no state; it reads, records looks at private pages, and takes signatures.

    Args:
        store: where the published results and the draws are.
        public_url: ``https://host`` or ``https://host/folder``, under which the world sees it; may be empty. Links
            begin with the folder; the proxy in front takes it off the path.

    Raises:
        ValueError: the address is not one of a web page.
    """
    site = Site(store, public_url.rstrip("/"))
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(SecurityHeaders)],
    )
    refusals.install(app, site)
    for noun in (search, results, plans, draws, links, certificates, calendar, machines, signatures, feeds):
        app.include_router(noun.routes(site))
    return app
