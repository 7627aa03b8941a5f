"""Bad input: one line on stderr that says what is wrong, exit 2, nothing written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import FILE, Shell

DRAW = "419998-2026-0001"


def _refused(shell: Shell, *words: str | Path) -> str:
    """The one line; the data folder is as it was."""
    before = _listing(shell.data)
    done = shell(*words)
    assert done.code == 2, done
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    assert _listing(shell.data) == before
    return done.err


def _listing(folder: Path) -> set[str]:
    """What is in a folder, without what SQLite keeps beside its file while it is open."""
    return {path.name for path in folder.rglob("*")} - {f"{FILE}-wal", f"{FILE}-shm"}


@pytest.mark.parametrize(
    ("day", "number", "said"),
    [
        ("2026-13-01", "3", "2026-13-01"),
        ("morgen", "3", "morgen"),
        ("2026-02-30", "3", "2026-02-30"),
        ("2026-11-20", "-1", "-1"),
        ("2026-11-20", "99999", "99999"),
        ("1900-01-01", "3", "1900"),
    ],
)
def test_a_day_or_a_number_that_is_none(shell: Shell, day: str, number: str, said: str) -> None:
    done = shell("calendar", "deadline", day, f"--working-days={number}")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not shell.data.exists()


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


BUNDLES: dict[str, Callable[[Path], Path]] = {
    "missing": lambda folder: folder / "nothing.json",
    "a folder": lambda folder: folder,
    "empty": lambda folder: _write(folder / "x.json", b""),
    "no JSON": lambda folder: _write(folder / "x.json", b"PK\x03\x04"),
    "broken off": lambda folder: _write(folder / "x.json", b'{"a": [1,\n 2'),
    "no UTF-8": lambda folder: _write(folder / "x.json", b'{"a": "\xff"}'),
    "too deep": lambda folder: _write(folder / "x.json", b"[" * 100_000),
    "a number without an end": lambda folder: _write(folder / "x.json", b'{"a": ' + b"1" * 5000 + b"}"),
    "no object": lambda folder: _write(folder / "x.json", b"[]"),
    "a lone half of a character": lambda folder: _write(folder / "x.json", b'["\\ud800"]'),
}


@pytest.mark.parametrize("what", BUNDLES)
def test_a_file_that_is_no_bundle(shell: Shell, tmp_path: Path, what: str) -> None:
    path = BUNDLES[what](tmp_path)
    said = _refused(shell, "draw", "verify", path)
    assert path.name in said or what in {"no object", "a lone half of a character"}


def test_the_place_of_a_broken_file_is_said(shell: Shell, tmp_path: Path) -> None:
    said = _refused(shell, "draw", "verify", _write(tmp_path / "x.json", b'{\n "a": 1,\n}'))
    assert "第 3 行第 1 列" in said


def test_a_draw_that_there_is_not_or_a_place_that_cannot_be_written(at_work: Shell, tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    assert "419998-2026-9999" in _refused(at_work, "draw", "export", "419998-2026-9999", "--out", out)
    assert not out.exists()
    for place in (tmp_path, tmp_path / "nowhere" / "x.json"):
        assert place.name in _refused(at_work, "draw", "export", DRAW, "--out", place)


FORMS: dict[str, tuple[str, bytes | None, str]] = {
    "missing": ("x.md", None, "x.md"),
    "another type of file": ("x.docx", b"PK", ".docx"),
    "empty": ("x.md", b"", "survey"),
    "no UTF-8": ("x.md", b"\xff\xfe", "UTF-8"),
    "an unknown type of question": (
        "x.md",
        "| survey | | | |\n| | type | name | label |\n| | osm | v | 地图 |\n".encode(),
        "第 3 行",
    ),
    "a broken expression": (
        "x.md",
        "| survey | | | | |\n| | type | name | label | relevant |\n| | text | v | 话 | 1 + |\n".encode(),
        "relevant",
    ),
}


@pytest.mark.parametrize("what", FORMS)
def test_a_file_that_is_no_form(shell: Shell, tmp_path: Path, what: str) -> None:
    name, content, part = FORMS[what]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert part in _refused(shell, "forms", "check", path)


def test_every_problem_of_a_form_is_in_the_json_with_its_place(shell: Shell, tmp_path: Path) -> None:
    rows = "| | type | name | label |\n| | osm | v | 地图 |\n| | text | 1x | 话 |\n"
    path = _write(tmp_path / "x.md", f"| survey | | | |\n{rows}".encode())
    done = shell("forms", "check", path, "--json")
    assert done.code == 2
    problems = done.json["problems"]
    assert done.json["ok"] is False
    assert [(one["sheet"], one["row"], one["code"]) for one in problems] == [
        ("survey", 3, "forms.type_unsupported"),
        ("survey", 4, "forms.name_wrong"),
    ]
    assert all(one["reason"] and one["column"] for one in problems)


def test_a_profile_that_there_is_not_or_is_none(shell: Shell, tmp_path: Path) -> None:
    assert "puyang" in _refused(shell, "profile", "show", "atlantis")
    assert "nothing.toml" in _refused(shell, "profile", "check", tmp_path / "nothing.toml")
    broken = _write(tmp_path / "x.toml", b"code = \n")
    assert "第 1 行" in _refused(shell, "profile", "check", broken)
    done = shell("profile", "check", broken, "--json")
    assert (done.code, done.json["ok"], len(done.json["problems"])) == (2, False, 1)


def test_people_who_are_not_known(at_work: Shell) -> None:
    assert "豫安监999" in _refused(at_work, "invite", "豫安监999")
    assert "atlantis" in _refused(at_work, "appoint", "甲", "--jurisdiction", "atlantis", "--role", "witness")
    said = _refused(
        at_work, "appoint", "甲", "--jurisdiction", "anlan", "--department", "没有的局", "--role", "witness"
    )
    assert "没有的局" in said


def test_an_unknown_department_makes_no_jurisdiction_known(shell: Shell) -> None:
    words = ("appoint", "甲", "--jurisdiction", "puyang", "--department", "没有的局", "--role", "witness")
    assert shell(*words).code == 2
    assert shell("department", "list", "--jurisdiction", "puyang", "--json").json == {"departments": []}
    assert shell("audit", "verify", "--json").json == {"ok": True, "breaks": []}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHOUCHATONG_WEB_PORT", "viele"),
        ("CHOUCHATONG_NOTICES_PER_SECOND", "0"),
        ("CHOUCHATONG_WEBHOOK_URL", "https://bot.example"),
        ("DATABASE_URL", "no address"),
        ("DATABASE_URL", "mysql://localhost/x"),
    ],
)
def test_a_setting_that_is_no_good_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = _refused(shell, "status")
    assert variable in said.upper()
    assert value not in said or variable != "DATABASE_URL"  # it may hold a password


def test_a_token_file_that_others_can_read(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write(tmp_path / "token", b"123456:made-up")
    path.chmod(0o644)
    monkeypatch.setenv("CHOUCHATONG_TELEGRAM_TOKEN_FILE", str(path))
    assert "made-up" not in _refused(shell, "status")


def test_a_bot_without_a_token_does_not_run(shell: Shell) -> None:
    for part in ("all", "bot", "scheduler"):
        assert "CHOUCHATONG_TELEGRAM_TOKEN" in _refused(shell, "run", part)


def test_a_data_folder_that_cannot_be_one(shell: Shell, tmp_path: Path) -> None:
    path = _write(tmp_path / "file", b"")
    done = shell.bare("--data", path, "status")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert path.name in done.err
    assert path.read_bytes() == b""


def test_a_store_that_is_no_database(shell: Shell) -> None:
    shell.data.mkdir()
    _write(shell.data / FILE, b"not a database, but longer than a header of one" * 100)
    said = _refused(shell, "status")
    assert "Traceback" not in said
    assert (shell.data / FILE).read_bytes().startswith(b"not a database")


def test_a_store_that_nobody_answers_for(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody:secret@/x?host={tmp_path}")
    for words in (("status",), ("db", "check"), ("db", "upgrade"), ("audit", "verify")):
        assert "secret" not in _refused(shell, *words)


def test_a_refusal_leaves_stdout_alone_even_with_json(at_work: Shell) -> None:
    done = at_work("invite", "豫安监999", "--json")
    assert (done.code, done.out) == (2, "")
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.out)
