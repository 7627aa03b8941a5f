"""Formatting as Telegram keeps it: plain text beside spans, counted in UTF-16 units."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Style(StrEnum):
    """What a span is; the names are the Bot API's."""

    BLOCKQUOTE = "blockquote"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    PRE = "pre"
    CODE = "code"
    TEXT_LINK = "text_link"
    TEXT_MENTION = "text_mention"
    MENTION = "mention"
    HASHTAG = "hashtag"
    BOT_COMMAND = "bot_command"
    URL = "url"
    EMAIL = "email"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    CUSTOM_EMOJI = "custom_emoji"


SPLITTABLE = (Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKETHROUGH, Style.SPOILER)
QUOTES = (Style.BLOCKQUOTE, Style.EXPANDABLE_BLOCKQUOTE)
LITERAL = (Style.PRE, Style.CODE)
DETECTED = (Style.MENTION, Style.HASHTAG, Style.BOT_COMMAND, Style.URL, Style.EMAIL)

_ORDER = {style: place for place, style in enumerate(Style)}


@dataclass(frozen=True, slots=True)
class Entity:
    """One span of a text.

    Args:
        style: what it is.
        offset: where it begins, in UTF-16 units.
        length: how long it is, in UTF-16 units.
        url: target of a text link.
        language: of a code block.
        user: whom a text mention means.
        emoji: identifier of a custom emoji.
    """

    style: Style
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    user: int | None = None
    emoji: str | None = None

    @property
    def end(self) -> int:
        """Where it ends, in UTF-16 units."""
        return self.offset + self.length


def units(text: str) -> int:
    """Length of a text as Telegram counts it.

    Args:
        text: any text.

    Returns:
        UTF-16 units: an emoji outside the first plane counts two.
    """
    return len(text) + sum(1 for character in text if character > "\uffff")


def cut(text: str, start: int, end: int) -> str:
    """A piece of a text.

    Args:
        text: any text.
        start: first UTF-16 unit.
        end: UTF-16 unit after the last.

    Returns:
        The piece; half of a surrogate pair comes out as a replacement character.
    """
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", errors="replace")


def formatted(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """A text as Telegram stores it: trimmed, its spans untangled, addresses and commands found.

    Args:
        text: the plain text.
        entities: spans that were asked for, in any order.

    Returns:
        The text and its spans, sorted, none crossing another.

    Source: tdlib, fix_formatted_text: white space is cut at the end always, at the start as far as no span
        begins there; links, code and quotes don't nest in each other, bold and its kin are cut at their edges.
    """
    wanted = sorted((one for one in entities if one.length > 0), key=_place)
    kept = text.rstrip()
    most = units(kept)
    wanted = [
        replace(one, length=min(one.end, most) - one.offset) for one in wanted if 0 <= one.offset < most
    ]
    first = min((one.offset for one in wanted), default=most)
    blank = min(len(kept) - len(kept.lstrip(" \n")), first)
    kept = kept[blank:]
    wanted = [replace(one, offset=one.offset - blank) for one in wanted]
    return kept, tuple(_untangled(kept, wanted))


def _place(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _ORDER[entity.style]


def _untangled(text: str, wanted: Sequence[Entity]) -> list[Entity]:
    quotes = _apart([one for one in wanted if one.style in QUOTES])
    solid = _apart([one for one in wanted if one.style not in SPLITTABLE and one.style not in QUOTES])
    for found in _detected(text):
        if all(found.end <= one.offset or one.end <= found.offset for one in solid):
            solid.append(found)
    solid = [one for one in solid if not any(_crosses(one, quote) for quote in quotes)]
    fixed = sorted([*quotes, *solid], key=_place)
    return sorted([*fixed, *_split([one for one in wanted if one.style in SPLITTABLE], fixed)], key=_place)


def _apart(entities: Sequence[Entity]) -> list[Entity]:
    apart: list[Entity] = []
    for one in entities:
        if not apart or one.offset >= apart[-1].end:
            apart.append(one)
    return apart


def _crosses(one: Entity, quote: Entity) -> bool:
    if one.end <= quote.offset or quote.end <= one.offset:
        return False
    return one.offset < quote.offset or one.end > quote.end


def _split(splittable: Sequence[Entity], fixed: Sequence[Entity]) -> list[Entity]:
    merged = [span for style in SPLITTABLE for span in _merged(style, splittable)]
    edges = sorted({edge for one in fixed for edge in (one.offset, one.end)} | {one.offset for one in merged})
    literal = [one for one in fixed if one.style in LITERAL]
    pieces: list[Entity] = []
    for span in merged:
        inner = [edge for edge in edges if span.offset < edge < span.end]
        for start, end in zip([span.offset, *inner], [*inner, span.end], strict=True):
            if not any(one.offset <= start and end <= one.end for one in literal):
                pieces.append(Entity(span.style, start, end - start))
    return pieces


def _merged(style: Style, entities: Sequence[Entity]) -> list[Entity]:
    merged: list[Entity] = []
    for one in entities:
        if one.style is not style:
            continue
        if merged and one.offset <= merged[-1].end:
            end = max(merged[-1].end, one.end)
            merged[-1] = replace(merged[-1], length=end - merged[-1].offset)
        else:
            merged.append(Entity(style, one.offset, one.length))
    return merged


_PATTERNS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    (Style.URL, re.compile(r"(?<!\w)https?://[^\s<>\"“”‘’«»「」『』（）《》，。；：！？、]+", re.IGNORECASE)),
    (Style.EMAIL, re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?!\w)")),
    (Style.MENTION, re.compile(r"(?<![\w@.])@[A-Za-z0-9_]{4,32}(?![\w@])")),
    (Style.HASHTAG, re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")),
    (Style.BOT_COMMAND, re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])")),
)


def _detected(text: str) -> list[Entity]:
    found: list[Entity] = []
    for style, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            piece = match.group().rstrip(".,:;!?)") if style is Style.URL else match.group()
            one = Entity(style, units(text[: match.start()]), units(piece))
            if all(one.end <= other.offset or other.end <= one.offset for other in found):
                found.append(one)
    return found


def written(entity: Entity) -> dict[str, Any]:
    """A span as the Bot API writes it.

    Args:
        entity: the span; the user of a text mention is added by whoever knows people.

    Returns:
        JSON of a MessageEntity.
    """
    fields: dict[str, Any] = {"type": str(entity.style), "offset": entity.offset, "length": entity.length}
    if entity.url is not None:
        fields["url"] = entity.url
    if entity.language is not None:
        fields["language"] = entity.language
    if entity.emoji is not None:
        fields["custom_emoji_id"] = entity.emoji
    return fields
