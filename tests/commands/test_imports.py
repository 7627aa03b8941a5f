"""``chouchatong import`` and ``chouchatong department``, as somebody types them."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from services import spreadsheet
from tests.rules.registers.made import credit_code, identity_number

REAL = Path(__file__).parents[2].parent / "shared" / "data"
GOOD = f"名称,统一社会信用代码,信用等级\n甲,{credit_code(1)},A\n乙,{credit_code(2)},B\n"
BAD = f"名称,统一社会信用代码,信用等级\n甲,{credit_code(1)},A\n乙,{credit_code(2)},五星\n丙,{identity_number()},\n"
DEPARTMENT = "濮阳县市场监督管理局"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def command(
    tmp_path: Path,
    sqlite_template: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Runs a command on a store of its own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "chouchatong.sqlite3")

    def run(*words: object) -> Said:
        code = main(["--data", str(data), *map(str, words)])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file to import."""

    def write(text: str) -> Path:
        path = tmp_path / "名录.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_object_of_an_import_has_four_counts_and_nothing_else(
    command: Command, file: Callable[[str], Path]
) -> None:
    words = ("import", "subjects", file(GOOD), "--jurisdiction", "puyang", "--json")
    assert command(*words).object == {"added": 2, "changed": 0, "unchanged": 0, "rejected": []}
    again = command(*words)
    assert again.object == {"added": 0, "changed": 0, "unchanged": 2, "rejected": []}
    assert (again.code, again.err) == (0, "")


def test_a_bad_file_gets_one_line_and_exit_code_2_and_nothing_is_written(
    command: Command, file: Callable[[str], Path]
) -> None:
    said = command("import", "subjects", file(BAD), "--jurisdiction", "puyang")
    assert said.code == 2
    assert said.out == ""
    assert said.err == (
        "名录.csv 第3行“信用等级”：“五星”看不懂，请写：A、B、C、D、未分类。另有1行也有问题。\n"
    )
    after = command("import", "subjects", file(GOOD), "--jurisdiction", "puyang", "--json")
    assert after.object["added"] == 2


def test_with_json_the_rejected_rows_are_on_stdout_as_well(
    command: Command, file: Callable[[str], Path]
) -> None:
    said = command("import", "subjects", file(BAD), "--jurisdiction", "puyang", "--json")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.object == {
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": [
            {
                "row": 3,
                "column": "信用等级",
                "value": "五星",
                "reason": "“五星”看不懂，请写：A、B、C、D、未分类。",
                "code": "registers.not_a_choice",
            },
            {
                "row": 4,
                "column": "统一社会信用代码",
                "reason": "这里填的像是居民身份证号，不能导入，也不会保存，请改填单位或证件自己的号码。",
                "code": "registers.code_identity",
            },
        ],
    }


def test_a_single_bad_row_is_not_said_to_have_others(command: Command, file: Callable[[str], Path]) -> None:
    said = command("import", "subjects", file("名称,注册号\n甲,12\n"), "--jurisdiction", "puyang")
    assert said.err == (
        "名录.csv 第2行“注册号”：共 2 位；统一社会信用代码是 18 位，注册号是 15 位或 13 位数字，请核对。\n"
    )


def test_bad_rows_can_be_skipped_and_are_reported(command: Command, file: Callable[[str], Path]) -> None:
    said = command("import", "subjects", file(BAD), "--jurisdiction", "puyang", "--skip-bad", "--json")
    assert (said.code, said.err) == (0, "")
    assert (said.object["added"], [one["row"] for one in said.object["rejected"]]) == (1, [3, 4])


def test_the_report_for_people_says_what_became_of_each_row(
    command: Command, file: Callable[[str], Path]
) -> None:
    command("import", "subjects", file(GOOD), "--jurisdiction", "puyang")
    text = f"名称,统一社会信用代码,信用等级,身份证号,星<座>\n丁,{credit_code(4)},,,\n乙,{credit_code(2)},C,,\n丙,12,,,\n甲,{credit_code(1)},A,,\n"
    said = command("import", "subjects", file(text), "--jurisdiction", "puyang", "--skip-bad")
    assert said.code == 0
    assert said.out.splitlines() == [
        "名录.csv：新增 1，变更 1，不变 1，未导入 1。",
        "新增：第2行",
        "不变：第5行",
        "变更：",
        "  第3行：信用等级",
        "未导入：",
        "  第4行“统一社会信用代码”：共 2 位；统一社会信用代码是 18 位，注册号是 15 位或 13 位数字，请核对。",
        "没有读取的列（个人信息，系统不保存）：身份证号",
        "不认识的列（已忽略）：星<座>",
    ]


def test_a_dry_run_says_that_it_was_one(command: Command, file: Callable[[str], Path]) -> None:
    words = ("import", "subjects", file(GOOD), "--jurisdiction", "puyang")
    said = command(*words, "--dry-run")
    assert said.out.splitlines() == [
        "名录.csv：新增 2，变更 0，不变 0，未导入 0。",
        "以上只是检查结果，没有写入。",
        "新增：第2–3行",
    ]
    assert command(*words, "--json").object["added"] == 2


def test_columns_left_out_and_changed_are_in_the_object_when_there_are_any(
    command: Command, file: Callable[[str], Path]
) -> None:
    header, *lines = GOOD.splitlines()
    command("import", "subjects", file(GOOD), "--jurisdiction", "puyang")
    text = "\n".join([f"{header},身份证号,星座", lines[0].replace(",A", ",D") + ",1,2"])
    said = command("import", "subjects", file(text), "--jurisdiction", "puyang", "--json")
    assert said.object == {
        "added": 0,
        "changed": 1,
        "unchanged": 0,
        "rejected": [],
        "changes": [{"row": 2, "columns": ["信用等级"]}],
        "left_out": ["身份证号"],
        "unknown": ["星座"],
    }


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("照片.png", b"\x89PNG\r\n\x1a\n\0", "照片.png 不是表格，请提供 CSV 或 XLSX 文件。\n"),
        ("空.csv", b"", "空.csv 是空的，请换一个有内容的文件。\n"),
        (
            "名录.csv",
            "名称,地址\n甲,东路\n".encode(),
            "名录.csv 第1行是表头，但缺少“统一社会信用代码/编号”这一列，请补上。\n",
        ),
    ],
)
def test_a_file_that_is_no_register_gets_one_line(
    command: Command, tmp_path: Path, name: str, data: bytes, line: str
) -> None:
    (tmp_path / name).write_bytes(data)
    said = command("import", "subjects", tmp_path / name, "--jurisdiction", "puyang", "--json")
    assert (said.code, said.out, said.err) == (2, "", line)


def test_a_file_that_is_not_there_or_too_large_is_not_read(
    command: Command, file: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = command("import", "subjects", tmp_path / "没有.csv", "--jurisdiction", "puyang")
    assert (missing.code, missing.err) == (2, "读不到文件 没有.csv，请检查路径和权限。\n")
    folder = command("import", "subjects", tmp_path, "--jurisdiction", "puyang")
    assert folder.code == 2
    monkeypatch.setattr("bot.commands.imports.LARGEST_FILE", 10)
    assert spreadsheet.LARGEST_FILE > 10
    assert "超过" in command("import", "subjects", file(GOOD), "--jurisdiction", "puyang").err


def test_a_department_is_added_once_and_listed(command: Command) -> None:
    for _ in range(2):
        said = command("department", "add", DEPARTMENT, "--jurisdiction", "puyang")
        assert (said.code, said.out) == (0, f"{DEPARTMENT}\n")
    listed = command("department", "list", "--jurisdiction", "puyang", "--json")
    assert listed.object == {"departments": [{"id": 1, "name": DEPARTMENT, "short_name": "濮阳市监"}]}
    assert command("department", "list", "--jurisdiction", "puyang").out == f"{DEPARTMENT}\t濮阳市监\n"


def test_the_departments_of_a_jurisdiction_nobody_has_used_are_none(command: Command) -> None:
    assert command("department", "list", "--jurisdiction", "wuyuan", "--json").object == {"departments": []}
    unknown = command("department", "list", "--jurisdiction", "nowhere")
    assert unknown.code == 2
    assert "nowhere" in unknown.err


def test_an_unknown_department_is_refused_and_a_named_one_declared(
    command: Command, file: Callable[[str], Path]
) -> None:
    path = file(f"姓名,单位,执法证号\n张三,{DEPARTMENT},豫J-001\n")
    words = ("import", "inspectors", path, "--jurisdiction", "puyang")
    said = command(*words)
    assert said.code == 2
    assert said.err.startswith(f"名录.csv 第2行“单位”：没有登记“{DEPARTMENT}”这个部门")
    assert command(*words, "--department", DEPARTMENT, "--json").object["added"] == 1


@pytest.mark.skipif(not REAL.exists(), reason="the extracts of public registers are not beside this checkout")
def test_real_extracts_are_rejected_in_nothing(command: Command) -> None:
    for kind, name, number in (("subjects", "subjects_600.csv", 600), ("items", "items_25.csv", 25)):
        said = command("import", kind, REAL / name, "--jurisdiction", "puyang", "--json")
        assert said.object == {"added": number, "changed": 0, "unchanged": 0, "rejected": []}


ITEM = f"编号,抽查事项名称,抽查依据,抽查主体,抽查对象\nSJ01,公示信息检查,《条例》,{DEPARTMENT},企业\n"
PLAN = "抽查名称,抽查事项,抽查对象,抽查比例,检查期限\n公示信息抽查,公示信息检查,企业,3%,2026年3月至6月\n"


def test_a_plan_is_imported_and_its_change_explained(command: Command, file: Callable[[str], Path]) -> None:
    where = ("--jurisdiction", "puyang", "--department", DEPARTMENT, "--json")
    assert command("import", "items", file(ITEM), *where).code == 0
    assert command("import", "plan", file(PLAN), "--dry-run", *where).object["added"] == 1
    assert command("import", "plan", file(PLAN), *where).object == {
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": [],
    }
    assert command("import", "plan", file(PLAN), *where).object["unchanged"] == 1
    refused = command("import", "plan", file(PLAN.replace("6月", "9月")), *where[:-1])
    assert refused.code == 2
    assert refused.out == ""
    assert refused.err == ("名录.csv 第2行“调整原因”：这一行与已公布的计划不同，调整计划请写明“调整原因”。\n")
    explained = "\n".join(
        f"{line},{more}"
        for line, more in zip(
            PLAN.replace("6月", "9月").splitlines(), ("变更理由,审批", "旺季推迟,局长同意"), strict=True
        )
    )
    changed = command("import", "plan", file(explained), *where).object
    assert (changed["changed"], changed["changes"]) == (1, [{"row": 2, "columns": ["检查期限"]}])


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("甲,火星检查,企业,3%,2026年3月", "抽查事项", "plans.item_unknown"),
        ("甲,公示信息检查,企业,3%,某日", "检查期限", "plans.not_a_period"),
        ("甲,公示信息检查,企业,三成,2026年13月", "检查期限", "plans.not_a_period"),
    ],
)
def test_a_bad_line_of_a_plan_has_file_row_column_and_reason(
    command: Command, file: Callable[[str], Path], line: str, column: str, code: str
) -> None:
    where = ("--jurisdiction", "puyang", "--department", DEPARTMENT)
    assert command("import", "items", file(ITEM), *where).code == 0
    (rejected,) = command("import", "plan", file(PLAN + line), *where, "--skip-bad", "--json").object[
        "rejected"
    ]
    assert (rejected["row"], rejected["column"], rejected["code"]) == (3, column, code)
    said = command("import", "plan", file(PLAN.replace("公示信息抽查", "乙") + line), *where)
    assert said.code == 2
    assert said.err.startswith(f"名录.csv 第3行“{column}”：")
    assert said.err.count("\n") == 1
