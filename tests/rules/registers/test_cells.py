"""What one cell means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Refused
from rules.registers import cells
from rules.registers.cells import LONG_TERM, clean, day, degrees, line, passage, person, shown, words, yes


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  甲 ", "甲"),
        ("　甲\u00a0", "甲"),
        ("\ufeff甲\u200b乙", "甲乙"),
        ("甲\r\n乙", "甲\n乙"),
        ("甲\u3000乙", "甲 乙"),
        ('="330000"', "330000"),
        ("'=甲", "=甲"),
        ("'＋甲", "＋甲"),
        ("'甲", "'甲"),
        ("-", ""),
        ("——", ""),
        (" 无 ", ""),
        ("/", ""),
        ("\x00甲\x07", "甲"),
        ("\u200b", ""),
    ],
)
def test_what_nobody_meant_to_write_is_taken_off(cell: str, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", " #VALUE! "])
def test_a_formulas_error_is_refused(cell: str) -> None:
    with pytest.raises(Refused, match="cell_error"):
        clean(cell)


def test_a_number_sign_alone_is_no_error() -> None:
    assert clean("#3 仓库") == "#3 仓库"


@given(st.text(max_size=60))
def test_a_clean_cell_has_nothing_unseen_and_stays_clean(cell: str) -> None:
    try:
        text = clean(cell)
    except Refused:
        return
    assert all(mark == "\n" or mark.isprintable() for mark in text)
    assert text == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20",
        "2026/11/20",
        "2026.11.20",
        "2026年11月20日",
        "20261120",
        "2026-11-20 00:00:00",
        "2026-11-20T08:30",
        "２０２６－１１－２０",
        "2023-11-20至2026-11-20",
        "2023.1.1～2026.11.20",
        "46346",
        "46346.0",
    ],
)
def test_a_date_is_read_in_every_usual_spelling(text: str) -> None:
    assert day(text) == date(2026, 11, 20)


@pytest.mark.parametrize("text", ["长期", "长期有效", "永久", "9999-09-09", "9999/12/31", "2020-01-01至长期"])
def test_long_term_is_one_date(text: str) -> None:
    assert day(text) == LONG_TERM


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "明年", "26-11-20", "0202-11-20", "2026", "2300-01-01"]
)
def test_what_is_no_date_is_refused_with_what_was_written(text: str) -> None:
    with pytest.raises(Refused) as caught:
        day(text)
    assert caught.value.code == "registers.not_a_date"
    assert caught.value.details == {"value": text}


@given(st.dates(date(1930, 1, 1), date(2170, 1, 1)))
def test_a_serial_number_is_the_day_that_the_spreadsheet_showed(then: date) -> None:
    assert day(str((then - date(1900, 3, 1)).days + 61)) == then
    assert day(then.isoformat()) == then
    assert then + timedelta() == day(f"{then.year}年{then.month}月{then.day}日")


def test_a_list_is_split_at_any_of_its_separators_and_says_each_thing_once() -> None:
    assert words("食品、药品，特种设备;计量； 食品\n广告|价格") == (
        "食品",
        "药品",
        "特种设备",
        "计量",
        "广告",
        "价格",
    )
    assert words("、，") == ()


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("y", True), ("√", True), ("否", False), ("０", False)]
)
def test_yes_and_no(text: str, value: bool) -> None:
    assert yes(text) is value


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(Refused, match="not_yes_or_no"):
        yes("也许")


def test_only_a_short_name_loses_its_padding() -> None:
    assert person("张　 三".replace("　", " ")) == "张三"
    assert person("Anna  Li") == "Anna Li"


@pytest.mark.parametrize("text", ["九十", "nan", "91", "inf", "-90.1"])
def test_what_is_no_latitude_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not_degrees"):
        degrees(90)(text)


def test_a_latitude_is_read_with_its_sign_and_mark() -> None:
    assert degrees(90)("35.71°") == 35.71
    assert degrees(180)("-115") == -115.0


def test_a_text_that_is_too_long_is_refused_with_both_lengths() -> None:
    assert line("甲" * cells.SHORT) == "甲" * cells.SHORT
    for read, most in ((line, cells.SHORT), (passage, cells.LONG)):
        with pytest.raises(Refused) as caught:
            read("甲" * (most + 1))
        assert caught.value.details == {"length": most + 1, "most": most}


def test_a_long_cell_is_quoted_in_part() -> None:
    assert shown("甲\n乙") == "甲 乙"
    assert len(shown("甲" * 100)) == 30
    assert shown("甲" * 100).endswith("…")
