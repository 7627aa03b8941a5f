"""Headers of every answer: the browser runs no script, loads nothing from elsewhere and is framed by nobody.

Two pages compute something in the visitor's own browser; they run scripts, and only those that come from here.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src {scripts}; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

SECURITY = {
    "Content-Security-Policy": _POLICY.format(scripts="'none'"),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""https://www.w3.org/TR/CSP3/; X-Frame-Options for browsers that do not know ``frame-ancestors``."""


COMPUTING = {"Content-Security-Policy": _POLICY.format(scripts="'self'")}
"""For a page that computes in the browser."""

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""For a page that is one company's alone: nobody keeps it, and search engines pass it by."""


class SecurityHeaders:
    """Middleware that puts them on every answer of the application inside, unless it brings its own.

    Args:
        app: the application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to what comes back."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)
