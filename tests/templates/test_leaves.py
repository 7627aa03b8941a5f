"""A record in pages: nothing is left out, nothing is cut through, and each fits."""

from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.leaves import BESIDE, LEAF_UNITS, leaf, units

labels = st.text("检查结果abc", min_size=1, max_size=40)
values = st.text("写清楚了\n🎲𠮷", max_size=60) | st.integers(1, 4096).map(lambda many: "𠮷" * many)
sections = st.fixed_dictionaries(
    {
        "title": st.text("消防到场", min_size=1, max_size=30),
        "lines": st.lists(st.tuples(labels, values), min_size=1, max_size=5),
    }
)
records = st.lists(sections, max_size=4)


def _pages(record: list[dict[str, Any]]) -> list[list[tuple[str, str, str]]]:
    """Title, label and value of every line, page by page."""
    return [
        [(title, label, value) for title, lines in leaf(record, number).sections for label, value in lines]
        for number in range(leaf(record).pages)
    ]


@settings(max_examples=50)
@given(records)
def test_nothing_is_left_out_and_nothing_changes_its_order(record: list[dict[str, Any]]) -> None:
    shown = [line for page in _pages(record) for line in page]
    assert "".join(value for _, _, value in shown) == "".join(
        value for section in record for _, value in section["lines"]
    )
    wanted = [(section["title"], label) for section in record for label, _ in section["lines"]]
    headed = [key for key, _ in groupby((title, label) for title, label, _ in shown)]
    assert headed == [key for key, _ in groupby(wanted)]


@settings(max_examples=50)
@given(records)
def test_every_page_fits(record: list[dict[str, Any]]) -> None:
    pages = _pages(record)
    for page in pages:
        headings = sum(units(title) for title, _ in groupby(title for title, _, _ in page))
        assert headings + sum(units(label) + units(value) + BESIDE for _, label, value in page) <= LEAF_UNITS
    assert len(pages) == 1 or all(pages)


@settings(max_examples=30)
@given(records, st.integers(-3, 99))
def test_a_page_that_there_is_not_is_the_nearest(record: list[dict[str, Any]], number: int) -> None:
    pages = leaf(record).pages
    assert leaf(record, number).number == min(max(number, 0), pages - 1)


def test_a_short_record_is_one_page_under_its_headings() -> None:
    record = [
        {"title": "到场", "lines": [["核查方式", "实地核查"], ["位置", "北纬 35.7"]]},
        {"title": "检查结果", "lines": [["检查结果", "未发现问题"]]},
    ]
    made = leaf(record)
    assert (made.number, made.pages) == (0, 1)
    assert made.sections == (
        ("到场", (("核查方式", "实地核查"), ("位置", "北纬 35.7"))),
        ("检查结果", (("检查结果", "未发现问题"),)),
    )


def test_an_empty_record_is_one_empty_page() -> None:
    assert leaf([]) == leaf([{"title": "到场", "lines": []}])
    assert leaf([]).pages == 1


@pytest.mark.parametrize(("text", "many"), [("", 0), ("abc", 3), ("检查", 2), ("🎲", 2), ("𠮷a", 3)])
def test_a_text_is_counted_as_telegram_counts_it(text: str, many: int) -> None:
    assert units(text) == many
