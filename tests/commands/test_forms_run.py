"""``chouchatong forms run``: a form played in the terminal, and played again from a file of answers."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Outcome, Shell

FORM = Path(__file__).parents[2] / "jurisdictions" / "puyang" / "forms" / "fire_safety.md"

LINES = ("畅通", "2", "0", "!", "3", "0", "!", "未发现", "昨天", "=", "=")
"""Everything is in order; the answer to the last question is the one that is suggested."""


def typing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, *lines: str, more: tuple[str | Path, ...] = ()
) -> Outcome:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return shell("forms", "run", FORM, *more)


def saved(shell: Shell, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Path:
    path = shell.data.parent / "saved.json"
    typing(shell, monkeypatch, *lines, more=("--save", path))
    return path


def changed(path: Path, **change: Any) -> Path:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    return path


def test_a_form_is_played_to_its_end_with_the_screens_of_the_chat(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = typing(shell, monkeypatch, *LINES)
    assert (done.code, done.err) == (0, "")
    assert "1/6 · 疏散" in done.out
    assert "[#1] 畅通  [#2] 有堵塞或占用" in done.out
    assert "全部填好了。要改哪一题，按它的号码；没有问题就提交。" in done.out
    assert "填完了，记录如下：" in done.out
    assert "  安全出口有几个？　2" in done.out
    assert "<b>" not in done.out


def test_buttons_signs_and_what_is_wrong(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("?", "", "#2", "<", "#9", "#1", "99", "2", "*", "2", "=", "*", "=", "\\<", ":q", "never read")
    done = typing(shell, monkeypatch, *lines)
    assert done.code == 1
    assert "✗ 这里没有 #9 这个按钮" in done.out
    assert "✗ 请填 0 到 50 之间的整数。" in done.out
    assert "✗ 还有" in done.out
    assert "✗ 这一题要填整数" in done.out
    assert done.out.endswith("没有填完，停在 exits_locked。\n")
    assert done.out.count("?　看这段说明") == 2


def test_what_was_played_can_be_played_again_as_a_test(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(shell, monkeypatch, *LINES)
    done = shell("forms", "run", FORM, "--answers", path)
    assert (done.code, done.err) == (0, "")
    assert done.out == "saved.json：11 步全部走通，记录与预期一致。\n"
    told = shell("forms", "run", FORM, "--answers", path, "--json").json
    assert (told["ok"], told["faults"]) == (True, [])
    assert told["record"] == json.loads(path.read_text("utf-8"))["record"]
    assert told["record"]["escape/exits"] == 2


def test_another_record_or_another_way_is_told_with_its_place(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(shell, monkeypatch, *LINES)
    whole = json.loads(path.read_text("utf-8"))
    done = shell(
        "forms", "run", FORM, "--answers", changed(path, record={**whole["record"], "escape/exits": 3})
    )
    assert (done.code, done.out) == (1, "saved.json（escape/exits）：应当记为 3，实际记为 2。\n")
    steps = [*whole["steps"][:1], {"question": "exits", "answer": "51"}, *whole["steps"][2:]]
    done = shell("forms", "run", FORM, "--answers", changed(path, steps=steps), "--json")
    [fault] = done.json["faults"]
    assert (done.code, fault["step"], fault["question"]) == (1, 2, "escape/exits")
    assert fault["reason"] == "请填 0 到 50 之间的整数。"
    done = shell("forms", "run", FORM, "--answers", changed(path, steps=whole["steps"][:3]))
    assert (done.code, "停在“escape/door_width”" in done.out) == (1, True)
    done = shell("forms", "run", FORM, "--answers", changed(path, steps=whole["steps"], record=None))
    assert (done.code, "没有核对" in done.out) == (0, True)


def test_with_json_stdout_has_one_object_and_the_screens_go_beside_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = typing(shell, monkeypatch, *LINES, more=("--json",))
    assert (done.code, done.json["ok"]) == (0, True)
    assert "1/6 · 疏散" in done.err


def test_what_cannot_be_read_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(shell, monkeypatch, *LINES)
    bad = path.with_name("bad.json")
    for content, said in (
        (b'{"steps": [}', "第 1 行第 12 列"),
        (b'{"steps": "x"}', "“steps”"),
        (b'"\xff"', "不是 JSON"),
        (b"[" * 100_000, "不是 JSON"),
    ):
        bad.write_bytes(content)
        done = shell("forms", "run", FORM, "--answers", bad)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert said in done.err
    done = shell("forms", "run", FORM, "--answers", path.with_name("nothing.json"))
    assert (done.code, "打不开文件" in done.err) == (2, True)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), "utf-8"))
    done = shell("forms", "run", FORM)
    assert (done.code, "UTF-8" in done.err) == (2, True)
    form = path.with_name("form.csv")
    form.write_text("not a form", "utf-8")
    assert shell("forms", "run", form).code == 2
    done = typing(shell, monkeypatch, *LINES, more=("--save", path.parent / "no" / "x.json"))
    assert (done.code, "写不了文件" in done.err) == (2, True)
