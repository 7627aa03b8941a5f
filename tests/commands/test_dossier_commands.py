"""``chouchatong dossier`` and ``chouchatong templates``: a check's file, and the templates that an office changes."""

import json
import stat
import zipfile
from pathlib import Path

import pytest
from docx import Document

from tests.commands.conftest import Shell

NUMBER = "安澜市监抽查〔2026〕1号-001"


def _kinds(shell: Shell) -> list[str]:
    import sqlite3  # noqa: PLC0415  (one look)

    with sqlite3.connect(shell.data / "chouchatong.sqlite3") as store:
        return [kind for (kind,) in store.execute("SELECT kind FROM audit_event ORDER BY sequence")]


def test_a_check_s_file_is_written_for_its_owner_alone_and_that_is_recorded(
    at_work: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "档案.zip"
    done = at_work("dossier", NUMBER, "--out", path, "--json")
    assert (done.code, done.err) == (0, "")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert set(done.json["files"]) == names
    assert manifest["number"] == NUMBER
    assert done.json["missing"] == manifest["missing"] != []  # nothing was fetched in this county
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert _kinds(at_work)[-1] == "dossier.exported"
    assert list(tmp_path.glob("tmp*")) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [("没有这个", "没有编号为 没有这个 的检查"), ("安澜市监抽查〔2026〕1号-002", "还没有全部确认")],
)
def test_a_check_that_has_no_file_is_refused_in_a_sentence(
    at_work: Shell, number: str, said: str, tmp_path: Path
) -> None:
    done = at_work("dossier", number, "--out", tmp_path / "x.zip")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err
    assert not (tmp_path / "x.zip").exists()
    assert "dossier.exported" not in _kinds(at_work)


def test_where_nothing_can_be_written_it_is_said(at_work: Shell, tmp_path: Path) -> None:
    done = at_work("dossier", NUMBER, "--out", tmp_path / "nowhere" / "x.zip")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "x.zip" in done.err


def test_an_office_changes_a_template_and_a_wrong_field_is_named(
    at_work: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "模板"
    assert at_work("templates", folder).code == 0
    assert sorted(one.name for one in folder.iterdir()) == ["notice.docx", "order.docx", "record.docx"]
    document = Document(str(folder / "notice.docx"))
    document.add_paragraph("本局另行通知：{{ subject.name }}；{{ 电话 }}")
    document.save(str(folder / "notice.docx"))
    before = (folder / "notice.docx").read_bytes()
    assert "没有覆盖" in at_work("templates", folder).out
    assert (folder / "notice.docx").read_bytes() == before
    monkeypatch.setenv("CHOUCHATONG_TEMPLATES", str(folder))
    done = at_work("dossier", NUMBER, "--out", tmp_path / "x.zip")
    assert (done.code, done.out) == (2, "")
    assert "模板 notice.docx 里的字段“电话”不存在" in done.err
    assert not (tmp_path / "x.zip").exists()
