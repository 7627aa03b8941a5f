"""Which column is which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Refused
from rules.registers.inspectors import INSPECTORS
from rules.registers.items import ITEMS
from rules.registers.layout import HEADER_WITHIN, Register, RowRefused, heading, missing
from rules.registers.subjects import SUBJECTS
from tests.rules.registers.made import credit_code, identity_number

REGISTERS: list[Register[object]] = [SUBJECTS, INSPECTORS, ITEMS]  # type: ignore[list-item]  # any row will do


@pytest.mark.parametrize("register", REGISTERS)
def test_no_header_means_two_things(register: Register[object]) -> None:
    names = [name for column in register.columns for name in column.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("register", REGISTERS)
def test_every_usual_header_finds_its_own_column(register: Register[object]) -> None:
    for column in register.columns:
        for name in column.names:
            found = heading(register, [[name]])
            assert found is not None
            assert found.layout.fields == {column.field}, name


@pytest.mark.parametrize("register", REGISTERS)
def test_what_is_needed_is_a_column(register: Register[object]) -> None:
    fields = {column.field for column in register.columns}
    assert {field for group in register.needed for field in group} <= fields


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("统一社会信用代码/注册号", "code"),
        ("统一社会信用代码（注册号）", "code"),
        ("注册号或统一社会信用代码", "code"),
        ("主体身份代码（统一社会信用代码）", "code"),
        (" *企业名称： ", "name"),
        ("企业(机构)名称", "name"),
        ("企　业\n名 称", "name"),
        ("住所（经营场所）", "address"),
        ("乡镇/街道", "region"),
        ("法定代表人（负责人）", "representative"),
    ],
)
def test_a_header_is_understood_with_its_remarks_and_alternatives(header: str, field: str) -> None:
    found = heading(SUBJECTS, [[header]])
    assert found is not None
    assert found.layout.fields == {field}
    assert found.layout.header(field) == " ".join(header.split())


def test_the_header_is_found_below_titles() -> None:
    lines = [
        ["濮阳县检查对象名录库", "", ""],
        ["填报单位：", "填报日期：", ""],
        [],
        ["序号", "名称", "注册号"],
    ]
    found = heading(SUBJECTS, lines)
    assert found is not None
    assert found.index == 3
    assert found.layout.unknown == ()


def test_of_two_lines_that_look_like_headers_the_fuller_one_counts() -> None:
    lines = [
        ["姓名", "单位", "执法证", "执法证"],
        ["姓名", "单位", "证号", "有效期"],
        ["张三", "单位", "1", "2027-01-01"],
    ]
    found = heading(INSPECTORS, lines)
    assert found is not None
    assert found.index == 1


def test_a_header_beyond_the_first_lines_is_not_looked_for() -> None:
    assert heading(SUBJECTS, [[""]] * HEADER_WITHIN + [["名称", "注册号"]]) is None


def test_two_columns_with_one_name_are_refused() -> None:
    with pytest.raises(Refused) as caught:
        heading(SUBJECTS, [["名称", "注册号", "名 称"]])
    assert caught.value.code == "registers.column_twice"
    assert caught.value.details == {"column": "名称"}


def test_of_several_columns_for_one_field_the_first_filled_one_counts() -> None:
    found = heading(SUBJECTS, [["名称", "注册号", "统一社会信用代码", "住所", "经营场所"]])
    assert found is not None
    read = found.layout.read
    code, old = credit_code(1), "3300000000360"
    assert read(["甲", old, code, "东路", "西路"]).key == code
    assert read(["甲", old, "", "东路", "西路"]).key == old
    assert read(["甲", "", code, "东路", "西路"]).address == "西路"
    assert read(["甲", "", code, "东路", ""]).address == "东路"


def test_the_cell_at_fault_is_named_by_its_own_header() -> None:
    found = heading(SUBJECTS, [["名称", "注册号", "统一社会信用代码"]])
    assert found is not None
    with pytest.raises(RowRefused) as caught:
        found.layout.read(["甲", "12", ""])
    assert (caught.value.column, caught.value.value, caught.value.code) == (
        "注册号",
        "12",
        "registers.code_length",
    )


def test_an_identity_number_is_never_quoted() -> None:
    found = heading(SUBJECTS, [["名称", "注册号"]])
    assert found is not None
    with pytest.raises(RowRefused) as caught:
        found.layout.read(["甲", identity_number()])
    assert caught.value.value is None
    assert identity_number() not in str(caught.value.details)


def test_personal_columns_are_left_out_and_unknown_ones_named() -> None:
    found = heading(INSPECTORS, [["序号", "姓名", "执法证号", "身份证号码", "联系电话", "星座"]])
    assert found is not None
    assert found.layout.personal == ("身份证号码", "联系电话")
    assert found.layout.unknown == ("星座",)


def test_what_a_header_lacks_is_named_as_a_choice() -> None:
    for lines, lack in (
        (["名称", "地址"], "统一社会信用代码/编号"),
        (["注册号", "地址"], "企业名称"),
        (["名称", "编号"], None),
    ):
        found = heading(SUBJECTS, [lines])
        assert found is not None
        assert missing(found.layout) == lack


def test_a_line_that_is_shorter_than_the_header_has_empty_cells() -> None:
    found = heading(SUBJECTS, [["注册号", "名称", "地址"]])
    assert found is not None
    assert found.layout.read(["3300000000360", "甲"]).address is None
    with pytest.raises(RowRefused, match="cell_empty") as caught:
        found.layout.read(["3300000000360"])
    assert caught.value.column == "名称"


@given(st.lists(st.text(max_size=12), max_size=8))
def test_no_line_of_a_file_breaks_the_search(cells: list[str]) -> None:
    for register in REGISTERS:
        try:
            found = heading(register, [cells, cells])
        except Refused as refusal:
            assert refusal.code == "registers.column_twice"  # noqa: PT017  (it may also find something)
        else:
            assert found is None or found.index == 0
