"""What cannot be shown: a page with one sentence, whatever was asked for."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from rules.errors import Refused
from templates.pages import page
from templates.refusal import sentence
from web.headers import SECURITY
from web.site import Site

_STATUS = {
    "page.unknown": HTTPStatus.NOT_FOUND,
    "page.result": HTTPStatus.NOT_FOUND,
    "page.beyond": HTTPStatus.NOT_FOUND,
    "page.government": HTTPStatus.NOT_FOUND,
    "page.year": HTTPStatus.NOT_FOUND,
    "page.plan_year": HTTPStatus.NOT_FOUND,
    "page.draw": HTTPStatus.NOT_FOUND,
    "page.bundle": HTTPStatus.NOT_FOUND,
    "page.link": HTTPStatus.NOT_FOUND,
    "page.card": HTTPStatus.NOT_FOUND,
    "page.card_over": HTTPStatus.GONE,
    "signatures.expired": HTTPStatus.GONE,
    "signatures.changed": HTTPStatus.CONFLICT,
    "page.feed": HTTPStatus.NOT_FOUND,
    "page.method": HTTPStatus.METHOD_NOT_ALLOWED,
    "page.failed": HTTPStatus.INTERNAL_SERVER_ERROR,
}

_Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI, site: Site) -> None:
    """Let the application answer every refusal and fault with a page that says what to do.

    Args:
        app: the application.
        site: for the links of the page.
    """

    def answer(refusal: Refused, headers: dict[str, str] | None = None) -> Response:
        status = _STATUS.get(refusal.code, HTTPStatus.BAD_REQUEST)
        text = page("refusal", site=site, status=status, sentence=sentence(refusal))
        return HTMLResponse(text, status, {"Cache-Control": "no-store", **(headers or {})})

    def always(refusal: Refused, headers: dict[str, str] | None = None) -> _Handler:
        async def handle(_request: Request, _error: Exception) -> Response:
            return answer(refusal, headers)

        return handle

    async def refused(_request: Request, error: Exception) -> Response:
        return answer(error if isinstance(error, Refused) else Refused("page.failed"))

    async def http(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 0
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            return answer(Refused("page.method"), {"Allow": "GET, HEAD"})
        return answer(Refused("page.unknown" if status == HTTPStatus.NOT_FOUND else "page.parameter"))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, always(Refused("page.parameter")))
    # The handler of last resort answers outside every middleware, so it brings the headers itself.
    app.add_exception_handler(Exception, always(Refused("page.failed"), SECURITY))
