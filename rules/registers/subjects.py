"""检查对象名录库: who or what may be inspected, as departments list them."""

from datetime import date
from typing import Any, NamedTuple

from rules.codes import Registrant, own_number, registrant, subject_code
from rules.errors import Refused
from rules.registers.cells import bare, day, degrees, line, meanings, one_of, passage, shown, words
from rules.registers.layout import CellRefused, Register, column

EXISTING = "existing"
CANCELLED = "cancelled"
REVOKED = "revoked"
MOVED = "moved"

PRODUCT = "product"
PROJECT = "project"
ACT = "act"

# 歇业 (regulation on the registration of market entities, art. 30) and 清算 leave the registration as it is: it exists.
_STATUSES = meanings(
    {
        EXISTING: (
            "存续 续存 在业 在营 在册 开业 营业 正常 有效 确立 登记成立 正常经营 正常营业 正常开业 在营企业 开业企业 存续企业 "
            "存续在营开业在册 在营开业 在营开业企业 开业正常经营 存续开业 开业在营 歇业 停业 清算 清算中"
        ),
        CANCELLED: "注销 已注销 注销企业 正常注销 吊销已注销 吊销后注销 吊销并注销 注销登记",
        REVOKED: "吊销 已吊销 被吊销 吊销企业 吊销未注销 吊销营业执照 撤销 已撤销 被撤销 撤销登记 被撤销登记",
        MOVED: "迁出 已迁出 迁移 迁往外地 迁往市外 迁往省外 迁出企业 迁移异地",
    }
)

_RISKS = {"A": "低", "B": "一般", "C": "较高", "D": "高"}
_CREDIT_FORMS = {
    form: letter for letter, risk in _RISKS.items() for form in (letter, risk, letter + risk, risk + letter)
}
_CREDIT_PADDING = ("信用", "风险", "企业", "等级", "级", "类")
_UNCLASSIFIED = frozenset({"未分类", "未分级", "未评级", "未评定", "未参评", "U"})

# Tried in this order: 民办非企业单位 is no 企业, 事业单位 no company.
_KIND_PARTS = (
    (("个体",), Registrant.SOLE_TRADER),
    (("农民专业合作", "专业合作社", "合作联社"), Registrant.COOPERATIVE),
    (("非企业", "事业单位", "机关", "社会团体", "社会组织", "基金会"), Registrant.OTHER),
    (
        (
            "企业",
            "公司",
            "合伙",
            "独资",
            "有限责任",
            "股份",
            "分支机构",
            "全民所有",
            "集体所有",
            "内资",
            "外商",
        ),
        Registrant.ENTERPRISE,
    ),
)
_KIND_WORDS = {
    "合作社": Registrant.COOPERATIVE.value,
    "农专": Registrant.COOPERATIVE.value,
    "产品": PRODUCT,
    "商品": PRODUCT,
    "项目": PROJECT,
    "工程": PROJECT,
    "工程项目": PROJECT,
    "建设项目": PROJECT,
    "行为": ACT,
    "活动": ACT,
}
_CHINA = (range(3, 55), range(73, 137))
"""Degrees of latitude and longitude between which the country lies."""

_WITHOUT_CODE = frozenset({PRODUCT, PROJECT, ACT, Registrant.OTHER.value})


class SubjectRow(NamedTuple):
    """One subject; what the register does not say is ``None``.

    A tuple and no dataclass: registers have a hundred thousand of them, and a tuple is made in half the time.

    Args:
        key: canonical id of the draw.
        name: as registered.
        kind: value of ``models.registers.SubjectKind``.
        status: value of ``models.registers.SubjectStatus``.
        credit_class: A to D; ``None`` for the unclassified.
        credit_class_on: since when.
        latitude: degrees, north positive.
        longitude: degrees, east positive.
    """

    key: str
    name: str
    kind: str
    status: str = EXISTING
    credit_class: str | None = None
    credit_class_source: str | None = None
    credit_class_on: date | None = None
    industry: str | None = None
    region: str | None = None
    scale: str | None = None
    address: str | None = None
    business_scope: str | None = None
    representative: str | None = None
    phone: str | None = None
    registered_by: str | None = None
    supervised_by: str | None = None
    tags: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


def kind(text: str) -> str:
    """What kind of subject a word means.

    Args:
        text: a clean cell, from ``企业`` to ``有限责任公司(自然人独资)``.

    Returns:
        ``other`` for whatever is neither business nor product, project, act: the set is closed by it.

    Source: 濮阳 二(二) (企业、个体工商户、农民专业合作社及其他); 五原 art. 9 (产品、项目、行为).
    """
    word = bare(text)
    if word in _KIND_WORDS:
        return _KIND_WORDS[word]
    for parts, found in _KIND_PARTS:
        if any(part in word for part in parts):
            return found.value
    return Registrant.OTHER.value


def credit_class(text: str) -> str:
    """The credit class that a cell names.

    Args:
        text: a clean cell: ``A``, ``A级``, ``信用风险低（A）``, ``低风险``, ``未分类``.

    Returns:
        A to D; empty for the unclassified.

    Raises:
        Refused: ``registers.not_a_choice``, also where letter and word contradict each other.

    Source: 企业信用风险分类 (A 低, B 一般, C 较高, D 高); 示范区 五.
    """
    word = bare(text)
    if word in _UNCLASSIFIED:
        return ""
    for padding in _CREDIT_PADDING:
        word = word.replace(padding, "")
    if word not in _CREDIT_FORMS:
        raise Refused("registers.not_a_choice", value=shown(text), expected="A、B、C、D、未分类")
    return _CREDIT_FORMS[word]


def _tags(text: str) -> tuple[str, ...]:
    """Tags; ``列入经营异常名录`` and ``经营异常名录`` are one."""
    plain = (word.removeprefix("已").removeprefix("被").removeprefix("列入") for word in words(text))
    return tuple(dict.fromkeys(plain))


def _require_position(values: dict[str, Any]) -> None:
    """Refuse half a position, and one abroad: latitude and longitude exchanged, or zeros that stand for nothing."""
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if latitude is None and longitude is None:
        return
    if latitude is None:
        raise CellRefused("latitude", "registers.half_position")
    if longitude is None:
        raise CellRefused("longitude", "registers.half_position")
    if int(latitude) not in _CHINA[0] or int(longitude) not in _CHINA[1]:
        raise CellRefused("latitude", "registers.position_abroad", latitude=latitude, longitude=longitude)


def _build(values: dict[str, Any]) -> SubjectRow:
    code, number = values.pop("code", None), values.pop("number", None)
    stated = values.pop("kind", None)
    if stated in _WITHOUT_CODE:
        key = number or code
        if key is None:
            raise CellRefused("number", "registers.number_missing")
    else:
        key = code
        if key is None:
            raise CellRefused("code", "registers.code_missing")
    _require_position(values)
    values["status"] = values.get("status") or EXISTING
    values["credit_class"] = values.get("credit_class") or None
    values["tags"] = values.get("tags") or ()
    return SubjectRow(key=key, kind=stated or registrant(key).value, **values)


SUBJECTS: Register[SubjectRow] = Register(
    columns=(
        column(
            "name",
            "企业名称 名称 单位名称 检查对象名称 检查对象 对象名称 市场主体名称 经营主体名称 主体名称 机构名称 公司名称 商户名称 "
            "字号名称 个体工商户名称 被检查单位 被检查单位名称 产品名称 项目名称 行为名称",
            line,
            filled=True,
        ),
        column(
            "code",
            "统一社会信用代码 社会信用代码 信用代码 统一代码 社会统一信用代码 统一信用代码 主体代码 "
            "注册号 工商注册号 营业执照注册号 企业注册号 营业执照号 营业执照号码 登记注册号",
            subject_code,
        ),
        column("number", "编号 对象编号 产品编号 项目编号 行为编号 名录编号", own_number),
        column(
            "kind",
            "主体类型 市场主体类型 经营主体类型 主体类别 企业类型 公司类型 对象类型 对象类别 检查对象类型 检查对象类别 类型",
            kind,
        ),
        column(
            "status",
            "登记状态 状态 经营状态 企业状态 主体状态 存续状态 营业状态 经营状况 企业登记状态",
            one_of(_STATUSES, examples=("存续", "注销", "吊销", "迁出")),
        ),
        column(
            "credit_class",
            "信用风险分类 信用风险等级 信用风险类别 信用风险分类等级 信用风险分类结果 信用分类 信用等级 信用类别 "
            "风险分类 风险等级 风险类别 分类等级",
            credit_class,
        ),
        column(
            "credit_class_source", "分类来源 信用风险分类来源 信用分类来源 评定机关 评定单位 分类依据", line
        ),
        column("credit_class_on", "分类日期 信用风险分类日期 信用分类日期 评定日期 分类时间 评定时间", day),
        column("industry", "行业 所属行业 行业类别 行业门类 行业分类 国民经济行业 行业名称", line),
        column(
            "region",
            "所属区域 区域 所在区域 辖区 所属辖区 乡镇 街道 所属乡镇 乡镇街道 所在乡镇 行政区划 片区 属地",
            line,
        ),
        column("scale", "规模 企业规模 经营规模", line),
        column(
            "address",
            "地址 实际经营地址 经营场所 经营地址 生产经营地址 经营(场所)地址 住所 住所地 企业地址 单位地址 注册地址 详细地址",
            line,
        ),
        column("business_scope", "经营范围 业务范围 许可范围 经营项目", passage),
        column(
            "representative",
            "法定代表人 负责人 法定代表人姓名 法人代表 法人 负责人姓名 经营者 经营者姓名 投资人 执行事务合伙人",
            line,
        ),
        column("phone", "联系电话 电话 手机 手机号 手机号码 联系方式 电话号码 企业联系电话", line),
        column("registered_by", "登记机关 发照机关 注册机关 登记单位 核准机关", line),
        column(
            "supervised_by",
            "管辖单位 监管单位 管辖机关 监管部门 主管部门 日常监管单位 属地监管所 所属监管所 管辖所 市场监管所 监管所",
            line,
        ),
        column("tags", "标签 对象标签 特征标签 分类标签 标签名称", _tags),
        column("latitude", "纬度", degrees(90)),
        column("longitude", "经度", degrees(180)),
    ),
    needed=(("name",), ("code", "number")),
    build=_build,
    personal=("身份证", "公民身份", "证件号"),
)
"""检查对象名录库.

Source: 濮阳 二(二) (name, code, scope, address); 五原 art. 9; the pool of 浙江 (registering body, local office) of domain b.4.
"""
