"""年度抽查计划: what is to be inspected in a year, as departments list it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rules.codes import own_number
from rules.errors import Refused
from rules.registers.cells import day, line, passage, shown, words
from rules.registers.inspectors import department
from rules.registers.layout import CellRefused, Register, column
from rules.registers.periods import Span, span
from rules.strata import EVERYBODY

_WHOLE = 10_000
_AMOUNT = r"(\d+(?:\.\d+)?)\s*([%‰])"
_PERCENT = re.compile(_AMOUNT)
_BY_CLASS = re.compile(r"([ABCD])\s*[类级等]?[^0-9A-D%‰]*" + _AMOUNT)
_FRACTION = re.compile(r"0\.\d+")
_COUNT = re.compile(r"约?(\d{1,7})(?:户次|户|家|个|批次|批|件|名|人|台|辆)?(?:左右)?")
_YEAR = re.compile(r"(20\d{2})(?:年度?)?")
_YEAR_IN_TITLE = re.compile(r"(20\d{2})年")


@dataclass(frozen=True, slots=True)
class PlannedRatio:
    """How many of a line's subjects are to be drawn.

    Args:
        text: as the cell has it.
        by_stratum: basis points; under ``ALL`` where one number holds for everybody, empty where words alone stand.
    """

    text: str
    by_stratum: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line; what the plan does not say is ``None``.

    Args:
        year: of the plan; the period lies in it.
        name: of the inspection (抽查名称, 抽查任务名称).
        items: the cell that names the items; which they are, only the item list can tell.
        subjects: who is inspected.
        start: first day of the period.
        end: last day of the period.
        title: of the plan.
        number: of the line.
        lead: who inspects, the lead first; empty where whoever imports the table says it.
        participants: who takes part besides.
        count: how many subjects are to be drawn.
        reason: why the line differs from the plan that was published.
        approval: how the change was decided.
        decided_on: when.
    """

    year: int
    name: str
    items: str
    subjects: str
    start: date
    end: date
    title: str | None = None
    number: str | None = None
    ratio: PlannedRatio | None = None
    count: int | None = None
    lead: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    method: str | None = None
    remark: str | None = None
    reason: str | None = None
    approval: str | None = None
    decided_on: date | None = None


def ratio(text: str) -> PlannedRatio:
    """A ratio: ``3%``, ``不低于5%``, ``A类1%，B类3%，C类10%，D类30%``, or words without a number.

    Args:
        text: a clean cell.

    Raises:
        Refused: ``plans.not_a_ratio`` for a number that is no share, or several of which nobody can say whose they are.
    """
    plain = unicodedata.normalize("NFKC", passage(text)).upper()
    if _FRACTION.fullmatch(plain):  # a percentage as a spreadsheet keeps it
        return PlannedRatio(text, ((EVERYBODY, _basis_points(plain, "1", text)),))
    classes = _BY_CLASS.findall(plain)
    amounts = _PERCENT.findall(plain)
    if classes and len(classes) == len(amounts) == len({name for name, _, _ in classes}):
        return PlannedRatio(
            text, tuple((name, _basis_points(one, unit, text)) for name, one, unit in classes)
        )
    if len(amounts) == 1 and not classes:
        amount, unit = amounts[0]
        return PlannedRatio(text, ((EVERYBODY, _basis_points(amount, unit, text)),))
    if amounts or re.search(r"\d|分之", plain):
        raise Refused("plans.not_a_ratio", value=shown(text))
    return PlannedRatio(text, ())


def _basis_points(amount: str, unit: str, text: str) -> int:
    found = Decimal(amount) * {"%": 100, "‰": 10, "1": _WHOLE}[unit]
    if found != int(found) or not 0 < found <= _WHOLE:
        raise Refused("plans.not_a_ratio", value=shown(text))
    return int(found)


def _count(text: str) -> int:
    found = _COUNT.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None or int(found[1]) == 0:
        raise Refused("plans.not_a_count", value=shown(text))
    return int(found[1])


def _year(text: str) -> int:
    found = _YEAR.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise Refused("plans.not_a_year", value=shown(text))
    return int(found[1])


def _departments(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(department(word) for word in words(text)))


def _build(values: dict[str, Any]) -> PlanRow:
    period: Span | None = values.pop("period", None)
    first, last = values.pop("start", None), values.pop("end", None)
    field = "period" if period is not None or first is None else "end"
    year = values.pop("year", None) or _named(values) or (period.year if period else None)
    if period is None and (first is None or last is None):
        raise CellRefused("end" if first is not None else field, "registers.cell_empty")
    if year is None and period is not None:
        raise CellRefused("period", "plans.year_missing")
    try:
        start, end = period.days(year) if period is not None and year is not None else (first, last)
    except Refused as refusal:
        raise CellRefused(field, refusal.code, **refusal.details) from refusal
    if end < start:
        raise CellRefused(field, "plans.period_order", first=start, last=end)
    year = year or start.year
    if {start.year, end.year} != {year}:
        raise CellRefused(field, "plans.period_year", first=start, last=end, year=year)
    if values.get("ratio") is None and values.get("count") is None:
        raise CellRefused("ratio", "registers.cell_empty")
    values["lead"] = values.get("lead") or ()
    values["participants"] = values.get("participants") or ()
    return PlanRow(year=year, start=start, end=end, **values)


def _named(values: dict[str, Any]) -> int | None:
    for field in ("title", "name"):
        if found := _YEAR_IN_TITLE.search(values.get(field) or ""):
            return int(found[1])
    return None


PLANS: Register[PlanRow] = Register(
    columns=(
        column("title", "计划名称 抽查计划名称 年度计划名称 抽查工作计划名称 抽查计划", line),
        column("year", "年度 计划年度 年份 抽查年度", _year),
        column("number", "计划编号 任务编号 抽查任务编号 抽查编号 计划行号 编号", own_number),
        column(
            "name",
            "抽查名称 抽查任务名称 任务名称 抽查任务 检查任务名称 检查任务 任务 名称",
            line,
            filled=True,
        ),
        column(
            "items",
            "抽查事项 抽查事项名称 检查事项 检查事项名称 事项名称 事项 抽查内容",
            passage,
            filled=True,
        ),
        column(
            "subjects",
            "抽查对象 检查对象 抽查对象范围 检查对象范围 对象范围 抽查范围 被检查对象 对象",
            passage,
            filled=True,
        ),
        column("ratio", "抽查比例 抽取比例 检查比例 比例", ratio),
        column(
            "count", "抽查数量 抽取数量 抽查户数 计划抽查数 计划抽查户数 抽查对象数量 检查数量 数量", _count
        ),
        column(
            "lead",
            "检查机关 发起部门 联合检查发起部门 部门联合检查发起部门 牵头部门 牵头单位 发起单位 抽查机关 检查主体 抽查主体 "
            "实施部门 检查单位 检查部门 责任部门 组织部门 发起部门和参与部门 发起、参与部门 部门",
            _departments,
        ),
        column(
            "participants",
            "参与部门 联合检查参与部门 部门联合检查参与部门 配合部门 联合部门 参加部门 参与单位 配合单位 联合单位",
            _departments,
        ),
        column(
            "period",
            "检查期限 抽查检查日期 抽查日期 检查日期 抽查时间 检查时间 抽查检查时间 抽查期限 抽查时限 检查时限 实施时间 "
            "起止时间 起止日期 检查起止时间 计划时间 任务时间 完成时限 时间",
            span,
        ),
        column("start", "开始日期 起始日期 开始时间 起始时间 检查开始日期 抽查开始日期 任务开始日期", day),
        column("end", "结束日期 截止日期 结束时间 截止时间 检查结束日期 抽查结束日期 任务结束日期", day),
        column("method", "检查方式 抽查方式 检查方法 方式", line),
        column("remark", "备注 说明", passage),
        column("reason", "调整原因 变更原因 调整理由 变更理由", line),
        column("approval", "审批情况 调整程序 变更程序 调整审批 审批程序 批准情况 审批", line),
        column("decided_on", "调整日期 变更日期 审批日期 批准日期", day),
    ),
    needed=(("name",), ("items",), ("subjects",), ("ratio", "count"), ("period", "start")),
    build=_build,
    personal=("身份证", "电话", "手机", "联系方式"),
)
"""年度抽查计划.

Source: 濮阳 二(四) (six fields); 五原 art. 14 (nine fields), 15 (changes); 邢台 二(四) (changes by a procedure).
"""
