"""Telegram's HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import Entity, Style, formatted, units
from sandbox.markup import parse
from sandbox.refusals import ApiRefused
from sandbox.rendering import render


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt; b", "a < b", []),
        ("&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "', []),
        ("&nbsp;&copy;&", "&nbsp;&copy;&", []),
        ("&#20320;&#x597d", "你好", []),
        ("&#0;&#x110000;", "&#0;&#x110000;", []),
        ("<b>粗</b>体", "粗体", [Entity(Style.BOLD, 0, 1)]),
        ("<STRONG>x</STRONG>", "x", [Entity(Style.BOLD, 0, 1)]),
        ("<em>x</em><i>y</i>", "xy", [Entity(Style.ITALIC, 0, 1), Entity(Style.ITALIC, 1, 1)]),
        ("<u>x</u><ins>y</ins>", "xy", [Entity(Style.UNDERLINE, 0, 1), Entity(Style.UNDERLINE, 1, 1)]),
        (
            "<s>x</s><strike>y</strike><del>z</del>",
            "xyz",
            [Entity(Style.STRIKETHROUGH, place, 1) for place in range(3)],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [Entity(Style.SPOILER, 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [Entity(Style.SPOILER, 0, 1)]),
        ("😀<b>x</b>", "😀x", [Entity(Style.BOLD, 2, 1)]),
        ("<code>x</code>", "x", [Entity(Style.CODE, 0, 1)]),
        ("<pre>x</pre>", "x", [Entity(Style.PRE, 0, 1)]),
        (
            '<pre><code class="language-toml">x</code></pre>',
            "x",
            [Entity(Style.PRE, 0, 1, language="toml")],
        ),
        (
            '<code class="language-toml"><pre>x</pre></code>',
            "x",
            [Entity(Style.PRE, 0, 1, language="toml")],
        ),
        ('<code class="language-toml">x</code>', "x", [Entity(Style.CODE, 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [Entity(Style.BLOCKQUOTE, 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [Entity(Style.EXPANDABLE_BLOCKQUOTE, 0, 1)]),
        (
            '<a href="https://a.cn/x?y=1&amp;z=2">x</a>',
            "x",
            [Entity(Style.TEXT_LINK, 0, 1, url="https://a.cn/x?y=1&z=2")],
        ),
        ("<a href=a.cn>x</a>", "x", [Entity(Style.TEXT_LINK, 0, 1, url="http://a.cn/")]),
        ("<a>https://a.cn</a>", "https://a.cn", [Entity(Style.TEXT_LINK, 0, 12, url="https://a.cn/")]),
        ("<a href='tg://user?id=7'>x</a>", "x", [Entity(Style.TEXT_MENTION, 0, 1, user=7)]),
        ('<tg-emoji emoji-id="42">👍</tg-emoji>', "👍", [Entity(Style.CUSTOM_EMOJI, 0, 2, emoji="42")]),
        ("<b ><i>x</i ></b >", "x", [Entity(Style.ITALIC, 0, 1), Entity(Style.BOLD, 0, 1)]),
        ("<b>x</>", "x", [Entity(Style.BOLD, 0, 1)]),
        ("<b></b>x", "x", []),
        ("<b title='1' lang=zh>x</b>", "x", [Entity(Style.BOLD, 0, 1)]),
    ],
)
def test_html_becomes_text_and_spans(html: str, text: str, entities: list[Entity]) -> None:
    assert parse(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("a<br>b", 'unsupported start tag "br" at byte offset 1'),
        ("你<p>好</p>", 'unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'unsupported start tag "" at byte offset 2'),
        ("<b>x", 'can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "unexpected end tag at byte offset 1"),
        ("<b", "unclosed start tag at byte offset 0"),
        ("<b>x</b", "unclosed end tag at byte offset 4"),
        ("<a href", 'unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "unclosed start tag at byte offset 0"),
        ("<a ='x'>y</a>", 'empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a/b>y</a>", "unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>👍</tg-emoji>", "invalid custom emoji identifier specified"),
        ("&#xd800;", "text contains invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_wrong_html_is_refused_with_its_place_in_bytes(html: str, reason: str) -> None:
    with pytest.raises(ApiRefused) as refused:
        parse(html)
    assert refused.value.status == 400
    said = refused.value.description.removeprefix("Bad Request: can't parse entities: ")
    assert said.lower().startswith(reason.lower())


@pytest.mark.parametrize("url", ["http://localhost:8080/x", "javascript:alert(1)", "ftp://a.cn"])
def test_a_link_that_telegram_would_drop_in_silence_is_refused_aloud(url: str) -> None:
    with pytest.raises(ApiRefused, match="would drop the link"):
        parse(f'<a href="{url}">x</a>')


_TAGS = ["b", "i", "u", "s", "tg-spoiler", "code", "pre", "blockquote", "blockquote expandable"]
_WORDS = st.text(st.sampled_from('ab 你😀&<>"\n'), max_size=6)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_HTML = st.recursive(
    _WORDS.map(_escaped),
    lambda inner: st.tuples(st.sampled_from(_TAGS), st.lists(inner, max_size=3)).map(
        lambda one: f"<{one[0]}>{''.join(one[1])}</{one[0].split()[0]}>"
    ),
    max_leaves=12,
)


@given(_HTML)
def test_spans_lie_within_the_text_sorted_and_never_cross(html: str) -> None:
    text, entities = formatted(*parse(html))
    assert text == text.rstrip()
    for place, one in enumerate(entities):
        assert 0 <= one.offset < one.end <= units(text)
        for other in entities[place + 1 :]:
            assert one.offset <= other.offset
            assert other.offset >= one.end or other.end <= one.end


@given(_HTML)
def test_what_is_written_back_reads_the_same(html: str) -> None:
    text, entities = formatted(*parse(html))
    assert formatted(*parse(render(text, entities))) == (text, entities)


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_text_without_markup_comes_through_untouched(text: str) -> None:
    assert parse(_escaped(text)) == (text, [])


@given(st.text(st.sampled_from("<>/ab=\"' &;#x1span-tg")))
def test_no_html_whatsoever_breaks_the_reader(html: str) -> None:
    try:
        parse(html)
    except ApiRefused as refused:
        offset = re.search(r"at byte offset (\d+)", refused.description)
        assert offset is None or int(offset.group(1)) < len(html)
