"""A chat as the person sees it, for the phones in the browser and for scripted people."""

from typing import Any

from sandbox import wire
from sandbox.chats import Chat, Message, Person
from sandbox.keyboards import Button
from sandbox.rendering import render
from sandbox.world import World


def person(world: World, who: Person) -> dict[str, Any]:
    """A person and the state of their phone, without the messages.

    Args:
        world: where.
        who: whose phone.

    Returns:
        JSON.
    """
    chat = who.chat
    return {
        "id": who.id,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "name": who.name,
        "username": who.username,
        "started": who.started,
        "blocked": who.blocked,
        "revision": chat.revision,
        "unread": chat.unread(),
        "read": chat.read,
        "typing": _typing(world, chat),
        "keyboard": _keyboard(chat),
        "placeholder": chat.placeholder,
        "pinned": chat.pinned,
        "commands": [command.written() for command in world.commands.seen_by(who)],
    }


def chat(world: World, who: Person, since: int = 0) -> dict[str, Any]:
    """A person's phone with the messages that have changed.

    Args:
        world: where.
        who: whose phone.
        since: count of changes from which on messages and answers are shown; 0 for all.

    Returns:
        JSON; a message that has gone is there too, marked, if it went since then.
    """
    messages = [one for one in who.chat.messages if one.revision > since and (since or not one.deleted)]
    toasts = [toast for toast in who.chat.toasts if toast.revision > since]
    return person(world, who) | {
        "messages": [message(world, one) for one in messages],
        "toasts": [
            {
                "query": toast.query,
                "message": toast.message,
                "text": toast.text,
                "alert": toast.alert,
                "url": toast.url,
                "revision": toast.revision,
            }
            for toast in toasts
        ],
    }


def message(world: World, one: Message) -> dict[str, Any]:
    """A message as it looks.

    Args:
        world: where.
        one: the message.

    Returns:
        JSON; the media as the Bot API writes them.
    """
    rows = one.markup.rows if one.markup is not None else ()
    return {
        "number": one.number,
        "from_bot": one.from_bot,
        "date": one.date,
        "edited": one.edited is not None,
        "deleted": one.deleted,
        "revision": one.revision,
        "kind": str(one.content.kind),
        "text": one.content.text,
        "entities": [wire.entity(world, span) for span in one.content.entities],
        "html": render(one.content.text, one.content.entities),
        "media": one.content.media,
        "buttons": [[_button(button) for button in row] for row in rows],
        "album": one.album,
        "reply_to": one.reply_to,
        "reaction": one.reaction,
    }


def _button(button: Button) -> dict[str, Any]:
    return {
        "text": button.text,
        "data": button.data,
        "url": button.url or button.web_app,
        "copied": button.copied,
        "style": button.style,
    }


def _typing(world: World, chat: Chat) -> str | None:
    if chat.typing is None or chat.typing[1] <= world.clock.now():
        return None
    return chat.typing[0]


def _keyboard(chat: Chat) -> list[list[dict[str, Any]]] | None:
    if chat.keyboard is None:
        return None
    return [[{"text": key.text, "request": key.request} for key in row] for row in chat.keyboard.rows]


def dump(world: World) -> dict[str, Any]:
    """Everything that the sandbox remembers, for whoever looks for a mistake.

    Args:
        world: the sandbox.

    Returns:
        JSON.
    """
    hook = world.webhook
    return {
        "bot": wire.me(world.bot),
        "now": world.clock.now(),
        "revision": world.revision,
        "generation": world.generation,
        "people": [chat(world, who) for who in world.people.values()],
        "pending_updates": world.updates.pending,
        "allowed_updates": list(world.updates.allowed),
        "webhook": None if hook is None else {"url": hook.url, "failure": hook.failure},
        "faults": [fault.written() for fault in world.faults.ordered],
        "queries": [
            {"id": query.id, "person": query.person, "message": query.message, "answered": query.answered}
            for query in world.queries.values()
        ],
        "files": len(world.files),
    }
