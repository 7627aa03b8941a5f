"""Ratios and numbers as people write them, and the caps of an item list."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.quota import Number
from rules.errors import Refused
from rules.ratios import percent
from rules.targets import cap, target
from templates.refusal import sentence


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3%", 300),
        ("0.5%", 50),
        ("0.01%", 1),
        ("2‰", 20),
        ("0.1‰", 1),
        ("100%", 10_000),
        ("1000‰", 10_000),
        ("0%", 0),
        (" ３．５％ ", 350),
        ("12户", Number(12)),
        ("１２ 户", Number(12)),
        ("12家", Number(12)),
        ("3.0户", Number(3)),
        ("0户", Number(0)),
    ],
)
def test_a_share_and_a_number_are_read_as_they_are_meant(text: str, meant: int | Number) -> None:
    assert target(text) == meant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12", "ratios.words"),  # of what?
        ("", "ratios.words"),
        ("百分之三", "ratios.words"),
        ("-3%", "ratios.words"),
        ("3%户", "ratios.words"),
        ("1.5户", "ratios.words"),
        ("1e3户", "ratios.words"),
        ("9999999999户", "ratios.words"),
        ("0.005%", "ratios.too_fine"),
        ("0.05‰", "ratios.too_fine"),
        ("100.01%", "ratios.no_ratio"),
        ("1001‰", "ratios.no_ratio"),
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        target(text)
    assert refused.value.code == code
    assert sentence(refused.value)


@given(st.integers(0, 10_000))
def test_what_a_screen_shows_is_read_back(basis_points: int) -> None:
    assert target(percent(basis_points)) == basis_points


@given(st.integers(0, 10**9 - 1))
def test_every_number_of_subjects_is_read(count: int) -> None:
    assert target(f"{count}户") == Number(count)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_understood_or_refused(text: str) -> None:
    try:
        meant = target(text)
    except Refused:
        return
    assert isinstance(meant, Number) or 0 <= meant <= 10_000
    assert any(mark in unicodedata.normalize("NFKC", text) for mark in "%‰户家个名")


@pytest.mark.parametrize(
    ("text", "basis_points"),
    [
        ("5%", 500),
        ("33%", 3300),
        ("一般不超过 10%/年", 1000),
        ("10% (20户)", 1000),
        ("3%-20%", 2000),
        ("3％至20％", 2000),
        ("5‰", 50),
        ("不低于3%，不超过8%", 800),
        ("不低于3%", None),
        ("不低于3%或按专项计划确定", None),
        ("不少于2‰", None),
        ("市级≥20%之和", None),
        ("3%以上", None),
        ("根据实际情况确定", None),
        ("1户", None),
        ("", None),
        (None, None),
        ("250%", 10_000),
    ],
)
def test_the_cap_of_an_item_is_its_upper_end_and_a_lower_end_is_none(
    text: str | None, basis_points: int | None
) -> None:
    """The texts are those of published item lists."""
    assert cap(text) == basis_points


@given(st.integers(0, 10_000))
def test_a_plain_ratio_in_an_item_list_is_its_cap(basis_points: int) -> None:
    assert cap(percent(basis_points)) == basis_points
