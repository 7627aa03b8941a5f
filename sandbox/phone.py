"""What people do, over HTTP: ``POST /sandbox/people/ID/ACT``."""

from collections.abc import Callable, Mapping

from aiohttp import web

from sandbox import acts, attachments, buttons
from sandbox.acts import Done
from sandbox.arguments import Upload
from sandbox.buttons import Place
from sandbox.chats import Kind, Person
from sandbox.refusals import CannotAct
from sandbox.requests import Body, body_of, person_of
from sandbox.world import World

Act = Callable[[World, Person, Body], Done]


class Phone:
    """Answers whoever acts for a person.

    Args:
        world: where they act.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """One address for all acts."""
        return [web.post("/sandbox/people/{id}/{act}", self.act)]

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Does one thing for one person."""
        name = request.match_info["act"]
        if name not in ACTS:
            raise CannotAct("no_act", f"nobody can «{name}»; there is {', '.join(sorted(ACTS))}")
        person = person_of(request, self._world)
        known, act = ACTS[name]
        body = await body_of(request)
        body.only(known)
        return web.json_response(act(self._world, person, body).written())


def _say(world: World, person: Person, body: Body) -> Done:
    return acts.say(world, person, body.text("text"), body.optional_whole("reply_to"))


def _start(world: World, person: Person, body: Body) -> Done:
    return acts.start(world, person, body.text("payload", ""))


def _open(world: World, person: Person, body: Body) -> Done:
    return acts.open_link(world, person, body.text("link"))


def _press(world: World, person: Person, body: Body) -> Done:
    message = body.optional_whole("message")
    if message is not None and body.values.get("row") is not None:
        return buttons.press(world, person, Place(message, body.whole("row"), body.whole("column")))
    data = None if body.values.get("data") is None else body.text("data")
    return buttons.press(world, person, buttons.find(person, body.text("label", ""), data, message))


def _forge(world: World, person: Person, body: Body) -> Done:
    return buttons.forge(world, person, body.whole("message"), body.text("data"))


def _tap(world: World, person: Person, body: Body) -> Done:
    return acts.tap(world, person, body.text("label"))


def _photos(world: World, person: Person, body: Body) -> Done:
    return attachments.send_photos(world, person, body.uploads, body.text("caption", ""))


def _files(world: World, person: Person, body: Body) -> Done:
    return attachments.send_files(world, person, body.uploads, body.text("caption", ""))


def _sticker(world: World, person: Person, body: Body) -> Done:
    return attachments.send_sticker(world, person, body.text("emoji"))


def _voice(world: World, person: Person, body: Body) -> Done:
    return attachments.send_recording(world, person, Kind.VOICE, _recording(body), body.whole("seconds", 1))


def _video(world: World, person: Person, body: Body) -> Done:
    return attachments.send_recording(world, person, Kind.VIDEO, _recording(body), body.whole("seconds", 1))


def _recording(body: Body) -> Upload:
    if len(body.uploads) != 1 or not body.uploads[0].content:
        raise CannotAct("nothing_to_send", "a recording is one file that is not empty")
    return body.uploads[0]


def _location(world: World, person: Person, body: Body) -> Done:
    latitude, longitude = body.number("latitude"), body.number("longitude")
    return attachments.send_location(world, person, latitude, longitude, body.number("accuracy", 0.0))


def _contact(world: World, person: Person, body: Body) -> Done:
    phone, name = body.text("phone"), body.text("name", "")
    return attachments.send_contact(world, person, phone, name, body.optional_whole("user"))


def _edit(world: World, person: Person, body: Body) -> Done:
    return acts.edit(world, person, body.whole("message"), body.text("text"))


def _delete(world: World, person: Person, body: Body) -> Done:
    return acts.delete(world, person, body.whole("message"))


def _block(world: World, person: Person, _: Body) -> Done:
    return acts.block(world, person)


def _unblock(world: World, person: Person, _: Body) -> Done:
    return acts.unblock(world, person)


def _read(world: World, person: Person, _: Body) -> Done:
    return acts.read(world, person)


ACTS: Mapping[str, tuple[frozenset[str], Act]] = {
    "say": (frozenset({"text", "reply_to"}), _say),
    "start": (frozenset({"payload"}), _start),
    "open": (frozenset({"link"}), _open),
    "press": (frozenset({"message", "row", "column", "label", "data"}), _press),
    "forge": (frozenset({"message", "data"}), _forge),
    "tap": (frozenset({"label"}), _tap),
    "photos": (frozenset({"caption"}), _photos),
    "files": (frozenset({"caption"}), _files),
    "sticker": (frozenset({"emoji"}), _sticker),
    "voice": (frozenset({"seconds"}), _voice),
    "video": (frozenset({"seconds"}), _video),
    "location": (frozenset({"latitude", "longitude", "accuracy"}), _location),
    "contact": (frozenset({"phone", "name", "user"}), _contact),
    "edit": (frozenset({"message", "text"}), _edit),
    "delete": (frozenset({"message"}), _delete),
    "block": (frozenset(), _block),
    "unblock": (frozenset(), _unblock),
    "read": (frozenset(), _read),
}
