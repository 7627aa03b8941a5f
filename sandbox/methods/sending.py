"""Methods that send one message."""

from sandbox import wire
from sandbox.arguments import Arguments, Type
from sandbox.chats import Content, Kind
from sandbox.methods import inputs
from sandbox.methods.composing import CAPTION, KEYBOARD, SENDING, captioned, send, text
from sandbox.methods.method import Method
from sandbox.refusals import bad_request, stricter
from sandbox.world import World

_MOST_ACCURACY = 1500


async def send_message(world: World, arguments: Arguments) -> object:
    """Sends a text."""
    return _sent(world, arguments, text(world, arguments))


async def send_photo(world: World, arguments: Arguments) -> object:
    """Sends a photo."""
    given = arguments.file("photo")
    if given is None:
        raise bad_request("There is no photo in the request")
    words, spans = captioned(world, arguments)
    spoiler, above = arguments.flag("has_spoiler"), arguments.flag("show_caption_above_media")
    return _sent(world, arguments, inputs.photo(world, given, words, spans, spoiler=spoiler, above=above))


async def send_document(world: World, arguments: Arguments) -> object:
    """Sends a file."""
    given = arguments.file("document")
    if given is None:
        raise bad_request("There is no document in the request")
    words, spans = captioned(world, arguments)
    return _sent(world, arguments, inputs.document(world, given, words, spans))


async def send_voice(world: World, arguments: Arguments) -> object:
    """Sends something spoken again."""
    return _recorded(world, arguments, Kind.VOICE)


async def send_video(world: World, arguments: Arguments) -> object:
    """Sends something filmed again."""
    return _recorded(world, arguments, Kind.VIDEO)


async def send_location(world: World, arguments: Arguments) -> object:
    """Sends a point on the map."""
    return _sent(world, arguments, Content(Kind.LOCATION, media={"location": _location(arguments)}))


async def send_venue(world: World, arguments: Arguments) -> object:
    """Sends a place with a name and an address."""
    location = _location(arguments)
    venue = {
        "location": location,
        "title": arguments.required("title"),
        "address": arguments.required("address"),
    }
    return _sent(world, arguments, Content(Kind.VENUE, media={"location": location, "venue": venue}))


def _recorded(world: World, arguments: Arguments, kind: Kind) -> object:
    given = arguments.file(str(kind))
    if given is None:
        raise bad_request(f"There is no {kind} in the request")
    if not isinstance(given, str):
        raise stricter(f"uploading a {kind} is not simulated; send one that a person sent")
    words, spans = captioned(world, arguments)
    return _sent(world, arguments, inputs.recording(world, given, kind, words, spans))


def _sent(world: World, arguments: Arguments, content: Content) -> object:
    person, messages = send(world, arguments, [content])
    return wire.message(world, person, messages[0])


def _location(arguments: Arguments) -> dict[str, float]:
    latitude, longitude = arguments.number("latitude"), arguments.number("longitude")
    if latitude is None:
        raise bad_request("latitude is empty")
    if longitude is None:
        raise bad_request("longitude is empty")
    accuracy = arguments.number("horizontal_accuracy") or 0.0
    if abs(latitude) > 90 or abs(longitude) > 180 or not 0 <= accuracy <= _MOST_ACCURACY:
        raise bad_request("Invalid location specified")
    location = {"latitude": latitude, "longitude": longitude}
    return location | {"horizontal_accuracy": accuracy} if accuracy else location


_POINT = {"latitude": Type.NUMBER, "longitude": Type.NUMBER}

METHODS = (
    Method(
        "sendMessage",
        {
            **SENDING,
            **KEYBOARD,
            "text": Type.STRING,
            "parse_mode": Type.STRING,
            "entities": Type.JSON,
            "link_preview_options": Type.JSON,
        },
        send_message,
    ),
    Method("sendPhoto", {**SENDING, **KEYBOARD, **CAPTION, "photo": Type.FILE}, send_photo),
    Method(
        "sendDocument",
        {
            **SENDING,
            **KEYBOARD,
            "caption": Type.STRING,
            "parse_mode": Type.STRING,
            "caption_entities": Type.JSON,
            "document": Type.FILE,
            "disable_content_type_detection": Type.BOOLEAN,
        },
        send_document,
    ),
    Method("sendVoice", {**SENDING, **KEYBOARD, **CAPTION, "voice": Type.FILE}, send_voice),
    Method("sendVideo", {**SENDING, **KEYBOARD, **CAPTION, "video": Type.FILE}, send_video),
    Method(
        "sendLocation",
        {**SENDING, **KEYBOARD, **_POINT, "horizontal_accuracy": Type.NUMBER},
        send_location,
    ),
    Method(
        "sendVenue",
        {**SENDING, **KEYBOARD, **_POINT, "title": Type.STRING, "address": Type.STRING},
        send_venue,
    ),
)
