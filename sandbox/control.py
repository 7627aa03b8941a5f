"""The people's side over HTTP, below ``/sandbox/``: who there is, what they do, what they see, what goes wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from sandbox import journal, sight
from sandbox.faults import DOWNLOAD, Fault, Trouble
from sandbox.limits import Limits
from sandbox.methods import METHODS
from sandbox.refusals import CannotAct
from sandbox.requests import Body, body_of, person_of
from sandbox.roll import enrol
from sandbox.stream import events
from sandbox.words import words
from sandbox.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MOST_WAIT = 60.0
_MISSING = ("no_person", "no_act", "no_file")


class Control:
    """Answers whoever looks after the sandbox, and whoever plays a person in it.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All addresses but those of the acts."""
        return [
            web.get("/sandbox/events", self.events),
            web.get("/sandbox/words", self.words),
            web.get("/sandbox/state", self.state),
            web.get("/sandbox/transcript", self.transcript),
            web.get("/sandbox/files/{file_id}", self.file),
            web.get("/sandbox/people", self.people),
            web.post("/sandbox/people", self.enrol),
            web.get("/sandbox/people/{id}/chat", self.chat),
            web.get("/sandbox/limits", self.limits),
            web.post("/sandbox/limits", self.limit),
            web.post("/sandbox/clock", self.advance),
            web.get("/sandbox/faults", self.faults),
            web.post("/sandbox/faults", self.disturb),
            web.delete("/sandbox/faults", self.calm),
            web.post("/sandbox/reset", self.reset),
        ]

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Changes, as they happen."""
        return await events(request, self._world)

    async def words(self, _: web.Request) -> web.StreamResponse:
        """What the page says to people."""
        return web.json_response(words()["page"])

    async def state(self, _: web.Request) -> web.StreamResponse:
        """Everything."""
        return web.json_response(sight.dump(self._world))

    async def transcript(self, request: web.Request) -> web.StreamResponse:
        """What happened, of one ``person`` or of all, as text or as JSON (``format=json``)."""
        person = request.query.get("person")
        entries = [one for one in self._world.entries if person is None or str(one.person) == person]
        if request.query.get("format") == "json":
            return web.json_response([one.written() for one in entries])
        names = {who.id: who.name for who in self._world.people.values()}
        bot = self._world.bot.first_name
        return web.Response(text=journal.readable(entries, names, bot, words()["transcript"]))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The content of a file, for the page."""
        file = self._world.files.find(request.match_info["file_id"])
        if file is None:
            raise CannotAct("no_file", "there is no such file")
        shown = file.mime.startswith(("image/", "audio/", "video/")) and "svg" not in file.mime
        headers = {"Content-Type": file.mime, "Cache-Control": "private, max-age=31536000, immutable"}
        if not shown:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, headers=headers)

    async def people(self, _: web.Request) -> web.StreamResponse:
        """Everyone, without the messages."""
        return web.json_response([sight.person(self._world, who) for who in self._world.people.values()])

    async def enrol(self, request: web.Request) -> web.StreamResponse:
        """Adds somebody, or finds them if they are there."""
        body = await body_of(request)
        return web.json_response(sight.person(self._world, enrol(self._world, body.values)))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """One phone; with ``since`` and ``wait`` as soon as it has changed, at the latest after so many seconds."""
        person = person_of(request, self._world)
        since, wait = _number(request, "since"), _number(request, "wait")
        if wait:
            await self._world.bell.until(
                lambda: True if person.chat.revision > since or self._world.closing else None,
                min(wait, _MOST_WAIT),
            )
        return web.json_response(sight.chat(self._world, person, int(since)))

    async def limits(self, _: web.Request) -> web.StreamResponse:
        """What Telegram lets through at the moment."""
        return web.json_response(asdict(self._world.limits))

    async def limit(self, request: web.Request) -> web.StreamResponse:
        """Sets some limits; ``null`` takes one away."""
        body = await body_of(request)
        known = {one.name for one in fields(Limits)}
        body.only(known)
        self._world.limits = Limits(**(asdict(self._world.limits) | _limits(body)))
        return web.json_response(asdict(self._world.limits))

    async def advance(self, request: web.Request) -> web.StreamResponse:
        """Moves the clock on by ``advance`` seconds."""
        body = await body_of(request)
        body.only({"advance"})
        seconds = body.number("advance", 0.0)
        if seconds < 0:
            raise CannotAct("wrong_request", "time does not run back")
        self._world.clock.advance(seconds)
        self._world.bell.ring()
        return web.json_response({"now": self._world.clock.now()})

    async def faults(self, _: web.Request) -> web.StreamResponse:
        """What is still to go wrong."""
        return web.json_response([fault.written() for fault in self._world.faults.ordered])

    async def disturb(self, request: web.Request) -> web.StreamResponse:
        """Orders a fault."""
        body = await body_of(request)
        body.only({one.name for one in fields(Fault)})
        self._world.faults.order(_fault(body))
        return web.json_response([fault.written() for fault in self._world.faults.ordered])

    async def calm(self, _: web.Request) -> web.StreamResponse:
        """Takes all ordered faults back."""
        self._world.faults.ordered.clear()
        return web.json_response([])

    async def reset(self, _: web.Request) -> web.StreamResponse:
        """Forgets everyone and everything."""
        self._world.reset()
        return web.json_response({"generation": self._world.generation})


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers what cannot be done with its code and its sentence.

    Args:
        request: any.
        handler: whoever takes care of it.

    Returns:
        The answer.
    """
    try:
        return await handler(request)
    except CannotAct as refusal:
        status = 404 if refusal.code in _MISSING else 400
        return web.json_response({"error": refusal.code, "text": refusal.text}, status=status)


def _number(request: web.Request, name: str) -> float:
    value = request.query.get(name, "0")
    try:
        return max(0.0, float(value))
    except ValueError:
        raise CannotAct("wrong_request", f"«{name}» must be a number, not «{value}»") from None


def _limits(body: Body) -> dict[str, Any]:
    for name, value in body.values.items():
        optional = name in ("per_second", "per_chat")
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not number and not (optional and value is None):
            raise CannotAct("wrong_request", f"«{name}» must be a number that is not negative")
    return dict(body.values)


def _fault(body: Body) -> Fault:
    trouble, method = body.text("trouble"), body.text("method", "").lower() or None
    if trouble not in list(Trouble):
        raise CannotAct("wrong_request", f"«trouble» must be one of {', '.join(Trouble)}")
    if method is not None and method not in METHODS and method != DOWNLOAD:
        raise CannotAct("wrong_request", f"there is no method «{method}»")
    return Fault(
        trouble=Trouble(trouble),
        method=method,
        chat=body.optional_whole("chat"),
        times=body.whole("times", 1),
        retry_after=body.whole("retry_after", 1),
        status=body.whole("status", 502),
        page=body.flag("page"),
    )
