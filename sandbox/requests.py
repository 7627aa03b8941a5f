"""Reading what a page or a script asks the sandbox for."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.arguments import Upload
from sandbox.chats import Person
from sandbox.refusals import CannotAct
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of a request, and its files in order.

    Args:
        values: JSON by name; texts if it came as a form.
        uploads: files.
    """

    values: Mapping[str, Any]
    uploads: list[Upload] = field(default_factory=list)

    def only(self, known: Iterable[str]) -> None:
        """Refuses what nobody will look at.

        Args:
            known: names that have a meaning.

        Raises:
            CannotAct: there is another.
        """
        others = sorted(set(self.values) - set(known))
        if others:
            raise CannotAct(
                "wrong_request", f"«{others[0]}» means nothing here; there is {', '.join(sorted(known))}"
            )

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it has to be there."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise CannotAct("wrong_request", f"«{name}» must be a text")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A number; without a default it has to be there."""
        value = self.values.get(name, default)
        try:
            number = float(value) if isinstance(value, int | float | str) else math.nan
        except ValueError:
            number = math.nan
        if isinstance(value, bool) or not math.isfinite(number):
            raise CannotAct("wrong_request", f"«{name}» must be a number")
        return number

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number; without a default it has to be there."""
        number = self.number(name, default)
        if not number.is_integer():
            raise CannotAct("wrong_request", f"«{name}» must be a whole number")
        return int(number)

    def optional_whole(self, name: str) -> int | None:
        """A whole number, or ``None`` if it is not there."""
        return None if self.values.get(name) is None else self.whole(name)

    def flag(self, name: str) -> bool:
        """Yes or no; no if it is not there."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise CannotAct("wrong_request", f"«{name}» must be true or false")
        return value


async def body_of(request: web.Request) -> Body:
    """Reads a JSON object, or a form with files.

    Args:
        request: from the page or a script.

    Returns:
        Its fields and files.

    Raises:
        CannotAct: neither.
    """
    if request.content_type == "multipart/form-data":
        return await _form(request)
    if not request.can_read_body:
        return Body({})
    try:
        values = await request.json()
    except ValueError:
        raise CannotAct("wrong_request", "the body is no JSON") from None
    if not isinstance(values, dict):
        raise CannotAct("wrong_request", "the body is no JSON object")
    return Body(values)


def person_of(request: web.Request, world: World) -> Person:
    """The person whose number is in the address.

    Args:
        request: with ``id`` in its path.
        world: where to look.

    Returns:
        The person.

    Raises:
        CannotAct: there is nobody with this number.
    """
    number = request.match_info["id"]
    person = world.people.get(int(number)) if number.isdecimal() else None
    if person is None:
        raise CannotAct("no_person", f"there is nobody with the number {number}")
    return person


async def _form(request: web.Request) -> Body:
    values: dict[str, Any] = {}
    uploads: list[Upload] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise CannotAct("wrong_request", "a part of the form cannot be read")
            content = bytes(await part.read())
            if part.filename is None:
                values[part.name] = content.decode()
            else:
                uploads.append(Upload(part.filename, part.headers.get("Content-Type", ""), content))
    except ValueError:
        raise CannotAct("wrong_request", "the form cannot be read") from None
    return Body(values, uploads)
