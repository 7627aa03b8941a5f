"""``chouchatong calendar``: a notice comes in, a local day is added, and a deadline counts both."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Shell
from tests.rules.holidays.texts import NEXT_ITEMS, notice


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "放假通知.txt"
    path.write_bytes(text.encode(encoding))
    return path


def _due(shell: Shell, *words: str) -> tuple[str, bool]:
    found = shell("calendar", "deadline", "2027-01-19", "--working-days", "20", *words, "--json").json
    return found["due"], found["provisional"]


def test_an_imported_notice_counts_and_is_told(shell: Shell, tmp_path: Path) -> None:
    path = _file(tmp_path, notice(2027), "gb18030")
    assert _due(shell) == ("2027-02-18", True)
    done = shell("calendar", "import", path)
    assert (done.code, done.err) == (0, "")
    assert done.out == "已导入 2027 年放假安排（国办发明电〔2026〕1号）：放假 29 天，调休上班 6 天。\n"
    assert _due(shell) == ("2027-02-22", False)

    again = shell("calendar", "import", path, "--json").json
    assert (again["year"], again["changed"], again["moved"], again["told"]) == (2027, False, 0, 0)
    assert len(again["days_off"]) == 29
    assert "没有变化" in shell("calendar", "import", path).out


def test_a_notice_that_contradicts_is_refused_until_it_shall_hold(shell: Shell, tmp_path: Path) -> None:
    shell("calendar", "import", _file(tmp_path, notice(2027)))
    other = _file(tmp_path, notice(2027).replace("1月31日（周日）、", ""))
    done = shell("calendar", "import", other)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "2027-01-31 原来上班，现在休息" in done.err
    assert "--replace" in done.err
    assert _due(shell) == ("2027-02-22", False)
    assert shell("calendar", "import", other, "--replace").code == 0
    assert _due(shell) == ("2027-02-23", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空文件"),
        ("通知：明天开会。", "不像国务院的放假通知"),
        (notice(2027, NEXT_ITEMS[:3]), "没有复制全"),
        (notice(2027).replace("（周五）至3日", "（周四）至3日"), "第 6 行第 8 字"),
    ],
)
def test_what_is_no_notice_leaves_nothing_behind(shell: Shell, tmp_path: Path, text: str, said: str) -> None:
    done = shell("calendar", "import", _file(tmp_path, text), "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert said in done.err
    assert "放假通知.txt" in done.err
    assert _due(shell) == ("2027-02-18", True)


def test_a_file_that_is_not_there(shell: Shell, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.txt", tmp_path):
        done = shell("calendar", "import", path)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert "打不开文件" in done.err


def test_a_local_day_counts_where_it_holds(at_work: Shell) -> None:
    def due(*words: str) -> str:
        done = at_work("calendar", "deadline", "2026-11-27", "--working-days=2", *words, "--json")
        found: str = done.json["due"]
        return found

    added = ("calendar", "add-day", "2026-12-01", "--jurisdiction", "anlan", "--source", "安政发〔2026〕9号")
    done = at_work(*added, "--json")
    assert (done.code, done.json) == (0, {"day": "2026-12-01", "moved": 0, "settled": 0, "told": 0})
    assert (due(), due("--jurisdiction", "anlan")) == ("2026-12-01", "2026-12-02")
    assert "已经登记" in at_work(*added).err
    gone = ("calendar", "remove-day", "2026-12-01", "--jurisdiction", "anlan")
    assert at_work(*gone).out == "已撤销 2026-12-01（周二）的本地放假日。\n"
    assert due("--jurisdiction", "anlan") == "2026-12-01"
    assert "没有登记" in at_work(*gone).err
    assert json.loads(at_work("audit", "verify", "--json").out)["ok"] is True


def test_a_deadline_of_nowhere_is_refused(shell: Shell) -> None:
    asked = ("calendar", "deadline", "2026-11-27", "--working-days=2", "--jurisdiction", "atlantis")
    for store_is_there in (False, True):
        assert shell.data.exists() is store_is_there
        done = shell(*asked)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert "atlantis" in done.err
        assert shell("db", "upgrade").code == 0
