"""Who has a phone in the sandbox."""

from collections.abc import Mapping
from typing import Any

from sandbox.chats import Person
from sandbox.refusals import CannotAct
from sandbox.world import World

_FIELDS = {"id", "first_name", "last_name", "username", "language", "started"}


def enrol(world: World, values: Mapping[str, Any]) -> Person:
    """Adds a person, or finds the one who has this number.

    Args:
        world: where.
        values: ``id``, ``first_name``, and if wanted ``last_name``, ``username``, ``language``, ``started``
            (true if they have written to the bot before, so that it may write to them).

    Returns:
        The person. Somebody who is there already stays as they are.

    Raises:
        CannotAct: a field is missing, unknown, or of the wrong type; the number or the name is somebody else's.
    """
    unknown = sorted(set(values) - _FIELDS)
    if unknown:
        raise CannotAct(
            "wrong_person", f"«{unknown[0]}» means nothing here; there is {', '.join(sorted(_FIELDS))}"
        )
    number, started = values.get("id"), values.get("started", False)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 1 << 52:
        raise CannotAct("wrong_person", "«id» must be a positive whole number")
    if number == world.bot.id:
        raise CannotAct("wrong_person", f"{number} is the bot itself")
    if not isinstance(started, bool):
        raise CannotAct("wrong_person", "«started» must be true or false")
    texts = {name: values.get(name, "") for name in ("first_name", "last_name", "username")}
    texts["language"] = values.get("language", "zh-hans")
    for name, text in texts.items():
        if not isinstance(text, str):
            raise CannotAct("wrong_person", f"«{name}» must be a text")
    if number in world.people:
        return world.people[number]
    if not texts["first_name"].strip():
        raise CannotAct("wrong_person", "«first_name» must not be empty")
    taken = {who.username.lower() for who in world.people.values() if who.username}
    if texts["username"].lower() in taken:
        raise CannotAct("wrong_person", f"«{texts['username']}» is somebody else's username")
    person = Person(number, started=started, **texts)
    world.people[number] = person
    world.touch(person)
    return person
