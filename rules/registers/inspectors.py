"""执法检查人员名录库: who may be drawn to inspect, as departments list them."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.codes import own_number
from rules.registers.cells import day, line, meanings, one_of, person, words, yes
from rules.registers.layout import Register, column

_ACTIVE = meanings(
    {
        "yes": "在岗 在职 在编 有效 正常 启用 可用 是 在岗在职 Y YES TRUE 1",
        "no": (
            "离岗 离职 退休 调离 调出 借调 失效 停用 注销 暂停 无效 过期 吊销 不在岗 已退休 已调离 已离职 否 N NO FALSE 0"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """One person; what the register does not say is ``None``.

    Args:
        name: of the person.
        department: the unit as the cell names it; ``None`` where the table leaves it to whoever imports it.
        certificate_no: number of the enforcement certificate; ``None`` for staff without one, who never count towards the
            two inspectors.
        certificate_valid_until: last day; :data:`rules.registers.cells.LONG_TERM` for no end.
        item_range: codes or names of the items that the person may check; empty for all of the department's.
        is_expert: whether the person helps as an expert, and never counts towards the two inspectors.
        active: whether the person may be drawn at all.
    """

    name: str
    department: str | None = None
    certificate_no: str | None = None
    certificate_valid_until: date | None = None
    post: str | None = None
    level: str | None = None
    region: str | None = None
    qualification: str | None = None
    specialties: tuple[str, ...] = ()
    item_range: tuple[str, ...] = ()
    is_expert: bool = False
    active: bool = True


def department(text: str) -> str:
    """A department's name in one spelling: full-width brackets, no white space."""
    level = "".join(unicodedata.normalize("NFKC", text).split())
    return level.replace("(", "（").replace(")", "）")


def _active(text: str) -> bool:
    return _status(text) == "yes"


_status = one_of(_ACTIVE, examples=("在岗", "离岗", "退休", "失效"))


def _build(values: dict[str, Any]) -> InspectorRow:
    values["specialties"] = values.get("specialties") or ()
    values["item_range"] = values.get("item_range") or ()
    values["is_expert"] = bool(values.get("is_expert"))
    values["active"] = values.get("active") is not False
    return InspectorRow(**values)


INSPECTORS: Register[InspectorRow] = Register(
    columns=(
        column(
            "name",
            "姓名 检查人员姓名 执法人员姓名 人员姓名 检查人员 执法人员 执法检查人员 专家姓名",
            person,
            filled=True,
        ),
        column(
            "department",
            "单位 工作单位 所在单位 单位名称 执法单位 执法机关 执法主体 所属单位 所在部门 所属部门 部门 部门名称 工作部门",
            department,
        ),
        column(
            "certificate_no",
            "执法证号 执法证号码 执法证编号 行政执法证号 行政执法证编号 执法证件号 执法证件号码 执法证件编号 行政执法证件号 "
            "行政执法证件编号 执法编号 证件编号 证号 专家编号 专家证号 聘书编号",
            own_number,
        ),
        column(
            "certificate_valid_until",
            "证件有效期 执法证有效期 有效期至 有效期 有效期限 有效期止 执法证有效期至 证件有效期至 执法证件有效期 截止日期",
            day,
        ),
        column("post", "职务 职位 岗位 职务职级 职务名称 职级", line),
        column("level", "级别 层级 人员级别 所属层级 人员层级 执法层级 单位层级", line),
        column(
            "region", "区域 所属区域 所在区域 辖区 执法区域 所在地区 片区 所属片区 负责区域 监管区域", line
        ),
        column("qualification", "执法资质 执法资格 资质 资格 执法资格类别 执法类别 资质名称", line),
        column("specialties", "业务专长 专长 专业专长 业务特长 特长 专业领域 业务领域 擅长领域", words),
        column(
            "item_range",
            "事项范围 抽查事项范围 执法事项 执法事项范围 检查事项 检查事项范围 可检查事项 负责事项 执法范围 检查范围",
            words,
        ),
        column("is_expert", "是否专家 专家 是否为专家 专家库成员", yes),
        column(
            "active", "状态 人员状态 在岗状态 在职状态 是否在岗 是否在职 证件状态 有效状态 使用状态", _active
        ),
    ),
    needed=(("name",), ("certificate_no",)),
    build=_build,
    personal=("身份证", "公民身份", "证件号", "电话", "手机", "联系方式", "出生", "照片"),
)
"""执法检查人员名录库.

Source: 濮阳 二(二) (name, unit, post, specialty, certificate); 五原 art. 10 (qualification, level, experts, staff without a
certificate). No document asks for identity numbers or phones, so they are not read.
"""
