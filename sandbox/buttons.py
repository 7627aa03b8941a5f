"""Buttons under messages: finding the one that somebody means, and pressing it."""

from dataclasses import dataclass

from sandbox import wire
from sandbox.acts import Done, unblocked
from sandbox.chats import Message, Person
from sandbox.journal import Event
from sandbox.keyboards import Button
from sandbox.refusals import CannotAct
from sandbox.world import Query, World


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button is.

    Args:
        message: number of the message that it is under.
        row: from 0.
        column: from 0.
    """

    message: int
    row: int
    column: int


def find(person: Person, label: str = "", data: str | None = None, message: int | None = None) -> Place:
    """The button with this label in the newest message that has one.

    Args:
        person: whose phone.
        label: the label, or a part of it that only one button of the message has; empty for any.
        data: what the button sends to the bot; ``None`` for any.
        message: number of the message; ``None`` for the newest that has such a button.

    Returns:
        Where it is.

    Raises:
        CannotAct: there is none, or several in the same message.
    """
    for one in reversed(person.chat.present()):
        if message is not None and one.number != message:
            continue
        places = _matching(one, label, data)
        if len(places) > 1:
            raise CannotAct(
                "several_buttons", f"message {one.number} has {len(places)} buttons with «{label}»"
            )
        if places:
            return places[0]
    wanted = f"«{label}»" if data is None else f"with the data {data}"
    raise CannotAct("no_button", f"no message has a button {wanted}")


def press(world: World, person: Person, place: Place) -> Done:
    """Presses a button under a message.

    A button of a message that has just gone still works: the phone may not have heard of it.

    Args:
        world: where.
        person: who.
        place: which button.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such button.
    """
    message = person.chat.ever(place.message)
    rows = message.markup.rows if message is not None and message.markup is not None else ()
    if message is None or not (0 <= place.row < len(rows) and 0 <= place.column < len(rows[place.row])):
        raise CannotAct("no_button", f"message {place.message} has no such button (any more)")
    button: Button = rows[place.row][place.column]
    if button.data is None:
        revision = _touched(world, person, message, button.text)
        return Done(revision, opened=button.url or button.web_app or "", copied=button.copied or "")
    return _called_back(world, person, message, button.text, button.data)


def forge(world: World, person: Person, number: int, data: str) -> Done:
    """Sends what no button of the message sends: an old screen's button, or what a changed client makes up.

    Args:
        world: where.
        person: who.
        number: of a message in their chat.
        data: what is sent to the bot.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such message.
    """
    message = person.chat.ever(number)
    if message is None:
        raise CannotAct("no_message", f"there is no message {number}")
    return _called_back(world, person, message, data, data)


def _called_back(world: World, person: Person, message: Message, label: str, data: str) -> Done:
    revision = _touched(world, person, message, label)
    query = Query(world.opaque("query"), person.id, message.number, world.clock.now())
    world.queries[query.id] = query
    world.notify("callback_query", wire.callback_query(world, person, query, data))
    return Done(revision, query=query.id)


def _touched(world: World, person: Person, message: Message, label: str) -> int:
    unblocked(person)
    person.chat.read = len(person.chat.messages)
    revision = world.touch(person)
    world.log(person, Event.PRESSED, message.number, label, by_bot=False)
    return revision


def _matching(message: Message, label: str, data: str | None) -> list[Place]:
    rows = message.markup.rows if message.markup is not None else ()
    placed = [
        (Place(message.number, row, column), button)
        for row, buttons in enumerate(rows)
        for column, button in enumerate(buttons)
        if _means(button, label, data)
    ]
    exact = [place for place, button in placed if button.text == label]
    return exact or [place for place, _ in placed]


def _means(button: Button, label: str, data: str | None) -> bool:
    return label in button.text and (data is None or button.data == data)
