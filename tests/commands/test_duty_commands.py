"""``duties export`` and ``department office``: the evidence of a year, and who answers for what the office owes."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from tests.commands.conftest import Shell


def test_a_year_s_duties_are_written_as_csv(at_work: Shell, tmp_path: Path) -> None:
    file = tmp_path / "尽职.csv"
    done = at_work("duties", "export", "--jurisdiction", "anlan", "--year", "2026", "--out", file, "--json")
    assert (done.code, done.json) == (0, {"file": str(file), "duties": 2})
    assert file.stat().st_mode & 0o777 == 0o600
    lines = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [line["事项"] for line in lines] == ["公示检查结果", "任务到期"]
    public = lines[0]
    assert (public["依据"], public["起算日"], public["期限"]) == ("二(九)", "2026-11-20", "2026-12-18")
    assert (public["状态"], public["完成人"], public["逾期工作日"]) == ("已完成", "苏既白", "")
    assert "有限公司" not in file.read_text(encoding="utf-8-sig")  # a visit stands there by its number


def test_and_as_a_workbook(at_work: Shell, tmp_path: Path) -> None:
    file = tmp_path / "尽职.xlsx"
    assert at_work("duties", "export", "--jurisdiction", "anlan", "--year", "2026", "--out", file).code == 0
    assert load_workbook(file).active.max_row == 3
    assert at_work("audit", "verify").code == 0  # that it was taken is in the record


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--jurisdiction", "anlan", "--out", "a.txt"), ".csv 或 .xlsx"),
        (("--jurisdiction", "anlan", "--out", "a.csv", "--year", "2001"), "2001 年还没有到期事项"),
        (("--jurisdiction", "anlan", "--out", "a.csv", "--year", "-5"), "-5 年还没有到期事项"),
        (("--jurisdiction", "nowhere", "--out", "a.csv"), "nowhere"),
        (("--jurisdiction", "anlan", "--out", "no/such/folder/a.csv", "--year", "2026"), "写不"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_line(at_work: Shell, words: tuple[str, ...], said: str) -> None:
    done = at_work("duties", "export", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_department_hosts_the_office(at_work: Shell) -> None:
    done = at_work("department", "office", "安澜消防", "--jurisdiction", "anlan", "--json")
    assert (done.code, done.json) == (0, {"office": "安澜县消防救援大队"})
    assert (
        "承担联席会议办公室工作" in at_work("department", "office", "安澜消防", "--jurisdiction", "anlan").out
    )
    refused = at_work("department", "office", "没有的局", "--jurisdiction", "anlan")
    assert (refused.code, refused.out) == (2, "")
    assert "没有的局" in refused.err
