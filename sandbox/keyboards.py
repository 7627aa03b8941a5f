"""Buttons under a message and the keyboard in place of the phone's own."""

from dataclasses import dataclass
from typing import Any

from sandbox.fields import Fields, decoded
from sandbox.limits import CALLBACK_BYTES, KEYBOARD_BUTTONS, ROW_BUTTONS
from sandbox.links import WrongLink, checked
from sandbox.refusals import bad_request, stricter

_STYLES = ("primary", "danger", "success")
_PLACEHOLDER_CHARACTERS = 64
_COPY_CHARACTERS = 256


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; exactly one of data, url, web_app and copied is set.

    Args:
        text: its label.
        data: what a press sends to the bot.
        url: what a press opens.
        web_app: page that a press opens inside Telegram.
        copied: what a press copies.
        style: ``primary``, ``danger``, ``success`` or nothing.
    """

    text: str
    data: str | None = None
    url: str | None = None
    web_app: str | None = None
    copied: str | None = None
    style: str | None = None

    def written(self) -> dict[str, Any]:
        """JSON of an InlineKeyboardButton."""
        fields: dict[str, Any] = {"text": self.text}
        if self.data is not None:
            fields["callback_data"] = self.data
        if self.url is not None:
            fields["url"] = self.url
        if self.web_app is not None:
            fields["web_app"] = {"url": self.web_app}
        if self.copied is not None:
            fields["copy_text"] = {"text": self.copied}
        if self.style is not None:
            fields["style"] = self.style
        return fields


@dataclass(frozen=True, slots=True)
class InlineKeyboard:
    """Rows of buttons under a message."""

    rows: tuple[tuple[Button, ...], ...]

    def written(self) -> dict[str, Any]:
        """JSON of an InlineKeyboardMarkup."""
        return {"inline_keyboard": [[button.written() for button in row] for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a reply keyboard.

    Args:
        text: its label, and what a press says.
        request: ``contact`` or ``location`` if a press sends that instead.
    """

    text: str
    request: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyKeyboard:
    """Keys in place of the phone's keyboard.

    Args:
        rows: the keys.
        resize: whether it is only as high as it needs to be.
        one_time: whether a press hides it.
        persistent: whether it stays when the phone's own keyboard is hidden.
        placeholder: what the empty input line says.
    """

    rows: tuple[tuple[Key, ...], ...]
    resize: bool = False
    one_time: bool = False
    persistent: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class NoKeyboard:
    """The reply keyboard goes away."""


@dataclass(frozen=True, slots=True)
class ForceReply:
    """The input line opens as an answer to this message.

    Args:
        placeholder: what the empty input line says.
    """

    placeholder: str = ""


Markup = InlineKeyboard | ReplyKeyboard | NoKeyboard | ForceReply


def parse(value: object) -> Markup | None:
    """Reads a ``reply_markup``.

    Args:
        value: JSON, as text or already an object; ``None`` if there is none.

    Returns:
        The keyboard, or ``None`` if there are no buttons.

    Raises:
        ApiRefused: Telegram's reason.

    Source: telegram-bot-api, Client::get_reply_markup; tdlib, get_reply_markup; Bot API, the four types.
    """
    if value is None:
        return None
    fields = Fields(decoded(value, "reply keyboard markup"), "Object expected as reply markup")
    fields.flag("selective")
    if fields.has("keyboard"):
        markup: Markup | None = _reply_keyboard(fields)
    elif fields.has("inline_keyboard"):
        markup = _inline_keyboard(fields)
    elif fields.flag("remove_keyboard"):
        markup = NoKeyboard()
    elif fields.flag("force_reply"):
        markup = ForceReply(_placeholder(fields))
    else:
        markup = None
    fields.done("the reply markup")
    return markup


def parse_inline(value: object) -> InlineKeyboard | None:
    """Reads the ``reply_markup`` of an edit, which can only have buttons under the message.

    Args:
        value: JSON, as text or already an object; ``None`` if there is none.

    Returns:
        The keyboard, or ``None`` if there are no buttons.

    Raises:
        ApiRefused: another kind of keyboard, or Telegram's reason.
    """
    markup = parse(value)
    if markup is not None and not isinstance(markup, InlineKeyboard):
        raise bad_request("Inline keyboard expected")
    return markup


def _rows(fields: Fields, name: str, complaint: str) -> list[list[Any]]:
    rows = fields.array(name) or []
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    kept = [row for row in rows if row]
    if sum(len(row) for row in kept) > KEYBOARD_BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(row) > ROW_BUTTONS for row in kept):
        raise stricter(f"a row of a keyboard shows {ROW_BUTTONS} buttons at most")
    return kept


def _inline_keyboard(fields: Fields) -> InlineKeyboard | None:
    complaint = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    rows = _rows(fields, "inline_keyboard", complaint)
    keyboard = InlineKeyboard(tuple(tuple(_button(button) for button in row) for row in rows))
    if any(
        button.data and len(button.data.encode()) > CALLBACK_BYTES for row in keyboard.rows for button in row
    ):
        raise bad_request("BUTTON_DATA_INVALID")
    return keyboard if keyboard.rows else None


def _button(value: object) -> Button:
    within = "Can't parse inline keyboard button: "
    fields = Fields(value, "InlineKeyboardButton must be an Object", within)
    text = fields.required_string("text")
    style = fields.string("style").lower()
    if style and style != "default" and style not in _STYLES:
        fields.refuse("invalid button style specified")
    look = style if style in _STYLES else None
    url, data = fields.string("url"), fields.string("callback_data")
    if url:
        button = Button(text, url=_link(url), style=look)
    elif data:
        button = Button(text, data=data, style=look)
    elif fields.has("web_app"):
        inner = Fields(fields.raw("web_app"), 'Field "web_app" must be of type Object', within)
        button = Button(text, web_app=_link(inner.required_string("url"), https_only=True), style=look)
    elif fields.has("copy_text"):
        inner = Fields(fields.raw("copy_text"), 'Field "copy_text" must be of type Object', within)
        button = Button(text, copied=inner.required_string("text"), style=look)
        if not 1 <= len(button.copied or "") <= _COPY_CHARACTERS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    else:
        fields.done("InlineKeyboardButton")
        fields.refuse("Text buttons are unallowed in the inline keyboard")
    if not text.strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    fields.done("InlineKeyboardButton")
    return button


def _link(url: str, *, https_only: bool = False) -> str:
    try:
        return checked(url, https_only=https_only)
    except WrongLink as wrong:
        kind = "Web App " if https_only else ""
        raise bad_request(f"Inline keyboard button {kind}URL '{url}' is invalid: {wrong.reason}") from None


def _reply_keyboard(fields: Fields) -> ReplyKeyboard | None:
    rows = _rows(fields, "keyboard", 'Field "keyboard" must be an Array of Arrays')
    keyboard = ReplyKeyboard(
        rows=tuple(tuple(_key(key) for key in row) for row in rows),
        resize=fields.flag("resize_keyboard"),
        one_time=fields.flag("one_time_keyboard"),
        persistent=fields.flag("is_persistent"),
        placeholder=_placeholder(fields),
    )
    return keyboard if keyboard.rows else None


def _key(value: object) -> Key:
    if isinstance(value, str):
        value = {"text": value}
    fields = Fields(value, "KeyboardButton must be a String or an Object", "Can't parse keyboard button: ")
    text = fields.required_string("text")
    contact, location = fields.flag("request_contact"), fields.flag("request_location")
    fields.done("KeyboardButton")
    if not text.strip():
        raise bad_request("Keyboard button text must be non-empty")
    return Key(text, "contact" if contact else "location" if location else None)


def _placeholder(fields: Fields) -> str:
    placeholder = fields.string("input_field_placeholder")
    if len(placeholder) > _PLACEHOLDER_CHARACTERS:
        raise stricter(f"an input_field_placeholder has {_PLACEHOLDER_CHARACTERS} characters at most")
    return placeholder
