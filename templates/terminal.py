"""A message of the chat as plain text for a terminal, with its buttons as signs and numbers that are typed."""

import html
import re
from dataclasses import dataclass

from templates.keyboard import SEPARATOR
from templates.render import Message

SIGNS = {"back": "<", "skip": "!", "done": "=", "submit": "=", "review": "*", "clear": "~", "leave": ":q"}
"""What is typed for the buttons that many screens have; the others are numbered."""

HELP = "?"

_QUOTE = re.compile(r"<blockquote(?: expandable)?>(.*?)</blockquote>", re.DOTALL)
_TAG = re.compile(r"</?[a-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Typed:
    """A screen in a terminal.

    Args:
        text: with the buttons under it.
        numbered: what the numbered buttons do, each with its argument; the first is ``#1``.
    """

    text: str
    numbered: tuple[tuple[str, str], ...]


def typed(message: Message, talk: str) -> Typed:
    """A message as text.

    Args:
        message: as the chat would get it.
        talk: the conversation whose buttons can be pressed here; others are left out.
    """
    lines = [plain(message.text), ""]
    numbered: list[tuple[str, str]] = []
    for row in message.rows:
        shown = []
        for button in row:
            own, do, _, _, argument = (button.data or SEPARATOR * 4).split(SEPARATOR)
            if own != talk:
                continue
            sign = SIGNS.get(do)
            if sign is None:
                numbered.append((do, argument))
                sign = f"#{len(numbered)}"
            shown.append(f"[{sign}] {button.label}")
        if shown:
            lines.append("  ".join(shown))
    return Typed("\n".join(lines), tuple(numbered))


def plain(text: str) -> str:
    """Telegram's HTML as plain text; a quotation has a line at its left."""

    def quoted(found: re.Match[str]) -> str:
        return "\n".join(f"│ {line}" for line in found[1].splitlines())

    return html.unescape(_TAG.sub("", _QUOTE.sub(quoted, text)))
