"""Methods by which the bot reacts: to a pressed button, to a message, or by showing that it works."""

from sandbox.arguments import Arguments, Type
from sandbox.chats import Message, Person
from sandbox.fields import Fields, decoded
from sandbox.journal import Event
from sandbox.limits import CALLBACK_ANSWER_CHARACTERS
from sandbox.links import deep
from sandbox.methods.composing import known, reachable
from sandbox.methods.method import Method
from sandbox.refusals import bad_request, stricter
from sandbox.world import World

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_ACTION_SECONDS = 5.0

_EMOJI = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 "
    "🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ "
    "🤷 🤷‍♀ 😡"
)
REACTIONS = frozenset(_EMOJI.split())
"""Emoji that a bot can react with. Source: Bot API, ReactionTypeEmoji."""


async def answer_callback_query(world: World, arguments: Arguments) -> object:
    """Answers a pressed button, once and in time."""
    text, url = arguments.string("text"), arguments.string("url")
    if arguments.integer("cache_time"):
        raise stricter("cache_time is not simulated: a phone would not ask the bot again")
    query = world.queries.get(arguments.string("callback_query_id"))
    late = query is not None and world.clock.now() - query.at > world.limits.callback_seconds
    if query is None or query.answered or late:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(text) > CALLBACK_ANSWER_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    opened = deep(url) if url else None
    if url and (opened is None or opened[0].lower() != world.bot.username.lower()):
        raise bad_request("URL_INVALID")
    world.answer(query, text=text, alert=arguments.flag("show_alert"), url=url)
    return True


async def send_chat_action(world: World, arguments: Arguments) -> object:
    """Shows for five seconds, or until the next message, that the bot is at work."""
    action = arguments.string("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    person = reachable(world, arguments)
    person.chat.typing = (action, world.clock.now() + _ACTION_SECONDS)
    world.touch(person)
    return True


async def set_message_reaction(world: World, arguments: Arguments) -> object:
    """Puts one emoji on a message, or takes it off."""
    arguments.flag("is_big")
    emoji = _reaction(arguments)
    person, message = _found(world, arguments, "message to react")
    message.reaction = emoji
    world.touch(person, message)
    if emoji is not None:
        world.log(person, Event.REACTED, message.number, emoji, by_bot=True)
    return True


async def pin_chat_message(world: World, arguments: Arguments) -> object:
    """Puts a message on top of the chat."""
    person, message = _found(world, arguments, "message to pin")
    person.chat.pinned = message.number
    world.touch(person)
    return True


async def unpin_chat_message(world: World, arguments: Arguments) -> object:
    """Takes the message from the top of the chat."""
    if arguments.has("message_id"):
        person, _ = _found(world, arguments, "message to unpin")
    else:
        person = reachable(world, arguments)
    person.chat.pinned = None
    world.touch(person)
    return True


def _found(world: World, arguments: Arguments, what: str) -> tuple[Person, Message]:
    person = known(world, arguments)
    message = person.chat.find(arguments.integer("message_id") or 0)
    if message is None:
        raise bad_request(f"{what} not found")
    return person, message


def _reaction(arguments: Arguments) -> str | None:
    value = arguments.json("reaction")
    listed = [] if value is None else decoded(value, "reaction types")
    if not isinstance(listed, list):
        raise bad_request("Expected an Array of ReactionType")
    emoji: list[str] = []
    for one in listed:
        fields = Fields(one, "expected an Object", "Can't parse ReactionType: ")
        if fields.required_string("type") != "emoji":
            fields.refuse("invalid reaction type specified")
        emoji.append(fields.required_string("emoji").replace("\ufe0f", ""))
        fields.done("ReactionType")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if emoji and emoji[0] not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return emoji[0] if emoji else None


_PLACE = {"chat_id": Type.STRING, "message_id": Type.INTEGER}

METHODS = (
    Method(
        "answerCallbackQuery",
        {
            "callback_query_id": Type.STRING,
            "text": Type.STRING,
            "show_alert": Type.BOOLEAN,
            "url": Type.STRING,
            "cache_time": Type.INTEGER,
        },
        answer_callback_query,
    ),
    Method("sendChatAction", {"chat_id": Type.STRING, "action": Type.STRING}, send_chat_action),
    Method(
        "setMessageReaction",
        {**_PLACE, "reaction": Type.JSON, "is_big": Type.BOOLEAN},
        set_message_reaction,
    ),
    Method("pinChatMessage", {**_PLACE, "disable_notification": Type.BOOLEAN}, pin_chat_message),
    Method("unpinChatMessage", _PLACE, unpin_chat_message),
)
