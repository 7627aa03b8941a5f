"""Methods that change or take away what the bot has sent."""

from dataclasses import replace

from sandbox import keyboards, wire
from sandbox.arguments import Arguments, Type
from sandbox.chats import CAPTIONED, Content, Kind, Message, Person
from sandbox.keyboards import InlineKeyboard
from sandbox.limits import SECONDS_TO_DELETE
from sandbox.methods.composing import KEYBOARD, captioned, known, reachable, spend, text
from sandbox.methods.method import Method
from sandbox.refusals import bad_request
from sandbox.world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


async def edit_message_text(world: World, arguments: Arguments) -> object:
    """Changes a text; a keyboard that is not given again goes away."""
    content = text(world, arguments)
    keyboard = keyboards.parse_inline(arguments.json("reply_markup"))
    person, message = _editable(world, arguments)
    if message.content.kind is not Kind.TEXT:
        raise bad_request("There is no text in the message to edit")
    return _edited(world, person, message, content, keyboard)


async def edit_message_caption(world: World, arguments: Arguments) -> object:
    """Changes the caption of a photo or file; a keyboard that is not given again goes away."""
    keyboard = keyboards.parse_inline(arguments.json("reply_markup"))
    words, spans = captioned(world, arguments)
    person, message = _editable(world, arguments)
    if message.content.kind not in CAPTIONED:
        raise bad_request("There is no caption in the message to edit")
    content = replace(message.content, text=words, entities=spans)
    return _edited(world, person, message, content, keyboard)


async def edit_message_reply_markup(world: World, arguments: Arguments) -> object:
    """Changes the buttons under a message."""
    keyboard = keyboards.parse_inline(arguments.json("reply_markup"))
    person, message = _editable(world, arguments)
    return _edited(world, person, message, message.content, keyboard)


async def delete_message(world: World, arguments: Arguments) -> object:
    """Takes a message away, the bot's own or the person's."""
    if not arguments.has("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if not arguments.has("message_id"):
        raise bad_request("Message identifier is not specified")
    person = known(world, arguments)
    message = person.chat.find(arguments.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message.date > SECONDS_TO_DELETE:
        raise bad_request("Message can't be deleted for everyone")
    world.delete(person, message, by_bot=True)
    return True


def _editable(world: World, arguments: Arguments) -> tuple[Person, Message]:
    if not arguments.has("chat_id") and not arguments.has("message_id"):
        raise bad_request("Message identifier is not specified")
    person = reachable(world, arguments)
    message = person.chat.find(arguments.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to edit not found")
    # Only messages without a keyboard or with buttons under them. Source: Bot API, «Updating messages».
    if not message.from_bot or message.fixed:
        raise bad_request("Message can't be edited")
    return person, message


def _edited(
    world: World, person: Person, message: Message, content: Content, keyboard: InlineKeyboard | None
) -> object:
    if content == message.content and keyboard == message.markup:
        raise bad_request(_NOT_MODIFIED)
    spend(world, person)
    world.rewrite(person, message, content, keyboard, by_bot=True)
    return wire.message(world, person, message)


_PLACE = {"chat_id": Type.STRING, "message_id": Type.INTEGER}

METHODS = (
    Method(
        "editMessageText",
        {
            **_PLACE,
            **KEYBOARD,
            "text": Type.STRING,
            "parse_mode": Type.STRING,
            "entities": Type.JSON,
            "link_preview_options": Type.JSON,
        },
        edit_message_text,
    ),
    Method(
        "editMessageCaption",
        {
            **_PLACE,
            **KEYBOARD,
            "caption": Type.STRING,
            "parse_mode": Type.STRING,
            "caption_entities": Type.JSON,
        },
        edit_message_caption,
    ),
    Method("editMessageReplyMarkup", {**_PLACE, **KEYBOARD}, edit_message_reply_markup),
    Method("deleteMessage", _PLACE, delete_message),
)
