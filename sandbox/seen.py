"""What a scripted person sees on their phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SeenButton:
    """A button under a message.

    Args:
        text: its label.
        data: what a press sends to the bot; ``None`` if it does something else.
        url: what a press opens.
        style: ``primary``, ``danger``, ``success`` or ``None``.
    """

    text: str
    data: str | None
    url: str | None
    style: str | None


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message as the phone shows it.

    Args:
        number: in the chat, from 1.
        from_bot: whether the bot sent it.
        date: Unix seconds.
        edited: whether it carries the mark of an edit.
        revision: the sandbox's count of changes when it last changed.
        kind: ``text``, ``photo``, ``document`` and so on.
        text: the text or the caption, without formatting.
        html: the same with formatting.
        entities: the formatting as the Bot API writes it.
        buttons: rows of buttons under it.
        media: fields of the Bot API that hold the file or the place.
        album: what the items of one album share; ``None`` if it is alone.
        reply_to: number of the message that it answers.
        reaction: emoji that the bot has put on it.
    """

    number: int
    from_bot: bool
    date: int
    edited: bool
    revision: int
    kind: str
    text: str
    html: str
    entities: tuple[Mapping[str, Any], ...]
    buttons: tuple[tuple[SeenButton, ...], ...]
    media: Mapping[str, Any]
    album: str | None
    reply_to: int | None
    reaction: str | None

    @property
    def labels(self) -> list[str]:
        """Labels of all buttons, in order."""
        return [button.text for row in self.buttons for button in row]


@dataclass(frozen=True, slots=True)
class SeenToast:
    """How the bot answered a press.

    Args:
        query: identifier of the press.
        message: number of the message with the button.
        text: what the phone shows for a moment; empty if nothing.
        alert: whether it has to be closed by hand.
        url: what the phone opens instead.
        revision: the sandbox's count of changes at that moment.
    """

    query: str
    message: int
    text: str
    alert: bool
    url: str
    revision: int


def message(fields: Mapping[str, Any]) -> SeenMessage:
    """Reads a message.

    Args:
        fields: JSON, as `sandbox.sight.message` writes it.

    Returns:
        The message.
    """
    rows = tuple(
        tuple(SeenButton(one["text"], one["data"], one["url"], one["style"]) for one in row)
        for row in fields["buttons"]
    )
    return SeenMessage(
        number=fields["number"],
        from_bot=fields["from_bot"],
        date=fields["date"],
        edited=fields["edited"],
        revision=fields["revision"],
        kind=fields["kind"],
        text=fields["text"],
        html=fields["html"],
        entities=tuple(fields["entities"]),
        buttons=rows,
        media=fields["media"],
        album=fields["album"],
        reply_to=fields["reply_to"],
        reaction=fields["reaction"],
    )


def toast(fields: Mapping[str, Any]) -> SeenToast:
    """Reads the answer to a press.

    Args:
        fields: JSON, as `sandbox.sight.chat` writes it.

    Returns:
        The answer.
    """
    return SeenToast(**fields)
