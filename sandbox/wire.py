"""People, chats and messages as the Bot API writes them."""

from typing import Any

from sandbox.chats import Kind, Message, Person
from sandbox.entities import Entity, Style, written
from sandbox.world import Bot, Query, World

_REACTIONS_SHOWN = 11


def bot(who: Bot) -> dict[str, Any]:
    """JSON of the bot as a User."""
    return {"id": who.id, "is_bot": True, "first_name": who.first_name, "username": who.username}


def me(who: Bot) -> dict[str, Any]:
    """JSON of the bot as getMe gives it."""
    abilities = (
        "can_read_all_group_messages",
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
    )
    return bot(who) | {"can_join_groups": True} | dict.fromkeys(abilities, False)


def user(person: Person) -> dict[str, Any]:
    """JSON of a person as a User."""
    return {"id": person.id, "is_bot": False, **_names(person), "language_code": person.language}


def chat(person: Person) -> dict[str, Any]:
    """JSON of a private Chat."""
    return {"id": person.id, **_names(person), "type": "private"}


def full_chat(world: World, person: Person) -> dict[str, Any]:
    """JSON of a private chat as getChat gives it."""
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    fields = chat(person) | {
        "accepted_gift_types": dict.fromkeys(gifts, False),
        "max_reaction_count": _REACTIONS_SHOWN,
        "accent_color_id": person.id % 7,
    }
    if person.username:
        fields["active_usernames"] = [person.username]
    pinned = person.chat.find(person.chat.pinned or 0)
    if pinned is not None:
        fields["pinned_message"] = message(world, person, pinned, reply=False)
    return fields


def message(world: World, person: Person, one: Message, *, reply: bool = True) -> dict[str, Any]:
    """JSON of a Message.

    Args:
        world: where it is.
        person: whose chat.
        one: the message.
        reply: whether the message that it answers is put in.
    """
    fields: dict[str, Any] = {
        "message_id": one.number,
        "from": bot(world.bot) if one.from_bot else user(person),
        "chat": chat(person),
        "date": one.date,
    }
    if one.edited is not None:
        fields["edit_date"] = one.edited
    answered = person.chat.find(one.reply_to) if one.reply_to and reply else None
    if answered is not None:
        fields["reply_to_message"] = message(world, person, answered, reply=False)
    if one.album is not None:
        fields["media_group_id"] = one.album
    text, spans = ("text", "entities") if one.content.kind is Kind.TEXT else ("caption", "caption_entities")
    if one.content.text:
        fields[text] = one.content.text
    if one.content.entities:
        fields[spans] = [entity(world, span) for span in one.content.entities]
    if one.content.preview is not None:
        fields["link_preview_options"] = one.content.preview
    fields |= one.content.media
    if one.markup is not None:
        fields["reply_markup"] = one.markup.written()
    return fields


def entity(world: World, span: Entity) -> dict[str, Any]:
    """JSON of a MessageEntity, with the user whom it means."""
    fields = written(span)
    if span.style is Style.TEXT_MENTION and span.user is not None:
        fields["user"] = user(world.people[span.user])
    return fields


def callback_query(world: World, person: Person, query: Query, data: str) -> dict[str, Any]:
    """JSON of a CallbackQuery; the message is inaccessible if it is gone by now.

    Args:
        world: where it is.
        person: who pressed.
        query: the press.
        data: of the button.
    """
    present = person.chat.find(query.message)
    gone = {"chat": chat(person), "message_id": query.message, "date": 0}
    return {
        "id": query.id,
        "from": user(person),
        "message": gone if present is None else message(world, person, present),
        "chat_instance": str((person.id * 2_654_435_761) % (1 << 63)),
        "data": data,
    }


def my_chat_member(world: World, person: Person, *, blocked: bool) -> dict[str, Any]:
    """JSON of a ChatMemberUpdated: the person has blocked or unblocked the bot.

    Args:
        world: where it is.
        person: who did.
        blocked: what holds now.
    """
    member = {"user": bot(world.bot), "status": "member"}
    kicked = {"user": bot(world.bot), "status": "kicked", "until_date": 0}
    return {
        "chat": chat(person),
        "from": user(person),
        "date": world.now(),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }


def _names(person: Person) -> dict[str, Any]:
    fields = {"first_name": person.first_name}
    if person.last_name:
        fields["last_name"] = person.last_name
    if person.username:
        fields["username"] = person.username
    return fields
