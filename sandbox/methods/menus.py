"""Methods that set the command menu."""

import re

from sandbox.arguments import Arguments, Type
from sandbox.commands import Command
from sandbox.fields import Fields, decoded
from sandbox.methods.method import Method
from sandbox.refusals import bad_request
from sandbox.world import World

_MOST_COMMANDS = 100
_MOST_LETTERS = 32
_MOST_DESCRIPTION = 256
_PLAIN = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_IN_CHAT = ("chat", "chat_administrators", "chat_member")


async def set_my_commands(world: World, arguments: Arguments) -> object:
    """Sets the menu of a scope and a language."""
    commands = _commands(arguments)
    scope, language = _scope(world, arguments), _language(arguments)
    world.commands.put(scope, language, commands)
    _show(world)
    return True


async def get_my_commands(world: World, arguments: Arguments) -> object:
    """The menu of a scope and a language."""
    commands = world.commands.exactly(_scope(world, arguments), _language(arguments))
    return [command.written() for command in commands]


async def delete_my_commands(world: World, arguments: Arguments) -> object:
    """Takes the menu of a scope and a language away."""
    world.commands.put(_scope(world, arguments), _language(arguments), ())
    _show(world)
    return True


def _show(world: World) -> None:
    for person in world.people.values():
        world.touch(person)


def _commands(arguments: Arguments) -> tuple[Command, ...]:
    value = arguments.json("commands")
    listed = [] if value is None else decoded(value, "commands")
    if not isinstance(listed, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(listed) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return tuple(_command(one) for one in listed)


def _command(value: object) -> Command:
    fields = Fields(value, "expected an Object", "Can't parse BotCommand: ")
    name = fields.required_string("command").strip().removeprefix("/")
    description = fields.required_string("description").strip()
    fields.done("BotCommand")
    if not name:
        raise bad_request("Command must be non-empty")
    if len(name) > _MOST_LETTERS:
        raise bad_request(f"Command length must not exceed {_MOST_LETTERS}")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > _MOST_DESCRIPTION:
        raise bad_request(f"Command description length must not exceed {_MOST_DESCRIPTION}")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return Command(name, description)


def _scope(world: World, arguments: Arguments) -> str:
    value = arguments.json("scope")
    if value is None:
        return "default"
    fields = Fields(
        decoded(value, "BotCommandScope"),
        "BotCommandScope must be an Object",
        "Can't parse BotCommandScope: ",
    )
    kind = fields.required_string("type")
    if kind not in _PLAIN + _IN_CHAT:
        fields.refuse("Unsupported type specified")
    scope = kind
    if kind in _IN_CHAT:
        chat = fields.required_string("chat_id")
        if not chat:
            fields.refuse("Empty chat_id specified")
        if not chat.isdecimal() or int(chat) not in world.people:
            raise bad_request("chat not found")
        scope = f"{kind}:{chat}"
    if kind == "chat_member":
        scope += f":{fields.required_integer('user_id')}"
    fields.done("BotCommandScope")
    return scope


def _language(arguments: Arguments) -> str:
    language = arguments.string("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("Invalid language code specified")
    return language


_WHERE = {"scope": Type.JSON, "language_code": Type.STRING}

METHODS = (
    Method("setMyCommands", {**_WHERE, "commands": Type.JSON}, set_my_commands),
    Method("getMyCommands", _WHERE, get_my_commands),
    Method("deleteMyCommands", _WHERE, delete_my_commands),
)
