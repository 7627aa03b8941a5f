"""Formatting as Telegram keeps it."""

import pytest

from sandbox.entities import Entity, Style, cut, formatted, units

BOLD, ITALIC, LINK = Style.BOLD, Style.ITALIC, Style.TEXT_LINK


def test_an_emoji_counts_two_and_a_chinese_character_one() -> None:
    assert units("你好😀a") == 5


def test_a_piece_is_cut_by_utf16_units() -> None:
    assert cut("你😀好", 1, 3) == "😀"


def test_white_space_is_trimmed_and_spans_move_along() -> None:
    assert formatted("\n  ab  \n", [Entity(BOLD, 3, 4)]) == ("ab", (Entity(BOLD, 0, 2),))


def test_white_space_that_a_span_begins_with_stays() -> None:
    assert formatted("  ab", [Entity(BOLD, 1, 3)]) == (" ab", (Entity(BOLD, 0, 3),))


def test_touching_spans_of_one_style_become_one() -> None:
    assert formatted("abc", [Entity(BOLD, 0, 1), Entity(BOLD, 1, 2)]) == ("abc", (Entity(BOLD, 0, 3),))


def test_bold_is_cut_where_a_link_begins_and_ends() -> None:
    link = Entity(LINK, 1, 1, url="https://a.cn/")
    _, entities = formatted("abc", [Entity(BOLD, 0, 3), link])
    assert entities == (Entity(BOLD, 0, 1), link, Entity(BOLD, 1, 1), Entity(BOLD, 2, 1))


def test_bold_does_not_reach_into_code() -> None:
    _, entities = formatted("abc", [Entity(BOLD, 0, 3), Entity(Style.CODE, 1, 1)])
    assert entities == (Entity(BOLD, 0, 1), Entity(Style.CODE, 1, 1), Entity(BOLD, 2, 1))


def test_of_two_links_that_overlap_the_first_wins() -> None:
    first, second = Entity(LINK, 0, 2, url="https://a.cn/"), Entity(LINK, 1, 2, url="https://b.cn/")
    assert formatted("abc", [second, first])[1] == (first,)


def test_quotes_do_not_nest() -> None:
    outer, inner = Entity(Style.BLOCKQUOTE, 0, 3), Entity(Style.EXPANDABLE_BLOCKQUOTE, 1, 1)
    assert formatted("abc", [outer, inner])[1] == (outer,)


def test_a_link_that_crosses_the_edge_of_a_quote_goes() -> None:
    quote = Entity(Style.BLOCKQUOTE, 0, 2)
    assert formatted("abc", [quote, Entity(LINK, 1, 2, url="https://a.cn/")])[1] == (quote,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start abc", [(Style.BOT_COMMAND, "/start")]),
        ("请发/start", []),
        ("请发 /start@some_bot。", [(Style.BOT_COMMAND, "/start@some_bot")]),
        ("1/2 a/b //x", []),
        ("见https://a.cn/公示?x=1。谢谢", []),
        ("见 https://a.cn/公示?x=1。谢谢", [(Style.URL, "https://a.cn/公示?x=1")]),
        ("(http://a.cn/x).", [(Style.URL, "http://a.cn/x")]),
        ("😀@some_body a@b.cn", [(Style.MENTION, "@some_body"), (Style.EMAIL, "a@b.cn")]),
        ("#消防 #7 #a", [(Style.HASHTAG, "#消防"), (Style.HASHTAG, "#a")]),
    ],
)
def test_addresses_and_commands_are_found(text: str, found: list[tuple[Style, str]]) -> None:
    kept, entities = formatted(text, [])
    assert [(one.style, cut(kept, one.offset, one.end)) for one in entities] == found
