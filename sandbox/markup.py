"""HTML as the Bot API reads it, turned into text and spans.

Telegram's HTML is not a browser's: seventeen tags, four named characters, attributes only where they mean something,
every error with its place in bytes. Source: tdlib, parse_html and decode_html_entity; Bot API, «HTML style».
"""

from dataclasses import dataclass, replace

from sandbox.entities import Entity, Style, units
from sandbox.links import WrongLink, checked, mentioned
from sandbox.refusals import bad_request, stricter

_TAGS: dict[str, Style] = {
    "b": Style.BOLD,
    "strong": Style.BOLD,
    "i": Style.ITALIC,
    "em": Style.ITALIC,
    "u": Style.UNDERLINE,
    "ins": Style.UNDERLINE,
    "s": Style.STRIKETHROUGH,
    "strike": Style.STRIKETHROUGH,
    "del": Style.STRIKETHROUGH,
    "tg-spoiler": Style.SPOILER,
    "span": Style.SPOILER,
    "tg-emoji": Style.CUSTOM_EMOJI,
    "a": Style.TEXT_LINK,
    "pre": Style.PRE,
    "code": Style.CODE,
    "blockquote": Style.BLOCKQUOTE,
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = frozenset(" \t\r\n\0\v")
_NAME_ENDS = _SPACE | frozenset("=>/\"'")


class MarkupError(Exception):
    """The markup cannot be read.

    Args:
        reason: Telegram's words, with the place in bytes.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int


def parse(html: str) -> tuple[str, list[Entity]]:
    """Reads Telegram's HTML.

    Args:
        html: text with tags.

    Returns:
        The plain text and the spans in the order in which their tags end.

    Raises:
        ApiRefused: «can't parse entities», with Telegram's reason and the byte offset; a link that Telegram would
            silently leave out.
    """
    try:
        return _Reader(html).read()
    except MarkupError as error:
        raise bad_request(f"Can't parse entities: {error.reason}") from None


class _Reader:
    """One pass over one text. `_at` is where it reads; past the end it sees the null character."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._out: list[str] = []
        self._units = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._html):
            if self._here() == "&":
                self._put(self._reference())
            elif self._here() != "<":
                self._put(self._here())
                self._at += 1
            elif self._here(1) == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            tag = self._open[-1].tag
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self._out)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            )
        return text, [
            replace(one, language=None) if one.style is Style.CODE else one for one in self._entities
        ]

    def _here(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._html[place] if place < len(self._html) else "\0"

    def _ended(self) -> bool:
        return self._at >= len(self._html)

    def _byte(self, place: int) -> int:
        return len(self._html[:place].encode("utf-8", "surrogatepass"))

    def _put(self, piece: str) -> None:
        self._out.append(piece)
        self._units += units(piece)

    def _take(self, stop: frozenset[str]) -> str:
        begin = self._at
        while not self._ended() and self._here() not in stop:
            self._at += 1
        return self._html[begin : self._at]

    def _blank(self) -> None:
        while not self._ended() and self._here() in _SPACE:
            self._at += 1

    def _reference(self) -> str:
        """A character reference, or the ampersand itself if it is none. A semicolon at its end is optional."""
        begin = self._at
        place = begin + 1
        if self._here(1) == "#":
            hexadecimal = self._here(2) == "x"
            place += 2 if hexadecimal else 1
            digits = "0123456789abcdefABCDEF" if hexadecimal else "0123456789"
            first = place
            while place < len(self._html) and self._html[place] in digits:
                place += 1
            number = int(self._html[first:place] or "0", 16 if hexadecimal else 10)
            if number == 0 or number >= 0x10FFFF or place - begin >= 10:
                self._at += 1
                return "&"
            character = chr(number)
        else:
            while place < len(self._html) and self._html[place].isascii() and self._html[place].isalpha():
                place += 1
            named = _NAMED.get(self._html[begin + 1 : place])
            if named is None:
                self._at += 1
                return "&"
            character = named
        self._at = place + 1 if place < len(self._html) and self._html[place] == ";" else place
        return character

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._take(_SPACE | {">"}).lower()
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in _TAGS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        argument = ""
        while self._here() != ">":
            self._blank()
            if self._here() == ">":
                break
            name, value = self._attribute(tag, begin)
            argument = _argument(tag, name, value, argument)
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self._open.append(_Open(tag, argument, self._units, len(self._out)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        name = self._take(_NAME_ENDS)
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
        self._blank()
        unclosed = MarkupError(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
        if self._ended():
            raise unclosed
        if self._here() != "=":
            return name, None
        self._at += 1
        self._blank()
        if self._ended():
            raise unclosed
        value = self._quoted(self._here()) if self._here() in "\"'" else self._token()
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return name, value

    def _token(self) -> str:
        begin = self._at
        while (self._here().isascii() and self._here().isalnum()) or self._here() in ".-":
            self._at += 1
        if self._here() not in _SPACE and self._here() != ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self._html[begin : self._at].lower()

    def _quoted(self, quote: str) -> str:
        self._at += 1
        value: list[str] = []
        while not self._ended() and self._here() != quote:
            if self._here() == "&":
                value.append(self._reference())
            else:
                value.append(self._here())
                self._at += 1
        if not self._ended():
            self._at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._at += 2
        tag = self._take(_SPACE | {">"}).lower()
        self._blank()
        if self._here() != ">" or self._ended():
            raise MarkupError(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise MarkupError(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self._units > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        style = _TAGS[opened.tag]
        offset, length = opened.offset, self._units - opened.offset
        last = self._entities[-1] if self._entities else None
        same = last is not None and (last.offset, last.length) == (offset, length)
        if style is Style.PRE and last and same and last.style is Style.CODE and last.language:
            self._entities[-1] = Entity(Style.PRE, offset, length, language=last.language)
        elif style is Style.CODE and last and same and last.style is Style.PRE and opened.argument:
            self._entities[-1] = Entity(Style.PRE, offset, length, language=opened.argument)
        elif style is Style.CODE:
            self._entities.append(Entity(style, offset, length, language=opened.argument or None))
        elif style is Style.BLOCKQUOTE and opened.argument:
            self._entities.append(Entity(Style.EXPANDABLE_BLOCKQUOTE, offset, length))
        elif style is Style.TEXT_LINK:
            url = opened.argument or "".join(self._out[opened.begin :])
            self._entities.append(_link(url, offset, length))
        elif style is Style.CUSTOM_EMOJI:
            if not opened.argument.isdecimal() or int(opened.argument) == 0:
                raise MarkupError("Invalid custom emoji identifier specified")
            self._entities.append(Entity(style, offset, length, emoji=opened.argument))
        else:
            self._entities.append(Entity(style, offset, length))


def _argument(tag: str, name: str, value: str | None, known: str) -> str:
    """What an attribute says about its tag; all others are ignored, as Telegram does."""
    if tag == "blockquote" and name == "expandable":
        return "1"
    if value is None:
        return known
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return known


def _link(url: str, offset: int, length: int) -> Entity:
    user = mentioned(url)
    if user is not None:
        return Entity(Style.TEXT_MENTION, offset, length, user=user)
    try:
        return Entity(Style.TEXT_LINK, offset, length, url=checked(url))
    except WrongLink as wrong:
        raise stricter(f"Telegram would drop the link '{url}' without a word: {wrong.reason}") from None
