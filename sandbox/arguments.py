"""What a bot asks with: one method's parameters, checked by name and type before anything is done."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sandbox.refusals import bad_request, stricter

_YES_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Type(StrEnum):
    """What a parameter is."""

    INTEGER = "Integer"
    NUMBER = "Float"
    BOOLEAN = "Boolean"
    STRING = "String"
    JSON = "JSON"
    FILE = "InputFile or String"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request.

    Args:
        name: file name.
        mime: media type.
        content: the bytes.
    """

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came.

    Args:
        method: name of the method, as the bot wrote it.
        values: parameters: texts of a form, any JSON of a JSON body.
        uploads: files by the name of their part.
    """

    method: str
    values: Mapping[str, object]
    uploads: Mapping[str, Upload]


class Arguments:
    """The parameters of one call, of the types that the method has declared.

    Args:
        declared: what the method takes.
        call: the request.

    Raises:
        ApiRefused: a parameter that the method does not have, or that is of another type. Telegram ignores the
            first and reads the second as zero, which hides mistakes.
    """

    def __init__(self, declared: Mapping[str, Type], call: Call) -> None:
        self.method = call.method
        self._uploads = call.uploads
        self._used: set[str] = set()
        self._values: dict[str, object] = {}
        for name, value in call.values.items():
            if name not in declared:
                raise stricter(f'unknown or unsupported parameter "{name}" of {call.method}')
            if value is not None and value != "":
                self._values[name] = _typed(name, declared[name], value)
        for name in _files(declared):
            if name in call.uploads and name not in self._values:
                self._values[name] = call.uploads[name]
                self._used.add(name)

    def has(self, name: str) -> bool:
        """Whether a parameter was given and is not empty."""
        return name in self._values

    def string(self, name: str) -> str:
        """A text, empty if it was not given."""
        value = self._values.get(name, "")
        return value if isinstance(value, str) else ""

    def required(self, name: str) -> str:
        """A text that must be given.

        Raises:
            ApiRefused: it was not.
        """
        if not self.has(name):
            raise bad_request(f'Parameter "{name}" is required')
        return self.string(name)

    def integer(self, name: str) -> int | None:
        """A whole number, ``None`` if it was not given."""
        value = self._values.get(name)
        return value if isinstance(value, int) else None

    def number(self, name: str) -> float | None:
        """A number, ``None`` if it was not given."""
        value = self._values.get(name)
        return float(value) if isinstance(value, int | float) else None

    def flag(self, name: str) -> bool:
        """Yes or no, no if it was not given."""
        return self._values.get(name) is True

    def json(self, name: str) -> object:
        """JSON, as text or as an object; ``None`` if it was not given."""
        return self._values.get(name)

    def file(self, name: str) -> Upload | str | None:
        """A file: uploaded with the request, or an identifier; ``None`` if it was not given."""
        value = self._values.get(name)
        if isinstance(value, Upload):
            return value
        return self.attached(value) if isinstance(value, str) else None

    def attached(self, value: str) -> Upload | str | None:
        """A file that is named inside a parameter.

        Args:
            value: ``attach://PART`` or an identifier.

        Returns:
            The upload, the identifier, or ``None`` if there is no such part.
        """
        if not value.startswith("attach://"):
            return value or None
        part = value.removeprefix("attach://")
        self._used.add(part)
        return self._uploads.get(part)

    def finished(self) -> None:
        """Says that all files have been asked for.

        Raises:
            ApiRefused: a file came that nothing refers to; Telegram would drop it.
        """
        unused = sorted(set(self._uploads) - self._used)
        if unused:
            raise stricter(f'nothing in this {self.method} refers to the uploaded file "{unused[0]}"')


def _files(declared: Mapping[str, Type]) -> Iterable[str]:
    return (name for name, kind in declared.items() if kind is Type.FILE)


def _typed(name: str, kind: Type, value: object) -> object:
    typed: object = None
    if kind is Type.JSON:
        return value
    if kind in (Type.STRING, Type.FILE):
        plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        typed = str(value) if plain else None
    elif kind is Type.BOOLEAN:
        typed = value if isinstance(value, bool) else _YES_NO.get(str(value).lower())
    elif not isinstance(value, bool) and isinstance(value, str | int | float):
        typed = _integer(value) if kind is Type.INTEGER else _number(value)
    if typed is None:
        raise stricter(f'parameter "{name}" must be of type {kind}')
    return typed


def _integer(value: str | float) -> int | None:
    if isinstance(value, str):
        return int(value) if value.strip().removeprefix("-").isdecimal() else None
    return int(value) if float(value).is_integer() else None


def _number(value: str | float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
