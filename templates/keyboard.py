"""Buttons under a message, as plain values: whoever sends them turns them into their library's types."""

from dataclasses import dataclass, field

from markupsafe import Markup

CALLBACK_DATA_BYTES = 64
"""Telegram's limit (https://core.telegram.org/bots/api#inlinekeyboardbutton); a Chinese character takes three."""

SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: either pressed (``data``) or followed (``url``)."""

    label: str
    data: str | None = None
    url: str | None = None


def press(label: str, talk: str, do: str, key: int = 0, *, rev: int = 0, arg: str | int = "") -> Button:
    """A button that a conversation answers.

    Args:
        label: what it says.
        talk: which conversation; the prefix of its press in ``handlers/presses.py``.
        do: what to do.
        key: the id of what it is done to.
        rev: the revision that the person saw; an older one brings the current screen back.
        arg: one more value; ids and positions only, because the client can send anything.

    Raises:
        ValueError: the packed data is over Telegram's limit or holds the separator: a fault of ours, not of a person.
    """
    data = SEPARATOR.join((talk, do, str(key), str(rev), str(arg)))
    if len(data.encode()) > CALLBACK_DATA_BYTES or data.count(SEPARATOR) != 4:
        raise ValueError(f"callback data does not fit: {data!r}")
    return Button(label, data=data)


def link(label: str, url: str) -> Button:
    """A button that opens an address."""
    return Button(label, url=url)


def handed_over(rows: list[list[Button]], talk: str, to: str) -> list[list[Button]]:
    """The buttons of one conversation's screen for another that shows it; buttons of a third are left out.

    Args:
        rows: as the template laid them out.
        talk: whose buttons they are.
        to: who answers them.
    """
    taken = (
        [
            Button(button.label, data=to + button.data.removeprefix(talk))
            for button in row
            if button.data is not None and button.data.startswith(talk + SEPARATOR)
        ]
        for row in rows
    )
    return [row for row in taken if row]


@dataclass(slots=True)
class Keyboard:
    """Gathers the rows that a template lays out; each call leaves nothing in the text."""

    rows: list[list[Button]] = field(default_factory=list)

    def row(self, *buttons: Button) -> Markup:
        """Add a row."""
        self.rows.append(list(buttons))
        return Markup("")

    def grid(self, buttons: list[Button], most: int) -> Markup:
        """Add rows of at most so many buttons, as even as they go: 25 by at most 6 is five rows of five."""
        rows = -(-len(buttons) // most)
        columns = -(-len(buttons) // rows) if rows else most
        for start in range(0, len(buttons), columns):
            self.rows.append(buttons[start : start + columns])
        return Markup("")
