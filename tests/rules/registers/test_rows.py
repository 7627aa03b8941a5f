"""Lines of the three registers, read as rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from models.items import CheckItem
from models.registers import Inspector, Subject, SubjectKind, SubjectStatus
from rules.profile.terms import ItemClass
from rules.registers import subjects
from rules.registers.cells import LONG_TERM
from rules.registers.inspectors import INSPECTORS, InspectorRow
from rules.registers.items import ITEMS, ItemRow, expertise
from rules.registers.layout import Register, RowRefused, heading
from rules.registers.subjects import SUBJECTS, SubjectRow, credit_class, kind
from rules.strata import FLAGS
from tests.rules.registers.made import credit_code, identity_number, registration_number

CODE = credit_code(1)


def read(register: Register[Any], headers: str, cells: Sequence[str]) -> Any:
    found = heading(register, [headers.split()])
    assert found is not None
    assert found.layout.unknown == ()
    return found.layout.read(cells)


def subject(headers: str = "", *cells: str, code: str = CODE) -> SubjectRow:
    row: SubjectRow = read(SUBJECTS, f"名称 统一社会信用代码 {headers}", ["甲商行", code, *cells])
    return row


def refused(register: Register[Any], headers: str, *cells: str) -> tuple[str, str]:
    with pytest.raises(RowRefused) as caught:
        read(register, headers, cells)
    return caught.value.column, caught.value.code


def test_a_subject_with_nothing_but_name_and_code() -> None:
    assert subject() == SubjectRow(key=CODE, name="甲商行", kind="enterprise")


def test_every_column_of_a_subject_is_read() -> None:
    row = subject(
        "主体类型 登记状态 信用风险分类 分类来源 分类日期 行业 乡镇 规模 住所 经营范围 法定代表人 联系电话 登记机关 管辖单位 标签 纬度 经度",
        "个体工商户",
        "存续（在营、开业、在册）",
        "B级",
        "省局",
        "2026-10-01",
        "餐饮业",
        "城关镇",
        "小型",
        "东路1号",
        "餐饮服务",
        "王五",
        "0393-0000000",
        "濮阳县市场监督管理局",
        "城关所",
        "列入经营异常名录、夜市",
        "35.7",
        "115.0",
    )
    assert row == SubjectRow(
        key=CODE,
        name="甲商行",
        kind="sole_trader",
        status="existing",
        credit_class="B",
        credit_class_source="省局",
        credit_class_on=date(2026, 10, 1),
        industry="餐饮业",
        region="城关镇",
        scale="小型",
        address="东路1号",
        business_scope="餐饮服务",
        representative="王五",
        phone="0393-0000000",
        registered_by="濮阳县市场监督管理局",
        supervised_by="城关所",
        tags=("经营异常名录", "夜市"),
        latitude=35.7,
        longitude=115.0,
    )
    assert row.tags[0] in FLAGS


def test_the_words_of_the_register_are_those_of_the_store() -> None:
    assert {subjects.EXISTING, subjects.CANCELLED, subjects.REVOKED, subjects.MOVED} == set(SubjectStatus)
    kinds = {"个体工商户", "农民专业合作社", "有限责任公司", "产品", "项目", "行为", "其他"}
    assert {kind(word) for word in kinds} == set(SubjectKind)
    assert set(SubjectRow._fields) <= set(Subject.model_fields)
    assert set(InspectorRow.__dataclass_fields__) - {"department"} <= set(Inspector.model_fields)
    assert set(ItemRow.__dataclass_fields__) <= set(CheckItem.model_fields)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("存续", "existing"),
        ("在业", "existing"),
        ("在营（开业）企业", "existing"),
        ("歇业", "existing"),
        ("", "existing"),
        ("注销", "cancelled"),
        ("吊销，已注销", "cancelled"),
        ("吊销，未注销", "revoked"),
        ("吊销", "revoked"),
        ("迁出", "moved"),
    ],
)
def test_a_status_is_what_the_register_means_by_it(word: str, status: str) -> None:
    assert subject("登记状态", word).status == status


def test_a_status_that_nobody_knows_is_refused_and_not_drawn_as_existing() -> None:
    assert refused(SUBJECTS, "名称 注册号 状态", "甲", "3300000000360", "待定") == (
        "状态",
        "registers.not_a_choice",
    )


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("有限责任公司(自然人独资)", "enterprise"),
        ("普通合伙企业", "enterprise"),
        ("个体户", "sole_trader"),
        ("农民专业合作社", "cooperative"),
        ("合作社", "cooperative"),
        ("事业单位", "other"),
        ("民办非企业单位", "other"),
        ("医疗机构", "other"),
        ("产品", "product"),
    ],
)
def test_a_kind_is_told_from_its_word(word: str, found: str) -> None:
    assert kind(word) == found


def test_a_register_without_kinds_is_told_by_its_codes() -> None:
    assert subject(code=credit_code(2, "92")).kind == "sole_trader"
    assert subject(code=credit_code(2, "93")).kind == "cooperative"
    assert subject(code=registration_number(2, "6")).kind == "sole_trader"


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("A", "A"),
        ("b级", "B"),
        ("Ｃ类", "C"),
        ("信用风险高（D）", "D"),
        ("A类（信用风险低）", "A"),
        ("低风险", "A"),
        ("未分类", ""),
    ],
)
def test_a_credit_class_is_a_letter(word: str, letter: str) -> None:
    assert credit_class(word) == letter
    assert subject("信用风险分类", word).credit_class == (letter or None)


@pytest.mark.parametrize("word", ["E", "AB", "A（高风险）", "优秀"])
def test_a_credit_class_that_nobody_knows_is_refused(word: str) -> None:
    assert (
        refused(SUBJECTS, "名称 注册号 信用等级", "甲", "3300000000360", word)[1] == "registers.not_a_choice"
    )


@pytest.mark.parametrize("word", ["产品", "项目", "行为", "医疗机构"])
def test_what_has_no_code_goes_by_its_own_number(word: str) -> None:
    row = read(SUBJECTS, "名称 主体类型 编号", ["甲", word, " cp－001 "])
    assert row.key == "CP-001"


def test_a_business_never_goes_by_a_number_of_its_own() -> None:
    """It would be in the list twice as soon as somebody fills its code in."""
    assert refused(SUBJECTS, "名称 统一社会信用代码 编号", "甲", "", "17") == (
        "统一社会信用代码",
        "registers.code_missing",
    )
    assert refused(SUBJECTS, "名称 主体类型 编号", "甲", "公司", "17")[1] == "registers.code_missing"
    assert refused(SUBJECTS, "名称 主体类型 编号", "甲", "产品", "") == ("编号", "registers.number_missing")


def test_an_inspector_with_everything() -> None:
    row = read(
        INSPECTORS,
        "姓名 工作单位 职务 执法证号 业务专长 执法资质 级别 证件有效期 是否专家 状态 辖区",
        [
            "张　三",
            "濮阳县市场监督管理局(本级)",
            "科员",
            "豫j-001",
            "食品，药品",
            "行政执法",
            "县级",
            "长期",
            "否",
            "在岗",
            "城关镇",
        ],
    )
    assert row == InspectorRow(
        name="张三",
        department="濮阳县市场监督管理局（本级）",
        certificate_no="豫J-001",
        certificate_valid_until=LONG_TERM,
        post="科员",
        level="县级",
        region="城关镇",
        qualification="行政执法",
        specialties=("食品", "药品"),
        is_expert=False,
        active=True,
    )


def test_what_an_inspector_may_check_and_where() -> None:
    """五原 art. 10, 19; 示范区 三; the range of items is a column of the published template (Zhejiang)."""
    row = read(
        INSPECTORS,
        "专家姓名 专家编号 是否专家 抽查事项范围 所属片区 单位层级",
        ["张三", "专-7", "是", "SJ01、食品检查", "城关镇", "市级"],
    )
    assert row == InspectorRow(
        name="张三",
        certificate_no="专-7",
        is_expert=True,
        item_range=("SJ01", "食品检查"),
        region="城关镇",
        level="市级",
    )


@pytest.mark.parametrize(
    ("word", "active"), [("在岗", True), ("", True), ("是", True), ("失效", False), ("退休", False)]
)
def test_who_has_left_is_not_active(word: str, active: bool) -> None:
    assert read(INSPECTORS, "姓名 执法证号 状态", ["张三", "豫J-001", word]).active is active


def test_an_inspector_may_be_without_certificate_but_not_without_name() -> None:
    assert read(INSPECTORS, "姓名 执法证号", ["张三", "无"]).certificate_no is None
    assert refused(INSPECTORS, "姓名 执法证号", "", "豫J-001") == ("姓名", "registers.cell_empty")


def test_an_identity_number_is_no_certificate() -> None:
    assert refused(INSPECTORS, "姓名 执法证号", "张三", identity_number())[1] == "registers.code_identity"


def item(headers: str = "", *cells: str) -> ItemRow:
    row: ItemRow = read(
        ITEMS,
        f"抽查事项 抽查依据 抽查主体 抽查对象 {headers}",
        ["食品检查", "《食品安全法》", "县局", "食品店", *cells],
    )
    return row


def test_an_item_without_number_goes_by_its_name() -> None:
    assert item().code == "食品检查"
    assert item("编号", "A01").code == "A01"
    long_name = "检" * 65
    cells = [long_name, "法", "县局", "店"]
    assert refused(ITEMS, "抽查事项 抽查依据 抽查主体 抽查对象", *cells) == (
        "编号",
        "registers.item_code_missing",
    )


@pytest.mark.parametrize("word", ["", "无", "/"])
def test_an_item_without_legal_basis_is_refused(word: str) -> None:
    """五原 art. 7: no legal basis, no item."""
    cells = ["食品检查", word, "县局", "店"]
    assert refused(ITEMS, "抽查事项 抽查依据 抽查主体 抽查对象", *cells) == (
        "抽查依据",
        "registers.cell_empty",
    )


def test_the_class_of_an_item_is_general_unless_it_says_key() -> None:
    assert item().item_class is ItemClass.GENERAL
    assert item("事项类别", "一般检查事项").item_class is ItemClass.GENERAL
    assert item("事项类别", "重点检查事项").item_class is ItemClass.KEY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("无需专业岗位资格", None),
        ("不限", None),
        ("需专业岗位资格", "专业岗位资格"),
        ("须具备食品检查员资格", "食品检查员资格"),
        ("特种设备", "特种设备"),
        ("需", "需"),
    ],
)
def test_what_an_item_asks_of_its_inspectors_is_named_as_their_specialties_are(
    text: str, found: str | None
) -> None:
    assert expertise(text) == found


@pytest.mark.parametrize(
    ("headers", "cells", "code", "column"),
    [
        ("纬度 经度", ["35.7", ""], "registers.half_position", "经度"),
        ("纬度 经度", ["", "115.0"], "registers.half_position", "纬度"),
        ("纬度", ["35.7"], "registers.half_position", "经度"),
        ("纬度 经度", ["0", "0"], "registers.position_abroad", "纬度"),
        ("纬度 经度", ["31.2", "31.2"], "registers.position_abroad", "纬度"),
        ("纬度 经度", ["115.0", "35.7"], "registers.not_degrees", "纬度"),
    ],
)
def test_half_a_position_and_one_abroad_are_refused_with_their_column(
    headers: str, cells: list[str], code: str, column: str
) -> None:
    assert refused(SUBJECTS, f"名称 统一社会信用代码 {headers}", "甲商行", CODE, *cells) == (column, code)
