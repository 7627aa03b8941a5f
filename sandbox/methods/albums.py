"""The method that sends several photos or files as one."""

from sandbox import wire
from sandbox.arguments import Arguments, Type
from sandbox.chats import Content
from sandbox.fields import Fields, decoded
from sandbox.limits import ALBUM
from sandbox.methods import inputs
from sandbox.methods.composing import SENDING, caption, send
from sandbox.methods.method import Method
from sandbox.refusals import bad_request, stricter
from sandbox.world import World

_WITHIN = "Can't parse InputMedia: "


async def send_media_group(world: World, arguments: Arguments) -> object:
    """Sends an album: one message for each item, with one ``media_group_id``."""
    if not arguments.has("media"):
        raise bad_request('Parameter "media" is required')
    listed = decoded(arguments.json("media"), "media")
    if not isinstance(listed, list):
        raise bad_request("Expected an Array of InputMedia")
    if len(listed) >= ALBUM.stop:
        raise bad_request("Too many messages to send as an album")
    if not listed:
        raise bad_request("There are no messages to send")
    if len(listed) not in ALBUM:
        raise stricter(f"an album has {ALBUM.start} to {ALBUM.stop - 1} items")
    contents = [_content(world, arguments, item) for item in listed]
    if len({content.kind for content in contents}) > 1:
        raise bad_request("Document can't be mixed with other media types")
    person, messages = send(world, arguments, contents, album=True)
    return [wire.message(world, person, message) for message in messages]


def _content(world: World, arguments: Arguments, item: object) -> Content:
    fields = Fields(item, "expected an Object", _WITHIN)
    words, spans = caption(
        world, fields.string("caption"), fields.string("parse_mode"), fields.raw("caption_entities")
    )
    above, spoiler = fields.flag("show_caption_above_media"), fields.flag("has_spoiler")
    kind = fields.required_string("type")
    media = arguments.attached(fields.string("media"))
    if media is None:
        fields.refuse("media not found")
    if kind == "document":
        fields.flag("disable_content_type_detection")
    fields.done("InputMedia")
    if kind == "photo":
        return inputs.photo(world, media, words, spans, spoiler=spoiler, above=above)
    if kind == "document":
        return inputs.document(world, media, words, spans)
    raise stricter(f'type "{kind}" is not simulated in an album')


METHODS = (Method("sendMediaGroup", {**SENDING, "media": Type.JSON}, send_media_group),)
