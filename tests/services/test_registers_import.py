"""A register from a file into the store: all of it or nothing, and a report line by line."""

import asyncio
import hashlib
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from sqlmodel import SQLModel, col, select

from bot.database import Store
from models.audit import AuditEvent
from models.items import CheckItem
from models.people import Account, Role, RoleName
from models.registers import (
    Certification,
    Department,
    Inspector,
    Jurisdiction,
    Subject,
    SubjectKind,
    SubjectStatus,
)
from rules.draw.identity import inspector_id, subject_id
from rules.errors import Refused
from services import audit
from services.registers import intake
from services.registers.inspectors import WITHOUT_CERTIFICATE
from services.registers.intake import Order, RegisterName, bring_in
from services.registers.report import Outcome, Report
from tests.conftest import BEGINNING, SetClock
from tests.rules.registers.made import credit_code, identity_number, registration_number

REAL = Path(__file__).parents[2].parent / "shared" / "data"

SUBJECTS = "名称,统一社会信用代码,登记状态,信用风险分类,地址,标签"
INSPECTORS = "姓名,工作单位,执法证号,业务专长,状态"
ITEMS = "编号,抽查事项名称,抽查子项,抽查依据,抽查主体,抽查对象,抽查比例"
DEPARTMENT = "濮阳县市场监督管理局"


def csv(header: str, *lines: str) -> bytes:
    return "\n".join((header, *lines)).encode()


def subjects(*lines: str) -> bytes:
    return csv(SUBJECTS, *lines)


THREE = (
    f"甲商行,{credit_code(1)},存续,A,东路1号,",
    f"乙商行,{registration_number(2, '6')},注销,未分类,,夜市、重点",
    "丙商行,3300000000360,,C,西路,",
)


async def bring(
    store: Store, data: bytes, register: RegisterName = RegisterName.SUBJECTS, **how: Any
) -> Report:
    order = Order(register, "名录.csv", data, how.pop("jurisdiction", "puyang"), **how)
    async with store.step() as step:
        return await bring_in(step, order)


async def every(store: Store, table: type[SQLModel]) -> Sequence[Any]:
    async with store.reading() as session:
        return (await session.exec(select(table).order_by("id"))).all()


def counts(report: Report) -> tuple[int, int, int, int]:
    added, changed, unchanged = (report.count(outcome) for outcome in Outcome)
    return added, changed, unchanged, len(report.faults)


def places(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.reason.code) for fault in report.faults]


async def test_subjects_are_stored_as_the_file_has_them(store: Store) -> None:
    report = await bring(store, subjects(*THREE))
    assert counts(report) == (3, 0, 0, 0)
    assert report.written
    first, second, third = await every(store, Subject)
    assert (first.key, first.name, first.kind, first.status) == (
        credit_code(1),
        "甲商行",
        SubjectKind.ENTERPRISE,
        SubjectStatus.EXISTING,
    )
    assert (first.credit_class, first.credit_class_on, first.address, first.tags) == (
        "A",
        date(2026, 11, 20),
        "东路1号",
        [],
    )
    assert (second.kind, second.status, second.credit_class, second.credit_class_on, second.tags) == (
        SubjectKind.SOLE_TRADER,
        SubjectStatus.CANCELLED,
        None,
        None,
        ["夜市", "重点"],
    )
    assert third.changed_at == BEGINNING
    assert all(subject_id(one.key) == one.key for one in (first, second, third))


async def test_the_jurisdiction_is_made_from_its_profile_on_first_use(store: Store) -> None:
    await bring(store, subjects(*THREE))
    async with store.reading() as session:
        made = (await session.exec(select(Jurisdiction))).one()
    assert (made.code, made.name, made.profile, made.division) == ("puyang", "濮阳县", "puyang", "410928")


async def test_a_jurisdiction_that_nobody_knows_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match=r"profile\.unknown"):
        await bring(store, subjects(*THREE), jurisdiction="nowhere")


async def test_the_same_file_again_changes_nothing(store: Store, clock: SetClock) -> None:
    await bring(store, subjects(*THREE))
    clock.advance(days=1)
    report = await bring(store, subjects(*THREE))
    assert counts(report) == (0, 0, 3, 0)
    assert {one.changed_at for one in await every(store, Subject)} == {BEGINNING}


async def test_a_changed_row_is_stored_and_reported_with_its_columns(store: Store, clock: SetClock) -> None:
    await bring(store, subjects(*THREE))
    digests = [one.digest for one in await every(store, Subject)]
    later = clock.advance(days=30)
    lines = (THREE[0].replace("东路1号", "北路9号").replace(",A,", ",D,"), *THREE[1:])
    report = await bring(store, subjects(*lines))
    assert counts(report) == (0, 1, 2, 0)
    assert [(one.row, one.columns) for one in report.changes] == [(2, ("信用风险分类", "地址"))]
    changed, *others = await every(store, Subject)
    assert (changed.address, changed.credit_class, changed.changed_at) == ("北路9号", "D", later)
    assert changed.credit_class_on == date(2026, 12, 20)
    assert changed.digest != digests[0]
    assert [one.digest for one in others] == digests[1:]


async def test_a_file_with_fewer_columns_changes_those_alone(store: Store) -> None:
    await bring(store, subjects(*THREE))
    report = await bring(store, csv("名称,统一社会信用代码,信用风险分类", f"甲商行,{credit_code(1)},B"))
    assert [(one.row, one.columns) for one in report.changes] == [(2, ("信用风险分类",))]
    first, *others = await every(store, Subject)
    assert (first.credit_class, first.address, first.status) == ("B", "东路1号", SubjectStatus.EXISTING)
    assert len(others) == 2
    again = await bring(store, subjects(THREE[0].replace(",A,", ",B,")))
    assert counts(again) == (0, 0, 1, 0)


async def test_an_empty_cell_empties_the_field(store: Store) -> None:
    await bring(store, subjects(*THREE))
    await bring(store, subjects(f"乙商行,{registration_number(2, '6')},存续,,,"))
    second = (await every(store, Subject))[1]
    assert (second.tags, second.status) == ([], SubjectStatus.EXISTING)


async def test_one_bad_line_and_nothing_is_written(store: Store) -> None:
    bad = credit_code(3)[:-1] + ("0" if credit_code(3)[-1] != "0" else "1")
    report = await bring(store, subjects(*THREE, f"丁商行,{bad},,,,", ",3300000000360,,,,", "戊,123,,,,"))
    assert not report.written
    assert counts(report) == (0, 0, 0, 3)
    assert places(report) == [
        (5, "统一社会信用代码", "registers.code_check"),
        (6, "名称", "registers.cell_empty"),
        (7, "统一社会信用代码", "registers.code_length"),
    ]
    assert await every(store, Subject) == []
    async with store.reading() as session:
        assert (await session.exec(select(Jurisdiction))).all() == []
        assert (await session.exec(select(AuditEvent))).all() == []


async def test_bad_lines_can_be_skipped(store: Store) -> None:
    report = await bring(store, subjects("戊,123,,,,", *THREE), skip_bad=True)
    assert report.written
    assert counts(report) == (3, 0, 0, 1)
    assert list(report.spans(Outcome.ADDED)) == [(3, 5)]
    assert len(await every(store, Subject)) == 3


async def test_a_bad_line_after_a_full_batch_takes_the_batch_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)
    report = await bring(store, subjects(*THREE, "戊,123,,,,"))
    assert not report.written
    assert await every(store, Subject) == []


async def test_batches_make_no_difference(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)
    lines = [f"商行{index},{credit_code(index)},存续,A,,标签" for index in range(1, 8)]
    assert counts(await bring(store, subjects(*lines))) == (7, 0, 0, 0)
    lines[4] = lines[4].replace(",A,", ",B,")
    assert counts(await bring(store, subjects(*lines, *THREE[1:]))) == (2, 1, 6, 0)
    assert len(await every(store, Subject)) == 9


async def test_a_dry_run_reports_and_writes_nothing(store: Store) -> None:
    await bring(store, subjects(THREE[0]))
    lines = THREE[0].replace("东路1号", "北路"), *THREE[1:]
    report = await bring(store, subjects(*lines), dry_run=True, department=DEPARTMENT)
    assert counts(report) == (2, 1, 0, 0)
    assert not report.written
    (only,) = await every(store, Subject)
    assert only.address == "东路1号"
    assert await every(store, Department) == []
    assert len(await every(store, AuditEvent)) == 2  # the jurisdiction and the first import


async def test_a_step_goes_on_after_an_import_that_wrote_nothing(store: Store) -> None:
    async with store.step() as step:
        report = await bring_in(
            step, Order(RegisterName.SUBJECTS, "x.csv", subjects(*THREE), "puyang", dry_run=True)
        )
        assert report.count(Outcome.ADDED) == 3
        await bring_in(step, Order(RegisterName.SUBJECTS, "x.csv", subjects(THREE[0]), "puyang"))
    assert len(await every(store, Subject)) == 1


async def test_a_step_goes_on_after_a_file_that_was_refused(store: Store) -> None:
    async with store.step() as step:
        for data in (csv(SUBJECTS), csv("甲,乙", "1,2")):
            with pytest.raises(Refused):
                await bring_in(step, Order(RegisterName.SUBJECTS, "x.csv", data, "puyang", DEPARTMENT))
        await bring_in(step, Order(RegisterName.SUBJECTS, "x.csv", subjects(THREE[0]), "puyang"))
    assert [one.kind for one in await every(store, AuditEvent)] == [
        "jurisdiction.opened",
        "register.imported",
    ]
    assert await every(store, Department) == []


async def test_a_code_that_stands_twice_is_refused_with_both_rows(store: Store) -> None:
    twice = f"甲,{' '.join(credit_code(1).lower())},,,,"
    report = await bring(store, subjects(*THREE, twice))
    (fault,) = report.faults
    assert (fault.row, fault.column, fault.reason.code) == (5, "统一社会信用代码", "registers.twin")
    assert fault.reason.details == {"row": 5, "first": 2}


async def test_two_jurisdictions_have_registers_of_their_own(store: Store) -> None:
    await bring(store, subjects(*THREE))
    assert counts(await bring(store, subjects(*THREE), jurisdiction="wuyuan")) == (3, 0, 0, 0)
    changed = subjects(THREE[0].replace("东路1号", "南路"))
    await bring(store, changed, jurisdiction="wuyuan")
    assert [one.address for one in await every(store, Subject) if one.key == credit_code(1)] == [
        "东路1号",
        "南路",
    ]


async def test_one_line_of_the_record_says_what_was_imported(store: Store) -> None:
    data = subjects(*THREE, "戊,123,,,,")
    await bring(store, data, skip_bad=True)
    opened, imported = await every(store, AuditEvent)
    assert opened.kind == "jurisdiction.opened"
    assert (imported.kind, imported.jurisdiction) == ("register.imported", "puyang")
    assert imported.data == {
        "register": "subjects",
        "added": 3,
        "changed": 0,
        "unchanged": 0,
        "rejected": 1,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    async with store.reading() as session:
        assert await audit.verify(session) == []


NO_REGISTERS = (
    (b"\x89PNG\r\n\x1a\n\0", "registers.file_not_table"),
    (csv("甲,乙", "1,2"), "registers.no_header"),
    (csv(SUBJECTS), "registers.no_rows"),
    (csv(SUBJECTS, ",,,,,", SUBJECTS), "registers.no_rows"),
    (csv("名称,地址", "甲,东路"), "registers.column_missing"),
    (csv("名称,注册号,名称", "甲,3300000000360,甲"), "registers.column_twice"),
    (b"\xef\xbb\xbf", "registers.file_empty"),
)


async def test_a_file_that_is_no_such_register_is_refused(store: Store) -> None:
    for data, code in NO_REGISTERS:
        with pytest.raises(Refused) as caught:
            await bring(store, data)
        assert caught.value.code == code
        assert caught.value.details["file"] == "名录.csv"
    assert await every(store, Subject) == []


async def test_a_missing_column_is_named_with_the_row_of_the_header(store: Store) -> None:
    with pytest.raises(Refused) as caught:
        await bring(store, csv("名录,", ",", "名称,地址", "甲,东路"))
    assert caught.value.details == {"file": "名录.csv", "row": 3, "column": "统一社会信用代码/编号"}


async def test_a_register_in_gb18030_with_titles_and_repeated_headers(store: Store) -> None:
    text = "\r\n".join(["检查对象名录,,,,,", SUBJECTS, THREE[0], "", SUBJECTS, THREE[1]])
    report = await bring(store, text.encode("gb18030"))
    assert list(report.spans(Outcome.ADDED)) == [(3, 3), (6, 6)]
    assert [one.name for one in await every(store, Subject)] == ["甲商行", "乙商行"]


async def test_a_comma_that_nobody_quoted_does_not_push_cells_into_other_columns(store: Store) -> None:
    lines = f"甲,{credit_code(1)},东路1号,2楼", f"乙,{credit_code(2)},西路,,"
    report = await bring(store, csv("名称,统一社会信用代码,地址", *lines), skip_bad=True)
    assert places(report) == [(2, "地址", "registers.cells_many")]
    assert [one.address for one in await every(store, Subject)] == ["西路"]


async def test_two_imports_at_once_leave_each_row_once(store: Store) -> None:
    found = await asyncio.gather(*(bring(store, subjects(*THREE)) for _ in range(3)), return_exceptions=True)
    refusals = [one.code for one in found if isinstance(one, Refused)]
    reports = [counts(one) for one in found if isinstance(one, Report)]
    assert set(refusals) <= {"registers.busy"}
    assert (3, 0, 0, 0) in reports
    assert len(refusals) + len(reports) == 3
    assert len(await every(store, Subject)) == 3


def workbook(rows: Sequence[Sequence[object]], *before: Sequence[Sequence[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for index, table in enumerate((*before, rows)):
        sheet = made.create_sheet(f"表{index + 1}")
        for row in table:
            sheet.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


async def test_a_register_as_a_workbook_behind_a_sheet_of_guidance(store: Store) -> None:
    rows: list[list[object]] = [
        ["名称", "注册号", "分类日期"],
        ["甲", int(registration_number(1)), date(2026, 1, 2)],
        ["乙", credit_code(2), 46024],
    ]
    report = await bring(store, workbook(rows, [["填表说明"], ["名称要写全称"]]))
    assert report.file == "名录.csv［表2］"
    first, second = await every(store, Subject)
    assert (first.key, first.credit_class_on) == (registration_number(1), date(2026, 1, 2))
    assert (second.key, second.credit_class_on) == (credit_code(2), date(2026, 1, 2))


async def test_a_code_that_a_spreadsheet_has_cut_is_refused(store: Store) -> None:
    report = await bring(store, workbook([["名称", "统一社会信用代码"], ["甲", 914109280000000000]]))
    (fault,) = report.faults
    assert (fault.row, fault.value, fault.reason.code) == (2, "9.14109E+17", "registers.code_damaged")


def inspectors(*lines: str) -> bytes:
    return csv(INSPECTORS, *lines)


PEOPLE = (
    f"张三,{DEPARTMENT},豫J-001,食品、药品,在岗",
    f"李四,{DEPARTMENT},豫J-002,,在岗",
    f"王五,{DEPARTMENT},,,",
)


async def bring_people(store: Store, *lines: str, **how: Any) -> Report:
    return await bring(
        store, inspectors(*lines), RegisterName.INSPECTORS, **{"department": DEPARTMENT, **how}
    )


async def test_inspectors_are_stored_with_their_department(store: Store) -> None:
    report = await bring_people(store, *PEOPLE)
    assert counts(report) == (3, 0, 0, 0)
    (department,) = await every(store, Department)
    assert (department.name, department.short_name) == (DEPARTMENT, "濮阳市监")
    first, second, third = await every(store, Inspector)
    assert {one.department_id for one in (first, second, third)} == {department.id}
    assert (first.name, first.certificate_no, first.specialties) == ("张三", "豫J-001", ["食品", "药品"])
    assert first.certification is second.certification is Certification.CERTIFIED


async def test_somebody_without_certificate_is_in_the_register_and_never_counts(store: Store) -> None:
    await bring_people(store, *PEOPLE)
    third = (await every(store, Inspector))[2]
    assert third.certification is Certification.NONE
    assert third.certificate_no.startswith(WITHOUT_CERTIFICATE)
    assert inspector_id(third.certificate_no) == f"insp:{third.certificate_no}"
    assert counts(await bring_people(store, *PEOPLE)) == (0, 0, 3, 0)


async def test_two_of_one_name_without_certificates_cannot_be_told_apart(store: Store) -> None:
    report = await bring_people(store, PEOPLE[2], PEOPLE[2])
    assert places(report) == [(3, "执法证号", "registers.twin_person")]


async def test_whoever_may_inspect_has_an_account_under_the_registers_name(store: Store) -> None:
    left = f"赵六,{DEPARTMENT},豫J-004,,退休"
    await bring_people(store, *PEOPLE, left)
    accounts = await every(store, Account)
    assert [one.name for one in accounts] == ["张三", "李四"]
    assert {role.name for role in await every(store, Role)} == {RoleName.INSPECTOR}
    report = await bring_people(store, PEOPLE[0].replace("张三", "张叁"))
    assert [(one.row, one.columns) for one in report.changes] == [(2, ("姓名",))]
    renamed = (await every(store, Account))[0]
    assert (renamed.id, renamed.name) == (accounts[0].id, "张叁")
    assert len(await every(store, Role)) == 2


async def test_an_expert_has_an_account_of_an_expert_alone(store: Store) -> None:
    """五原 art. 10: the pool of experts is no list of inspectors."""
    file = csv(
        "姓名,工作单位,执法证号,是否专家,事项范围",
        f"钱七,{DEPARTMENT},豫J-009,是,SJ01",
        f"孙八,{DEPARTMENT},无,是,",
    )
    await bring(store, file, RegisterName.INSPECTORS, department=DEPARTMENT)
    assert [one.item_range for one in await every(store, Inspector)] == [["SJ01"], []]
    assert [one.name for one in await every(store, Account)] == ["钱七", "孙八"]
    assert {role.name for role in await every(store, Role)} == {RoleName.EXPERT}


async def test_whoever_has_left_is_no_longer_bound(store: Store) -> None:
    await bring_people(store, *PEOPLE)
    async with store.step() as step:
        for number, account in enumerate((await step.session.exec(select(Account))).all()):
            account.telegram_id = 900_000 + number
            step.session.add(account)
    await bring_people(store, f"{PEOPLE[0].rpartition(',')[0]},退休")
    assert [one.telegram_id for one in await every(store, Account)] == [None, 900_001]


async def test_whoever_is_not_in_the_file_stays_as_they_are(store: Store) -> None:
    await bring_people(store, *PEOPLE)
    await bring_people(store, PEOPLE[1])
    assert [one.active for one in await every(store, Inspector)] == [True, True, True]


async def test_somebody_who_moves_takes_the_account_along(store: Store) -> None:
    await bring_people(store, *PEOPLE)
    await bring_people(store, PEOPLE[0].replace(DEPARTMENT, "濮阳县教育局"), department="濮阳县教育局")
    school = (await every(store, Department))[1]
    assert (await every(store, Inspector))[0].department_id == school.id
    assert (await every(store, Account))[0].department_id == school.id


async def test_an_unknown_department_is_refused_with_its_row(store: Store) -> None:
    report = await bring_people(store, PEOPLE[0], f"李四,濮阳县教育局,豫J-002,,{''}")
    (fault,) = report.faults
    assert (fault.row, fault.column, fault.reason.code) == (3, "工作单位", "registers.department_unknown")
    assert fault.reason.details["department"] == "濮阳县教育局"
    assert await every(store, Department) == []


async def test_a_department_may_be_known_by_its_short_name(store: Store) -> None:
    await bring_people(store, PEOPLE[0])
    assert counts(await bring_people(store, PEOPLE[1].replace(DEPARTMENT, "濮阳市监"), department=None)) == (
        1,
        0,
        0,
        0,
    )


async def test_a_file_without_departments_needs_one_to_be_named(store: Store) -> None:
    data = csv("姓名,执法证号", "张三,豫J-001")
    with pytest.raises(Refused) as caught:
        await bring(store, data, RegisterName.INSPECTORS)
    assert caught.value.code == "registers.department_column"
    assert caught.value.details == {"file": "名录.csv", "row": 1, "column": "单位"}
    assert counts(await bring(store, data, RegisterName.INSPECTORS, department=DEPARTMENT)) == (1, 0, 0, 0)
    empty = inspectors("李四,,豫J-002,,")
    report = await bring(store, empty, RegisterName.INSPECTORS)
    assert places(report) == [(2, "工作单位", "registers.department_missing")]


async def test_identity_numbers_and_phones_of_inspectors_are_nowhere_in_the_store(store: Store) -> None:
    number, phone = identity_number(), "13800000000"
    data = csv(
        "姓名,工作单位,执法证号,身份证号,手机号,性别", f"张三,{DEPARTMENT},豫J-001,{number},{phone},女"
    )
    report = await bring(store, data, RegisterName.INSPECTORS, department=DEPARTMENT)
    assert report.left_out == ("身份证号", "手机号")
    assert report.unknown == ("性别",)
    for table in (Inspector, Account, AuditEvent):
        stored = "".join(str(one.model_dump()) for one in await every(store, table))
        assert number not in stored
        assert phone not in stored


def items(*lines: str) -> bytes:
    return csv(ITEMS, *lines)


LIST = (
    "1,食品检查,生产,法,县局,食品厂,5%",
    "1,食品检查,销售,法,县局,食品店,3%",
    "2,计量检查,,法,县局,商店,1户",
)


async def bring_items(store: Store, *lines: str, **how: Any) -> Report:
    return await bring(store, items(*lines), RegisterName.ITEMS, **how)


async def test_items_are_stored_with_their_parts(store: Store) -> None:
    assert counts(await bring_items(store, *LIST)) == (3, 0, 0, 0)
    stored = await every(store, CheckItem)
    assert [(one.code, one.sub_name, one.ratio) for one in stored] == [
        ("1", "生产", "5%"),
        ("1", "销售", "3%"),
        ("2", "", "1户"),
    ]
    assert {(one.version, one.effective_from, one.effective_to) for one in stored} == {
        (1, date(2026, 11, 20), None)
    }
    assert {one.department_id for one in stored} == {None}


async def test_a_changed_item_becomes_a_new_version(store: Store, clock: SetClock) -> None:
    await bring_items(store, *LIST)
    clock.advance(days=10)
    report = await bring_items(store, LIST[0].replace("5%", "6%"), *LIST[1:])
    assert counts(report) == (0, 1, 2, 0)
    assert [(one.row, one.columns) for one in report.changes] == [(2, ("抽查比例",))]
    async with store.reading() as session:
        query = select(CheckItem).where(CheckItem.sub_name == "生产").order_by(col(CheckItem.version))
        old, new = (await session.exec(query)).all()
    assert (old.version, old.ratio, old.effective_to) == (1, "5%", date(2026, 11, 30))
    assert (new.version, new.ratio, new.effective_from, new.effective_to) == (
        2,
        "6%",
        date(2026, 11, 30),
        None,
    )
    assert old.digest != new.digest
    assert counts(await bring_items(store, LIST[0].replace("5%", "6%"))) == (0, 0, 1, 0)
    assert counts(await bring_items(store, LIST[0])) == (0, 1, 0, 0)
    assert len(await every(store, CheckItem)) == 5


async def test_an_item_keeps_its_department_until_another_is_named(store: Store) -> None:
    await bring_items(store, *LIST, department=DEPARTMENT)
    assert counts(await bring_items(store, *LIST)) == (0, 0, 3, 0)
    assert counts(await bring_items(store, LIST[2], department="濮阳县教育局")) == (0, 1, 0, 0)
    first, _, _, newest = await every(store, CheckItem)
    names = {one.id: one.name for one in await every(store, Department)}
    assert (names[first.department_id], names[newest.department_id]) == (DEPARTMENT, "濮阳县教育局")


async def test_an_item_may_only_name_a_form_that_there_is(store: Store) -> None:
    header = "编号,抽查事项名称,抽查依据,抽查主体,抽查对象,检查表"
    line = "XF-1,消防安全检查,《消防法》,消防救援大队,人员密集场所,{}"
    good = csv(header, line.format("puyang/fire_safety"))
    assert counts(await bring(store, good, RegisterName.ITEMS))[0] == 1
    report = await bring(store, csv(header, line.format("puyang/nothing")), RegisterName.ITEMS)
    assert places(report) == [(2, "检查表", "registers.form_unknown")]


async def test_one_number_and_part_twice_is_refused(store: Store) -> None:
    report = await bring_items(store, *LIST, LIST[1].replace("食品店", "商店"))
    (fault,) = report.faults
    assert (fault.row, fault.reason.code, fault.reason.details) == (
        5,
        "registers.twin_item",
        {"row": 5, "first": 3},
    )


@pytest.mark.skipif(not REAL.exists(), reason="the extracts of public registers are not beside this checkout")
async def test_real_extracts_are_taken_whole(store: Store) -> None:
    report = await bring(store, (REAL / "subjects_600.csv").read_bytes())
    assert counts(report) == (600, 0, 0, 0)
    assert (report.left_out, report.unknown) == ((), ())
    report = await bring(store, (REAL / "items_25.csv").read_bytes(), RegisterName.ITEMS)
    assert counts(report) == (25, 0, 0, 0)
    assert (report.left_out, report.unknown) == ((), ())
    assert {one.expertise for one in await every(store, CheckItem)} == {None, "专业岗位资格"}


def test_spans_are_unbroken_and_in_order() -> None:
    report = Report("x")
    for row in (2, 3, 4, 7, 9, 10):
        report.note(Outcome.ADDED, row)
    assert list(report.spans(Outcome.ADDED)) == [(2, 4), (7, 7), (9, 10)]
    assert list(report.spans(Outcome.CHANGED)) == []
