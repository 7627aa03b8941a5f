"""The lines ``key: value`` of which the texts of the protocol consist, read byte by byte."""

import re

from rules.errors import Refused

HASH = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 as the protocol writes it."""

NUMBER = re.compile(r"0|[1-9][0-9]{0,11}")
"""A whole number with one spelling and an end."""


class Record:
    """A text, read line by line; what is not as it must be is refused with its line.

    Args:
        text: UTF-8 text with LF line ends, one at the end.
        code: of the refusal; its details are ``line``, from 1, and ``expected``.
    """

    def __init__(self, text: str, code: str) -> None:
        self._code = code
        self._lines = text.split("\n")
        self._line = 0

    def header(self, wanted: str) -> None:
        """Read the line that names the protocol."""
        if self._next() != wanted:
            raise self.refusal(wanted)

    def value(self, key: str, form: str) -> str:
        """Read the line of a key.

        Args:
            key: what must stand before the colon.
            form: what is expected after it, for the refusal.
        """
        start = f"{key}: "
        line = self._next()
        if not line.startswith(start):
            raise self.refusal(start + form)
        return line.removeprefix(start)

    def matching(self, key: str, form: str, pattern: re.Pattern[str]) -> str:
        """Read the line of a key whose whole value must match."""
        value = self.value(key, form)
        if not pattern.fullmatch(value):
            raise self.refusal(f"{key}: {form}")
        return value

    def comes(self, key: str) -> bool:
        """Whether the next line is of this key."""
        return self._line < len(self._lines) and self._lines[self._line].startswith(f"{key}: ")

    def end(self) -> None:
        """The text ends here, with its one LF."""
        if self._lines[self._line :] != [""]:
            self._line += 1
            raise self.refusal("LF, EOF")

    def refusal(self, expected: str) -> Refused:
        """What to raise about the line that was read last."""
        return Refused(self._code, line=self._line, expected=expected)

    def _next(self) -> str:
        self._line += 1
        # The last piece has no LF after it, so it is no line.
        return self._lines[self._line - 1] if self._line < len(self._lines) else ""
