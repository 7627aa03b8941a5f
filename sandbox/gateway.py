"""The Bot API over HTTP: ``/botTOKEN/METHOD`` and ``/file/botTOKEN/PATH``."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn

from aiohttp import BodyPartReader, web

from sandbox.arguments import Arguments, Call, Upload
from sandbox.faults import DOWNLOAD, Fault, Trouble
from sandbox.methods import METHODS
from sandbox.refusals import ApiRefused, bad_request, too_many
from sandbox.world import World

_BEFORE = (Trouble.LOST_BEFORE, Trouble.SILENT_BEFORE)
_SILENT = (Trouble.SILENT_BEFORE, Trouble.SILENT_AFTER)
_FORM = "application/x-www-form-urlencoded"


class Gateway:
    """Answers the bot.

    Args:
        world: what it talks about.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where the bot calls; every HTTP method is as good as another, as in Telegram."""
        return [
            web.route("*", "/bot{token}/{method}", self.call),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Carries out one method.

        Args:
            request: from the bot.

        Returns:
            The answer of the Bot API, or nothing at all if a fault was ordered.
        """
        return await self._answer(request, self._call)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Gives out a file that getFile has shown the way to.

        Args:
            request: from the bot.

        Returns:
            The bytes.
        """
        return await self._answer(request, self._download)

    async def _answer(
        self, request: web.Request, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            self._admit(request)
            return await answer(request)
        except ApiRefused as refusal:
            return _refused(refusal)
        except _Interrupted as interrupted:
            return interrupted.response

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = METHODS.get(request.match_info["method"].lower())
        if method is None:
            raise ApiRefused(404, "Not Found: method not found")
        call = await _read(request, method.name)
        fault = self._world.faults.next_for(method.name.lower(), _chat(call))
        await self._before(request, fault)
        result = await method.run(self._world, Arguments(method.takes, call))
        await self._after(request, fault)
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        fault = self._world.faults.next_for(DOWNLOAD, None)
        await self._before(request, fault)
        file = self._world.files.at(request.match_info["path"])
        if file is None:
            raise ApiRefused(404, "Not Found")
        await self._after(request, fault)
        return web.Response(body=file.content, content_type="application/octet-stream")

    def _admit(self, request: web.Request) -> None:
        if request.match_info["token"] != self._world.bot.token:
            raise ApiRefused(401, "Unauthorized")

    async def _before(self, request: web.Request, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.trouble is Trouble.FLOOD:
            raise too_many(fault.retry_after)
        if fault.trouble is Trouble.SERVER_ERROR:
            _fail(fault)
        if fault.trouble in _BEFORE:
            await self._break(request, fault)

    async def _after(self, request: web.Request, fault: Fault | None) -> None:
        if fault is not None:
            await self._break(request, fault)

    async def _break(self, request: web.Request, fault: Fault) -> NoReturn:
        """Lets the bot wait for nothing, or cuts the line; the response goes nowhere."""
        if fault.trouble in _SILENT:
            await self._world.bell.until(lambda: self._world.closing or None, None)
        if request.transport is not None:
            request.transport.abort()
        raise _Interrupted(web.Response())


class _Interrupted(Exception):
    def __init__(self, response: web.StreamResponse) -> None:
        super().__init__()
        self.response = response


def _fail(fault: Fault) -> NoReturn:
    phrases = {
        500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Service Unavailable",
        504: "Gateway Timeout",
    }
    phrase = phrases.get(fault.status, "Server Error")
    if not fault.page:
        raise ApiRefused(fault.status, phrase)
    page = f"<html><head><title>{fault.status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>"
    raise _Interrupted(web.Response(status=fault.status, text=page, content_type="text/html"))


def _refused(refusal: ApiRefused) -> web.Response:
    headers = {}
    if refusal.parameters is not None and "retry_after" in refusal.parameters:
        headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return web.json_response(refusal.body(), status=refusal.status, headers=headers)


def _chat(call: Call) -> int | None:
    chat = str(call.values.get("chat_id", ""))
    return int(chat) if chat.removeprefix("-").isdecimal() else None


async def _read(request: web.Request, method: str) -> Call:
    """Parameters from the address and from a JSON, form or multipart body. Source: Bot API, «Making requests»."""
    values: dict[str, object] = dict(request.query)
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if kind == "application/json" and request.can_read_body:
        values |= await _json(request)
    elif kind == _FORM:
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    elif kind == "multipart/form-data":
        await _multipart(request, values, uploads)
    elif request.can_read_body and await request.read():
        raise bad_request(f"unsupported content type {kind}")
    return Call(method, values, uploads)


async def _json(request: web.Request) -> Mapping[str, object]:
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("can't parse JSON object")
    return body


async def _multipart(request: web.Request, values: dict[str, object], uploads: dict[str, Upload]) -> None:
    try:
        parts = await request.multipart()
        async for part in parts:
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise bad_request("can't parse multipart body")
            content = bytes(await part.read())
            if part.filename is None:
                values[part.name] = content.decode()
            else:
                mime = part.headers.get("Content-Type", "")
                uploads[part.name] = Upload(part.filename, mime, content)
    except ValueError:
        raise bad_request("can't parse multipart body") from None
