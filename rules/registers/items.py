"""随机抽查事项清单: what may be inspected, on which legal basis."""

import re
from dataclasses import dataclass
from typing import Any

from rules.codes import own_number
from rules.profile.terms import ItemClass
from rules.registers.cells import line, meanings, one_of, passage
from rules.registers.layout import CellRefused, Register, column

CODE_LENGTH = 64

_CLASS_WORDS = meanings(
    {
        ItemClass.GENERAL.value: "一般 一般事项 一般检查事项 一般抽查事项 一般检查",
        ItemClass.KEY.value: "重点 重点事项 重点检查事项 重点抽查事项 重点检查",
    }
)
_NO_EXPERTISE = re.compile(r"(?:无需|不需|不限|无要求|无特殊|没有要求|均可).*", re.DOTALL)
_NEEDED = re.compile(r"^(?:需要?|须|应当?|要求)?(?:具备|具有|持有)?(?=.)")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item; what the list does not say is ``None``.

    Args:
        code: number of the item; its name, for a list without numbers.
        sub_name: name of the part, for an item that has parts.
        item_class: whether a cap on the ratio applies.
        basis: the law, regulation or rule (五原 art. 7: none, no item).
        body: who inspects.
        subjects: who is inspected.
        ratio: free text: ``5%``, ``不低于3%或按专项计划确定``.
        expertise: the one qualification that an inspector must have.
        method: how it is checked.
        content: what is checked.
        requirement: what the check must observe; with method and content the item's 工作指引 (五原 art. 11).
        form: key of the check form.
    """

    code: str
    name: str
    basis: str
    body: str
    subjects: str
    sub_name: str = ""
    category: str | None = None
    item_class: ItemClass = ItemClass.GENERAL
    ratio: str | None = None
    frequency: str | None = None
    method: str | None = None
    content: str | None = None
    requirement: str | None = None
    expertise: str | None = None
    remark: str | None = None
    form: str | None = None


def expertise(text: str) -> str | None:
    """The qualification that an item asks of its inspectors.

    Args:
        text: a clean cell: ``食品安全``, ``需专业岗位资格``, ``无需专业岗位资格``.

    Returns:
        The qualification by its name, as an inspector's specialties would have it; ``None`` where none is asked for.
    """
    flat = line(text)
    if _NO_EXPERTISE.fullmatch(flat):
        return None
    return _NEEDED.sub("", flat)


def _build(values: dict[str, Any]) -> ItemRow:
    code = values.pop("code", None) or values["name"]
    if len(code) > CODE_LENGTH:
        raise CellRefused("code", "registers.item_code_missing", most=CODE_LENGTH)
    values["sub_name"] = values.get("sub_name") or ""
    values["item_class"] = ItemClass(values.get("item_class") or ItemClass.GENERAL)
    return ItemRow(code=code, **values)


ITEMS: Register[ItemRow] = Register(
    columns=(
        column(
            "code",
            "编号 事项编码 事项编号 事项代码 抽查事项编码 抽查事项编号 清单编号 清单编码 代码",
            own_number,
        ),
        column(
            "name",
            "抽查事项名称 抽查事项 事项名称 检查事项名称 检查事项 事项 名称 随机抽查事项",
            line,
            filled=True,
        ),
        column("sub_name", "抽查子项 子项 子项名称 抽查事项子项 检查子项 小项 抽查小项", line),
        column("category", "抽查类别 检查类别 抽查项目 类别 大类 抽查大类 抽查领域 检查领域 领域", line),
        column(
            "item_class",
            "事项类别 事项分类 检查事项类别 抽查事项类别 事项性质 事项类型 事项等级",
            one_of(_CLASS_WORDS, examples=("一般检查事项", "重点检查事项")),
        ),
        column(
            "basis",
            "抽查依据 检查依据 依据 法律依据 法定依据 设定依据 执法依据 抽查依据名称",
            passage,
            filled=True,
        ),
        column(
            "body",
            "抽查主体 检查主体 实施主体 抽查机关 检查机关 抽查部门 检查部门 实施部门 责任部门 牵头部门 发起部门",
            passage,
            filled=True,
        ),
        column("subjects", "抽查对象 检查对象 对象 对象范围 检查对象范围 抽查对象范围", passage, filled=True),
        column("ratio", "抽查比例 比例 抽取比例 检查比例 年度抽查比例", passage),
        column("frequency", "抽查频次 频次 检查频次 抽查频率 检查频率 频率", passage),
        column("method", "抽查方式 检查方式 方式 检查方法 抽查方法", passage),
        column("content", "抽查内容 检查内容 内容 抽查内容和方式", passage),
        column("requirement", "工作要求 检查要求 抽查要求 工作指引 检查标准 检查要点", passage),
        column("expertise", "业务专长要求 专长要求 检查人员要求 人员要求 执法人员要求 专业要求", expertise),
        column("remark", "备注 说明", passage),
        column("form", "检查表 表单 检查表单 检查表编号 表单编号", line),
    ),
    needed=(("name",), ("basis",), ("body",), ("subjects",)),
    build=_build,
    personal=(),
)
"""随机抽查事项清单.

Source: 濮阳 二(一) (eight fields); 五原 art. 7 (seven fields; no legal basis, no item).
"""
