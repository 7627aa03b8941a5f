"""Reading JSON from a bot field by field, with Telegram's words for what is wrong.

Source of the texts: tdlib, JsonObject::get_required_string_field and its kin.
"""

import json
from typing import Any, NoReturn

from sandbox.refusals import bad_request, stricter


def decoded(value: object, what: str) -> Any:
    """A parameter that is JSON: a string of it, or already an object in a JSON body.

    Args:
        value: what came over the wire.
        what: how Telegram calls it, as in «can't parse reply keyboard markup JSON object».

    Returns:
        Any JSON value.

    Raises:
        ApiRefused: a string that is no JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"Can't parse {what} JSON object") from None


class Fields:
    """The fields of one JSON object; what is never asked for is found out at the end.

    Args:
        value: any JSON value.
        expected: what Telegram says if it is no object.
        within: put before every complaint, as in «can't parse inline keyboard button: ».
    """

    def __init__(self, value: object, expected: str, within: str = "") -> None:
        if not isinstance(value, dict):
            raise bad_request(within + expected)
        self._fields: dict[str, Any] = value
        self._within = within
        self._asked: set[str] = set()

    def refuse(self, text: str) -> NoReturn:
        """Complains about this object.

        Args:
            text: what is wrong.

        Raises:
            ApiRefused: always.
        """
        raise bad_request(self._within + text)

    def has(self, name: str) -> bool:
        """Whether a field is there and not null."""
        self._asked.add(name)
        return self._fields.get(name) is not None

    def raw(self, name: str) -> Any:
        """A field as it is; ``None`` if it is missing."""
        self._asked.add(name)
        return self._fields.get(name)

    def string(self, name: str) -> str:
        """A text, empty if it is missing; a number is taken for a text, as Telegram does."""
        value = self.raw(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse(f'Field "{name}" must be of type String')
        return str(value)

    def required_string(self, name: str) -> str:
        """A text that must be there; it may be empty."""
        if not self.has(name):
            self.refuse(f'Can\'t find field "{name}"')
        return self.string(name)

    def flag(self, name: str) -> bool:
        """Yes or no; no if it is missing."""
        value = self.raw(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            self.refuse(f'Field "{name}" must be of type Boolean')
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, or a text of one; ``None`` if it is missing."""
        value = self.raw(name)
        if isinstance(value, str) and value.removeprefix("-").isdecimal():
            return int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.refuse(f'Field "{name}" must be a valid Number')
        return value

    def required_integer(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.integer(name)
        if value is None:
            self.refuse(f'Can\'t find field "{name}"')
        return value

    def array(self, name: str) -> list[Any] | None:
        """A list; ``None`` if it is missing."""
        value = self.raw(name)
        if value is not None and not isinstance(value, list):
            self.refuse(f'Field "{name}" must be of type Array')
        return value

    def done(self, what: str) -> None:
        """Says that all fields have been asked for.

        Args:
            what: the object's type.

        Raises:
            ApiRefused: it has others; Telegram would ignore them.
        """
        others = sorted(name for name in self._fields if name not in self._asked)
        if others:
            raise stricter(f'unknown or unsupported field "{others[0]}" of {what}')
