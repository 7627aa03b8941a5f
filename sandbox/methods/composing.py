"""What all methods that write have in common: whom, what, with which keyboard, and whether it may go."""

from collections.abc import Sequence

from sandbox import keyboards, markup
from sandbox.arguments import Arguments, Type
from sandbox.chats import Content, Kind, Message, Person
from sandbox.entities import DETECTED, Entity, Style, formatted, units
from sandbox.fields import Fields, decoded
from sandbox.limits import CAPTION_CHARACTERS, MARKUP_BYTES, MESSAGE_CHARACTERS
from sandbox.refusals import bad_request, forbidden, stricter, too_many
from sandbox.world import World

SENDING = {
    "chat_id": Type.STRING,
    "disable_notification": Type.BOOLEAN,
    "protect_content": Type.BOOLEAN,
    "reply_parameters": Type.JSON,
}
"""Parameters of everything that is sent. Sound and protection are taken and have no effect here."""

KEYBOARD = {"reply_markup": Type.JSON}

CAPTION = {
    "caption": Type.STRING,
    "parse_mode": Type.STRING,
    "caption_entities": Type.JSON,
    "show_caption_above_media": Type.BOOLEAN,
    "has_spoiler": Type.BOOLEAN,
}


def reachable(world: World, arguments: Arguments) -> Person:
    """The person whose chat is meant, if the bot may write there.

    Args:
        world: where to look.
        arguments: with ``chat_id``.

    Returns:
        The person.

    Raises:
        ApiRefused: no such chat; the person has never written to the bot, or has blocked it.
    """
    person = known(world, arguments)
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    return person


def known(world: World, arguments: Arguments) -> Person:
    """The person whose chat is meant.

    Args:
        world: where to look.
        arguments: with ``chat_id``.

    Returns:
        The person.

    Raises:
        ApiRefused: no chat named, or no such chat. A private chat has no name that begins with ``@``.
    """
    chat = arguments.string("chat_id")
    if not chat:
        raise bad_request("chat_id is empty")
    number = int(chat) if chat.removeprefix("-").isdecimal() else 0
    if number == world.bot.id:
        raise forbidden("the bot can't send messages to the bot")
    if number not in world.people:
        raise bad_request("chat not found")
    return world.people[number]


def text(world: World, arguments: Arguments) -> Content:
    """The text message that is asked for.

    Args:
        world: where mentioned people are known.
        arguments: with ``text``, ``parse_mode``, ``entities``, ``link_preview_options``.

    Returns:
        Its content.

    Raises:
        ApiRefused: empty, too long, wrong markup.
    """
    given = arguments.string("text")
    if not given:
        raise bad_request("Message text is empty")
    preview = _preview(arguments)
    kept, spans = _formatted(world, given, arguments.string("parse_mode"), arguments.json("entities"))
    if not kept:
        raise bad_request("Text must be non-empty")
    if units(kept) > MESSAGE_CHARACTERS:
        raise bad_request("Message is too long")
    return Content(Kind.TEXT, kept, spans, preview=preview)


def caption(world: World, given: str, parse_mode: str, entities: object) -> tuple[str, tuple[Entity, ...]]:
    """A caption.

    Args:
        world: where mentioned people are known.
        given: the text with its markup; may be empty.
        parse_mode: how to read it.
        entities: JSON of its spans, if it has no markup.

    Returns:
        The text and its spans.

    Raises:
        ApiRefused: too long, wrong markup.
    """
    kept, spans = _formatted(world, given, parse_mode, entities)
    if units(kept) > CAPTION_CHARACTERS:
        raise bad_request("Message caption is too long")
    return kept, spans


def captioned(world: World, arguments: Arguments) -> tuple[str, tuple[Entity, ...]]:
    """The caption that is asked for with ``caption``, ``parse_mode`` and ``caption_entities``.

    Args:
        world: where mentioned people are known.
        arguments: of the call.

    Returns:
        The text and its spans.

    Raises:
        ApiRefused: too long, wrong markup.
    """
    parse_mode, entities = arguments.string("parse_mode"), arguments.json("caption_entities")
    return caption(world, arguments.string("caption"), parse_mode, entities)


def spend(world: World, person: Person, messages: int = 1) -> None:
    """Counts messages against the limits.

    Args:
        world: whose limits.
        person: whose chat.
        messages: how many.

    Raises:
        ApiRefused: too many requests.
    """
    wait = world.budget.take(world.limits, person.id, messages, world.clock.now())
    if wait is not None:
        raise too_many(wait)


def send(
    world: World, arguments: Arguments, contents: Sequence[Content], *, album: bool = False
) -> tuple[Person, list[Message]]:
    """Sends what has been composed.

    Args:
        world: where to.
        arguments: with the chat, the keyboard and the message that is answered.
        contents: one message each.
        album: whether they are one album.

    Returns:
        The person and the messages.

    Raises:
        ApiRefused: wrong keyboard, chat or message to answer; too many requests.
    """
    keyboard = keyboards.parse(arguments.json("reply_markup"))
    answered, optional = _answered(arguments)
    arguments.finished()
    person = reachable(world, arguments)
    if answered is not None and person.chat.find(answered) is None:
        if not optional:
            raise bad_request("message to be replied not found")
        answered = None
    spend(world, person, len(contents))
    return person, world.write(person, contents, by_bot=True, markup=keyboard, reply_to=answered, album=album)


def _answered(arguments: Arguments) -> tuple[int | None, bool]:
    value = arguments.json("reply_parameters")
    if value is None:
        return None, False
    fields = Fields(decoded(value, "reply parameters"), "Object expected as reply parameters")
    number = fields.required_integer("message_id")
    chat = fields.string("chat_id")
    if chat and chat != arguments.string("chat_id"):
        raise stricter("answering a message of another chat is not simulated")
    optional = fields.flag("allow_sending_without_reply")
    fields.string("quote_parse_mode")  # aiogram sends its default along; without a quote it says nothing
    fields.done("ReplyParameters")
    return number, optional


def _preview(arguments: Arguments) -> dict[str, object] | None:
    value = arguments.json("link_preview_options")
    if value is None:
        return None
    fields = Fields(decoded(value, "link preview options"), "Object expected as link preview options")
    flags = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")
    preview: dict[str, object] = {name: True for name in flags if fields.flag(name)}
    if fields.string("url"):
        preview["url"] = fields.string("url")
    fields.done("LinkPreviewOptions")
    return preview or None


def _formatted(world: World, given: str, parse_mode: str, entities: object) -> tuple[str, tuple[Entity, ...]]:
    if len(given.encode()) > MARKUP_BYTES:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if mode in ("markdown", "markdownv2"):
        raise stricter(f"parse_mode {parse_mode} is not simulated; use HTML")
    if mode not in ("", "none", "html"):
        raise bad_request("Unsupported parse_mode")
    if mode == "html" and entities is not None:
        raise stricter("parse_mode and entities exclude each other")
    plain, spans = markup.parse(given) if mode == "html" else (given, _entities(entities))
    for span in spans:
        if span.style is Style.TEXT_MENTION and span.user not in world.people:
            raise stricter(f"nobody has the number {span.user}; Telegram would drop the mention")
    return formatted(plain, spans)


def _entities(value: object) -> list[Entity]:
    if value is None:
        return []
    listed = decoded(value, "entities")
    if not isinstance(listed, list):
        raise stricter("entities must be an Array of MessageEntity")
    return [span for one in listed if (span := _entity(one)) is not None]


def _entity(value: object) -> Entity | None:
    fields = Fields(value, "expected an Object", "Can't parse MessageEntity: ")
    offset, length = fields.required_integer("offset"), fields.required_integer("length")
    name = fields.required_string("type")
    if name not in list(Style):
        fields.refuse("Unsupported type specified")
    style = Style(name)
    link, language, emoji = fields.string("url"), fields.string("language"), fields.string("custom_emoji_id")
    user: int | None = None
    if style is Style.TEXT_LINK:
        fields.required_string("url")
    if style is Style.TEXT_MENTION:
        user = Fields(fields.raw("user"), 'Can\'t find field "user"').required_integer("id")
    fields.raw("user")
    fields.done("MessageEntity")
    if offset < 0 or length < 0:
        raise bad_request(f"Receive an entity with incorrect offset {offset}")
    if style in DETECTED:
        return None
    return Entity(style, offset, length, link or None, language or None, user, emoji or None)
