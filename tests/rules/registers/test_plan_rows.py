"""What the cells of an annual plan mean: periods, ratios, numbers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Refused
from rules.registers.layout import RowRefused, heading, missing
from rules.registers.periods import span
from rules.registers.plans import PLANS, PlanRow, ratio

HEADER = [
    "年度",
    "抽查名称",
    "抽查事项",
    "抽查对象",
    "抽查比例",
    "抽查数量",
    "开始日期",
    "结束日期",
    "检查期限",
    "检查机关",
]
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def read(**cells: str) -> PlanRow:
    head = heading(PLANS, [HEADER])
    assert head is not None
    usual = {"抽查名称": "甲", "抽查事项": "乙", "抽查对象": "丙", "抽查比例": "3%"}
    return head.layout.read([{**usual, **cells}.get(name, "") for name in HEADER])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("3月至6月", (3, 1), (6, 30)),
        ("3－6月", (3, 1), (6, 30)),
        ("2026年3月—2026年6月", (3, 1), (6, 30)),
        ("2026-03至2026-06", (3, 1), (6, 30)),
        ("2026.3.1-6.30", (3, 1), (6, 30)),
        ("2026年3月1日至15日", (3, 1), (3, 15)),
        ("2026-03-01 至 2026-06-30", (3, 1), (6, 30)),
        ("2026-03-01-2026-06-30", (3, 1), (6, 30)),
        ("2026年2月", (2, 1), (2, 28)),
        ("5月份", (5, 1), (5, 31)),
        ("2026-04", (4, 1), (4, 30)),
        ("2026-04-07", (4, 7), (4, 7)),
        ("全年", (1, 1), (12, 31)),
        ("2026年度", (1, 1), (12, 31)),
        ("2026年下半年", (7, 1), (12, 31)),
        ("第三季度", (7, 1), (9, 30)),
        ("4季度", (10, 1), (12, 31)),
        ("6月底前", (1, 1), (6, 30)),
        ("2026年11月15日前完成", (1, 1), (11, 15)),
    ],
)
def test_the_ways_to_write_a_period(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert span(text).days(2026) == (date(2026, *first), date(2026, *last))


@pytest.mark.parametrize(
    "text", ["13月", "3", "三月", "尽快", "2月30日至3月1日", "第五季度", "2026年0月", "2026-13-01"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        span(text)
    assert refusal.value.code == "plans.not_a_period"


def test_a_leap_day_is_held_against_its_year() -> None:
    assert span("2月29日").days(2028) == (date(2028, 2, 29), date(2028, 2, 29))
    with pytest.raises(Refused):
        span("2月29日").days(2027)


@given(DAYS, st.integers(0, 400))
def test_two_full_dates_are_read_as_they_stand(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    for joined in (
        f"{first}至{last}",
        f"{first:%Y.%m.%d}~{last:%Y.%m.%d}",
        f"{first:%Y年%m月%d日}－{last:%Y年%m月%d日}",
    ):
        assert span(joined).days(1999) == (first, last)


@given(st.text("0123456789年月日至到-—~.前底 上下半全季度第一", max_size=24))
def test_any_text_is_a_period_or_is_refused(text: str) -> None:
    try:
        start, end = span(text).days(2026)
    except Refused as refusal:
        assert refusal.code in {"plans.not_a_period", "plans.period_order"}  # noqa: PT017  (either outcome is right)
    else:
        assert start <= end


@given(st.integers(1, 10_000))
def test_a_percentage_is_read_exactly(basis_points: int) -> None:
    whole, rest = divmod(basis_points, 100)
    text = f"{whole}.{rest:02d}%"
    assert ratio(f"不低于{text}").by_stratum == (("ALL", basis_points),)
    assert ratio(f"A类{text}，D级 100％").by_stratum == (("A", basis_points), ("D", 10_000))


@pytest.mark.parametrize(
    "text", ["3", "3%-5%", "百分之三", "0%", "101%", "0.001%", "A类3%，A类5%", "A类3%，其余5%"]
)
def test_what_is_no_ratio(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        ratio(text)
    assert refusal.value.code == "plans.not_a_ratio"


def test_words_leave_the_ratio_to_the_profile() -> None:
    assert ratio("按信用风险等级确定").by_stratum == ()
    assert ratio("0.03").by_stratum == (("ALL", 300),), "as a spreadsheet keeps 3 %"
    assert ratio("5‰").by_stratum == (("ALL", 50),)


@pytest.mark.parametrize(
    ("cells", "year"),
    [
        ({"检查期限": "2026年3月"}, 2026),
        ({"检查期限": "3月", "年度": "2026年度"}, 2026),
        ({"检查期限": "3月", "抽查名称": "2026年度公示信息抽查"}, 2026),
        ({"开始日期": "2026-03-01", "结束日期": "2026-03-31"}, 2026),
    ],
)
def test_the_year_may_stand_in_several_places(cells: dict[str, str], year: int) -> None:
    row = read(**cells)
    assert (row.year, row.start, row.end) == (year, date(year, 3, 1), date(year, 3, 31))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"检查期限": "3月"}, "检查期限", "plans.year_missing"),
        ({"检查期限": "2026年3月", "年度": "2025"}, "检查期限", "plans.period_year"),
        ({"检查期限": "2026年3月", "年度": "今年"}, "年度", "plans.not_a_year"),
        ({"开始日期": "2026-03-01"}, "结束日期", "registers.cell_empty"),
        ({"开始日期": "2026-03-05", "结束日期": "2026-03-01"}, "结束日期", "plans.period_order"),
        ({}, "检查期限", "registers.cell_empty"),
        ({"检查期限": "2026年3月", "抽查数量": "若干"}, "抽查数量", "plans.not_a_count"),
        ({"检查期限": "2026年3月", "抽查比例": ""}, "抽查比例", "registers.cell_empty"),
    ],
)
def test_a_line_at_fault_names_its_column(cells: dict[str, str], column: str, code: str) -> None:
    with pytest.raises(RowRefused) as refusal:
        read(**cells)
    assert (refusal.value.column, refusal.value.code) == (column, code)


def test_a_header_of_five_fields_lacks_its_period() -> None:
    head = heading(PLANS, [["抽查名称", "抽查事项", "抽查对象", "抽查比例", "检查机关"]])
    assert head is not None
    assert missing(head.layout) == "检查期限/开始日期"
