"""Text and spans written as Telegram's HTML: the way back from `sandbox.markup`."""

from collections.abc import Sequence
from html import escape

from sandbox.entities import Entity, Style, cut, units

_WRITTEN: dict[Style, tuple[str, str]] = {
    Style.BOLD: ("<b>", "</b>"),
    Style.ITALIC: ("<i>", "</i>"),
    Style.UNDERLINE: ("<u>", "</u>"),
    Style.STRIKETHROUGH: ("<s>", "</s>"),
    Style.SPOILER: ("<tg-spoiler>", "</tg-spoiler>"),
    Style.CODE: ("<code>", "</code>"),
    Style.PRE: ("<pre>", "</pre>"),
    Style.BLOCKQUOTE: ("<blockquote>", "</blockquote>"),
    Style.EXPANDABLE_BLOCKQUOTE: ("<blockquote expandable>", "</blockquote>"),
}


def render(text: str, entities: Sequence[Entity]) -> str:
    """The HTML that gives this text and these spans.

    Args:
        text: the plain text.
        entities: spans that don't cross, as `sandbox.entities.formatted` leaves them.

    Returns:
        Telegram's HTML. What Telegram finds by itself (addresses, commands) is left plain.
    """
    ordered = sorted(entities, key=lambda one: (one.offset, -one.length))
    edges = sorted({0, units(text)} | {edge for one in ordered for edge in (one.offset, one.end)})
    out: list[str] = []
    opened: list[Entity] = []
    for start, end in zip(edges, [*edges[1:], edges[-1]], strict=True):
        while opened and opened[-1].end <= start:
            out.append(_tags(opened.pop())[1])
        for one in ordered:
            if one.offset == start and one.length:
                out.append(_tags(one)[0])
                opened.append(one)
        out.append(escape(cut(text, start, end), quote=False))
    return "".join(out)


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.style is Style.TEXT_LINK:
        return f'<a href="{escape(entity.url or "")}">', "</a>"
    if entity.style is Style.TEXT_MENTION:
        return f'<a href="tg://user?id={entity.user}">', "</a>"
    if entity.style is Style.CUSTOM_EMOJI:
        return f'<tg-emoji emoji-id="{entity.emoji}">', "</tg-emoji>"
    if entity.style is Style.PRE and entity.language:
        return f'<pre><code class="language-{escape(entity.language)}">', "</code></pre>"
    return _WRITTEN.get(entity.style, ("", ""))
