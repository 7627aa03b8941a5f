"""Papers from templates of Word: an office's own come first, and what is wrong with one is said in a sentence."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from templates.papers import FOLDER
from templates.word import NAMES, filled
from tests.services.refusals import refused

CONTEXT: dict[str, Any] = {
    "title": "实地核查记录表",
    "departments": ["安澜县<市场>监督管理局 & 某某", "安澜县消防救援大队"],
    "number": "安澜市监抽查〔2026〕1号-001",
    "task": {"name": "2026年公示信息抽查", "number": "安澜市监抽查〔2026〕1号"},
    "subject": {"name": "安澜县“青禾”（《示例》）超市", "key": "4199", "address": "", "representative": ""},
    "items": ["公示信息检查"],
    "checked_on": "2026年11月20日",
    "begun_on": "2026年11月20日",
    "period": {"start": "2026年11月20日", "end": "2026年12月20日"},
    "inspectors": [{"name": "陈知远", "department": "安澜市监", "certificate": "豫001", "leader": True}],
    "experts": [],
    "sections": [{"title": "到场", "lines": [{"label": "核查方式", "value": "实地核查\n第二行 {{ 7*7 }}"}]}],
    "results": ["未发现问题"],
    "published": "",
    "version": 1,
    "sha256": "0" * 64,
    "order": {"situation": "", "problems": [], "until": ""},
    "signing": {"words": "某人签字", "witness": ""},
    "confirmations": [{"name": "陈知远", "said": "核对确认"}],
    "signed": None,
    "photos": [],
}


def _texts(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _template(folder: Path, text: str) -> None:
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / "notice.docx"))


@pytest.mark.parametrize("name", NAMES)
def test_the_packaged_templates_know_every_field_they_name_and_what_is_put_in_stays_text(name: str) -> None:
    said = _texts(filled(name, CONTEXT, {}, None))
    assert "安澜县<市场>监督管理局 & 某某" in said
    assert "安澜县“青禾”（《示例》）超市" in said
    assert "{%" not in said
    if name == "record":
        assert "实地核查\n第二行 {{ 7*7 }}" in said


def test_the_same_paper_has_the_same_bytes() -> None:
    made = filled("record", CONTEXT, {}, None)
    assert made == filled("record", CONTEXT, {}, None)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_office_s_own_template_comes_first_and_the_others_stay(tmp_path: Path) -> None:
    _template(tmp_path, "本局通知：{{ subject.name }}")
    assert _texts(filled("notice", CONTEXT, {}, tmp_path)) == "本局通知：安澜县“青禾”（《示例》）超市"
    assert "责令整改通知书" in _texts(filled("order", CONTEXT, {}, tmp_path))
    assert (FOLDER / "notice.docx").is_file()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{{ 单位名称 }}", "单位名称"),
        ("{{ subject.电话 }}", "电话"),
        ("{% for x in 清单 %}{% endfor %}", "清单"),
    ],
)
def test_a_field_that_is_not_known_is_named(text: str, field: str, tmp_path: Path) -> None:
    _template(tmp_path, text)
    with refused("papers.unknown_field", file="notice.docx", field=field):
        filled("notice", CONTEXT, {}, tmp_path)


@pytest.mark.parametrize(
    "text", ["{{ subject.name", "{% for x %}", "{% if title %}", "{{ title | nothing }}"]
)
def test_a_mark_that_is_wrong_is_said(text: str, tmp_path: Path) -> None:
    _template(tmp_path, text)
    with refused("papers.syntax", file="notice.docx"):
        filled("notice", CONTEXT, {}, tmp_path)


def test_a_template_reaches_nothing_but_its_values(tmp_path: Path) -> None:
    _template(tmp_path, "{{ title.__class__.__mro__ }}")
    with refused("papers.syntax"):
        filled("notice", CONTEXT, {}, tmp_path)


def test_what_is_no_file_of_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notice.docx").write_bytes(b"no file of Word")
    with refused("papers.unreadable", file="notice.docx"):
        filled("notice", CONTEXT, {}, tmp_path)
