"""From a spreadsheet to a form: what is taken, and what is refused with its place."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]  # openpyxl ships no types
from pyxform.xls2json_backends import get_xlsform  # type: ignore[import-untyped]  # pyxform ships no types

from rules.errors import Refused
from rules.forms import problems, standard, tables
from rules.forms.expression import Expression
from rules.forms.form import Form
from rules.forms.question import Kind, Option, Reference
from rules.forms.xlsform import load
from templates.refusal import sentence
from tests.rules.forms.spreadsheet import SHIPPED, YES_NO, form

FORMS = sorted(SHIPPED.glob("*/forms/*.md"))
PLAIN = "| | type | name | label |\n"
REPEATED = """| | type | name | label | relevant | calculation | repeat_count |
| | begin_repeat | r | 组 | | | |
| | integer | b | 乙 | | | |
| | end_repeat | | | | | |
"""


def problems_of(survey: str, rest: str = "") -> list[tuple[object, ...]]:
    """What is wrong: the code, the row (1 is «| survey |»), the column; and every one has its sentence."""
    with pytest.raises(problems.BadForm) as caught:
        form(survey, rest)
    found = caught.value.problems
    assert sentence(caught.value) == sentence(found[0])
    for problem in found:
        words = sentence(problem)
        assert str(problem.details["sheet"]) in words
        assert "{" not in words.replace("${", "")
        assert str(problem.details["column"]) in words
    return [
        (problem.code, problem.details["sheet"], problem.details["row"], problem.details["column"])
        for problem in found
    ]


REFUSED = [
    (PLAIN + "| | geotrace | a | 甲 |", "", ("forms.type_unsupported", "survey", 3, "type")),
    ("| | type | name | label |\n| | begin_loop | a | 甲 |\n| | text | b | 乙 |\n| | end_loop | | |", "", ("forms.type_unsupported", "survey", 3, "type")),
    (REPEATED + "| | text | c | 丙 | ${b} > 1 | | |", "", ("forms.reference_repeated", "survey", 6, "relevant")),
    (REPEATED + "| | text | c | 丙 ${b} | | | |", "", ("forms.reference_repeated", "survey", 6, "label")),
    (REPEATED + "| | calculate | c | | | sum(${b} + 1) | |", "", ("forms.reference_repeated", "survey", 6, "calculation")),
    (REPEATED + "| | calculate | c | | | sum(${r}) | |", "", ("forms.reference_repeated", "survey", 6, "calculation")),
    (REPEATED + "| | calculate | c | | | indexed-repeat(${b}, ${b}, 1) | |", "", ("forms.reference_repeated", "survey", 6, "calculation")),
    (REPEATED + "| | calculate | c | | | indexed-repeat(${b}, ${r}) | |", "", ("forms.expression_broken", "survey", 6, "calculation")),
    (REPEATED + "| | calculate | c | | | position(..) | |", "", ("forms.position_outside", "survey", 6, "calculation")),
    ("| | type | name | label | repeat_count |\n| | begin_repeat | r | 组 | 100 |\n| | text | a | 甲 | |\n| | end_repeat | | | |", "", ("forms.instances_counted", "survey", 3, "repeat_count")),
    ("| | type | name | label | relevant |\n| | text | a | 甲 | |\n| | text | b | 乙 | jr:choice-name(${a}, '${a}') = '是' |", "", ("forms.reference_no_choice", "survey", 4, "relevant")),
    ("| | type | name | label |\n| | text | " + "a" * 190 + " | 甲 |", "", ("forms.path_long", "survey", 3, "name")),
    (REPEATED + "| | text | c | 丙 | | | 3 |", "", ("forms.column_here", "survey", 6, "repeat_count")),
    ("| | type | name | label | relevant | calculation | repeat_count |\n| | begin_repeat | r | 组 | | | . + 1 |\n| | integer | b | 乙 | | | |\n| | end_repeat | | | | | |\n| | text | c | 丙 | | | |", "", ("forms.own_value", "survey", 3, "repeat_count")),
    (PLAIN + "| | select_one_from_file a.csv | a | 甲 |", "", ("forms.type_unsupported", "survey", 3, "type")),
    (PLAIN + "| | text | a | 甲 |\n| | | b | 乙 |", "", ("forms.type_missing", "survey", 4, "type")),
    (PLAIN + "| | text | | 甲 |", "", ("forms.name_missing", "survey", 3, "name")),
    (PLAIN + "| | text | 1a | 甲 |", "", ("forms.name_wrong", "survey", 3, "name")),
    (PLAIN + "| | text | a/b | 甲 |", "", ("forms.name_wrong", "survey", 3, "name")),
    (PLAIN + "| | text | a | 甲 |\n| | text | a | 乙 |", "", ("forms.name_twice", "survey", 4, "name")),
    (PLAIN + "| | text | a | |", "", ("forms.label_missing", "survey", 3, "label")),
    (PLAIN + "| | select_one no_list | a | 甲 |", YES_NO, ("forms.options_missing", "survey", 3, "type")),
    (PLAIN + "| | select_one yes_no | a | 甲 |", "", ("forms.options_missing", "survey", 3, "type")),
    (PLAIN + "| | note | a | 甲 |", "", ("forms.no_question", "survey", 2, "")),
    (PLAIN + "| | text | b | 乙 |\n| | begin_group | a | 甲 |\n| | text | c | 丙 |", "", ("forms.group_open", "survey", 4, "type")),
    (PLAIN + "| | text | b | 乙 |\n| | end_group | | |", "", ("forms.group_not_open", "survey", 4, "type")),
    (PLAIN + "| | text | b | 乙 |\n| | begin_group | a | 甲 |\n| | end_group | | |", "", ("forms.group_empty", "survey", 4, "type")),
    (PLAIN + "| | text | a | ${b} 甲 |", "", ("forms.reference_unknown", "survey", 3, "label")),
    (
        PLAIN + "| | begin_group | g | 组 |\n| | text | a | 甲 |\n| | end_group | | |\n| | text | a | 乙 |\n| | text | b | ${a} |",
        "",
        ("forms.reference_twice", "survey", 7, "label"),
    ),
    (PLAIN + "| | note | a | 甲 |\n| | text | b | ${a} |", "", ("forms.reference_empty", "survey", 4, "label")),
    (PLAIN + "| | begin_group | g | 组 |\n| | text | a | ${g} |\n| | end_group | | |", "", ("forms.reference_empty", "survey", 4, "label")),
    ("| | type | name | label | relevent |\n| | text | a | 甲 | 1 |", "", ("forms.column_unknown", "survey", 2, "relevent")),
    ("| | type | name | label | calculation |\n| | text | a | 甲 | 1 |", "", ("forms.calculation_answered", "survey", 3, "calculation")),
    ("| | type | name | label | calculation |\n| | text | b | 乙 | |\n| | calculate | a | | . + 1 |", "", ("forms.own_value", "survey", 4, "calculation")),
    ("| | type | name | label | calculation |\n| | note | a | 甲 | 1 |", "", ("forms.column_here", "survey", 3, "calculation")),
    ("| | type | name | label | choice_filter |\n| | text | a | 甲 | 1 |", "", ("forms.column_here", "survey", 3, "choice_filter")),
    ("| | type | name | label | choice_filter |\n| | select_one yes_no | a | 甲 | county = 1 |", YES_NO, ("forms.name_bare", "survey", 3, "choice_filter")),
    ("| | type | name | label | choice_filter |\n| | select_one yes_no | a | 甲 | name = ${b} |", YES_NO, ("forms.reference_unknown", "survey", 3, "choice_filter")),
    ("| | type | name | label | choice_filter |\n| | select_one yes_no | a | 甲 | name = . |", YES_NO, ("forms.own_value", "survey", 3, "choice_filter")),
    ("| | type | name | label | parameters |\n| | range | a | 甲 | start=0 end=10 step=3 |", "", ("forms.scale_wrong", "survey", 3, "parameters")),
    ("| | type | name | label | parameters |\n| | range | a | 甲 | start=0 end=x |", "", ("forms.scale_wrong", "survey", 3, "parameters")),
    ("| | type | name | label | parameters |\n| | range | a | 甲 | step=0 |", "", ("forms.scale_wrong", "survey", 3, "parameters")),
    ("| | type | name | label | media::image |\n| | text | a | 甲 | a.png |", "", ("forms.column_unsupported", "survey", 2, "media::image")),
    ("| | type | name | label | bind::x |\n| | text | a | 甲 | 1 |", "", ("forms.column_unsupported", "survey", 2, "bind::x")),
    ("| | type | name | label | relevant | relevance |\n| | text | a | 甲 | | 1 |", "", ("forms.column_twice", "survey", 2, "relevance")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label | bind::x |\n| | l | a | 甲 | 1 |", ("forms.column_unsupported", "choices", 5, "bind::x")),
    ("| | type | name | label | label |\n| | text | a | 甲 | 乙 |", "", ("forms.column_twice", "survey", 2, "label")),
    ("| | type | name | label |\n| | text | a | 甲 | 乙 |", "", ("forms.cell_without_column", "survey", 3, "")),
    ("| | type | name | | label |\n| | text | a | 乙 | 甲 |", "", ("forms.cell_without_column", "survey", 3, "")),
    ("| | type | name | label | required |\n| | note | b | 乙 | yes |\n| | text | a | 甲 | |", "", ("forms.column_here", "survey", 3, "required")),
    ("| | type | name | label | constraint |\n| | begin_group | b | 乙 | 1 |\n| | text | a | 甲 | |\n| | end_group | | | |", "", ("forms.column_here", "survey", 3, "constraint")),
    ("| | type | name | label | parameters |\n| | select_one yes_no | a | 甲 | randomize=true |", YES_NO, ("forms.column_here", "survey", 3, "parameters")),
    ("| | type | name | label | body::max_photos |\n| | text | a | 甲 | 3 |", "", ("forms.column_here", "survey", 3, "body::max_photos")),
    ("| | type | name | label | body::max_photos |\n| | image | a | 甲 | many |", "", ("forms.max_photos", "survey", 3, "body::max_photos")),
    ("| | type | name | label | body::max_photos |\n| | image | a | 甲 | 101 |", "", ("forms.max_photos", "survey", 3, "body::max_photos")),
    ("| | type | name | label | body::max_photos |\n| | image | a | 甲 | ² |", "", ("forms.max_photos", "survey", 3, "body::max_photos")),
    ("| | type | name | label | read_only |\n| | text | a | 甲 | 1 = 1 |", "", ("forms.yes_or_no", "survey", 3, "read_only")),
    ("| | type | name | label | default |\n| | integer | a | 甲 | 三 |", "", ("forms.default_wrong", "survey", 3, "default")),
    ("| | type | name | label | default |\n| | date | a | 甲 | 2026-02-30 |", "", ("forms.default_wrong", "survey", 3, "default")),
    ("| | type | name | label | default |\n| | select_one yes_no | a | 甲 | perhaps |", YES_NO, ("forms.default_wrong", "survey", 3, "default")),
    ("| | type | name | label | default |\n| | image | a | 甲 | a.png |", "", ("forms.default_wrong", "survey", 3, "default")),
    ("| | type | name | label | relevant |\n| | text | a | 甲 | ${a} = |", "", ("forms.expression_broken", "survey", 3, "relevant")),
    ("| | type | name | label | relevance |\n| | text | a | 甲 | . = 1 |", "", ("forms.own_value", "survey", 3, "relevance")),
    ("| | type | name | label | constraint |\n| | text | a | 甲 | regex(., '[') |", "", ("forms.pattern_broken", "survey", 3, "constraint")),
    ("| | type | name | label | required |\n| | text | a | 甲 | 是 |", "", ("forms.name_bare", "survey", 3, "required")),
    ("| | type | name | label | default |\n| | text | a | 甲 | uuid() |", "", ("forms.function_unknown", "survey", 3, "default")),
    ("| | type | name | label | constraint_message |\n| | text | a | 甲 | ${b} |", "", ("forms.reference_unknown", "survey", 3, "constraint_message")),
    (f"| | type | name | label | constraint |\n| | text | a | 甲 | {'1' * 4001} |", "", ("forms.expression_long", "survey", 3, "constraint")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label |\n| | l | a | |", ("forms.option_incomplete", "choices", 6, "label")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label |\n| | l | | 甲 |", ("forms.option_incomplete", "choices", 6, "name")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label |\n| | | a | 甲 |", ("forms.option_incomplete", "choices", 6, "list_name")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label |\n| | l | a | 甲 |\n| | l | a | 乙 |", ("forms.option_twice", "choices", 7, "name")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label |\n| | l | a b | 甲 |", ("forms.option_blank", "choices", 6, "name")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label |\n| | l | a | ${A} |", ("forms.option_reference", "choices", 6, "label")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label | exclusive |\n| | l | a | 甲 | 是 |", ("forms.yes_or_no", "choices", 6, "exclusive")),
    (PLAIN + "| | text | A | 甲 |", "| choices |\n| | list_name | name | label | image |\n| | l | a | 甲 | a.png |", ("forms.column_unsupported", "choices", 5, "image")),
    (PLAIN + "| | text | A | 甲 |", "| settings |\n| | public_key |\n| | abc |", ("forms.column_unsupported", "settings", 5, "public_key")),
    (PLAIN + "| | text | A | 甲 |", "| settings |\n| | form_titel |\n| | abc |", ("forms.column_unknown", "settings", 5, "form_titel")),
    (PLAIN + "| | text | A | 甲 |", "| entities |\n| | list_name | label |\n| | l | a |", ("forms.sheet_unsupported", "entities", 5, "")),
    (PLAIN + "| | text | meta | 甲 |", "", ("forms.not_xlsform", "survey", 3, "")),
    ("| | type | name | label | parameters |\n| | text | a | 甲 | rows=x |", "", ("forms.not_xlsform", "survey", 3, "")),
]  # fmt: skip
"""A survey, further sheets, and what is wrong: one thing each."""


@pytest.mark.parametrize(("survey", "rest", "expected"), REFUSED)
def test_what_a_chat_cannot_ask_is_refused_with_its_place(
    survey: str, rest: str, expected: tuple[object, ...]
) -> None:
    assert problems_of(survey, rest) == [expected]


def test_a_spreadsheet_over_which_pyxform_stumbles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise AttributeError("nodeType")

    monkeypatch.setattr(standard, "workbook_to_json", stumble)
    assert problems_of(PLAIN + "| | text | a | 甲 |") == [("forms.not_xlsform", "survey", 2, "")]


def test_questions_that_decide_about_each_other_in_a_circle_are_all_named() -> None:
    survey = """
    | | type | name | label | relevant |
    | | text | a | 甲 | ${c} != '' |
    | | begin_group | g | 组 | ${a} != '' |
    | | text | b | 乙 | |
    | | end_group | | | |
    | | text | c | 丙 | ${b} != '' |
    """
    assert problems_of(survey) == [
        ("forms.circle", "survey", 4, "relevant"),
        ("forms.circle", "survey", 6, "relevant"),
        ("forms.circle", "survey", 8, "relevant"),
    ]


def test_a_group_cannot_hang_on_a_question_inside_it() -> None:
    survey = """
    | | type | name | label | relevant |
    | | begin_group | g | 组 | ${b} != '' |
    | | text | b | 乙 | |
    | | end_group | | | |
    """
    assert problems_of(survey) == [("forms.circle", "survey", 5, "relevant")]


def test_nobody_can_say_how_often_a_repeat_is_there_within_it() -> None:
    survey = """
    | | type | name | label | repeat_count |
    | | begin_repeat | r | 组 | sum(${b}) |
    | | integer | b | 乙 | |
    | | end_repeat | | | |
    """
    assert problems_of(survey) == [
        ("forms.circle", "survey", 4, "repeat_count"),
        ("forms.circle", "survey", 5, "relevant"),
    ]


def test_an_author_learns_of_all_problems_at_once_in_the_order_of_the_rows() -> None:
    survey = """
    | | type | name | label | relevant | constraint |
    | | geotrace | a | 甲 | | |
    | | text | | 乙 | ${nobody} = 1 | 1 + |
    | | select_one none | c | | | random(.) > 1 |
    """
    assert problems_of(survey, "| choices |\n| | list_name | name | label |\n| | l | a | |") == [
        ("forms.type_unsupported", "survey", 4, "type"),
        ("forms.name_missing", "survey", 5, "name"),
        ("forms.reference_unknown", "survey", 5, "relevant"),
        ("forms.expression_broken", "survey", 5, "constraint"),
        ("forms.label_missing", "survey", 6, "label"),
        ("forms.function_unknown", "survey", 6, "constraint"),
        ("forms.options_missing", "survey", 6, "type"),
        ("forms.option_incomplete", "choices", 10, "label"),
    ]


def test_rows_are_counted_as_the_author_sees_them() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", "甲"], [], [], ["geotrace", "b", "乙"]):
        sheet.append(row)
    excel = io.BytesIO()
    book.save(excel)
    comma = "survey,,,\n,type,name,label\n\n,text,a,甲\n,geotrace,b,乙\n"
    marked = "# 说明\n\n| survey |\n| | type | name | label |\n|---|---|---|---|\n\n| | text | a | 甲 |\n| | | | |\n| | geotrace | b | 乙 |\n"
    for source, suffix, at in (
        (excel.getvalue(), ".xlsx", 5),
        (comma.encode(), ".csv", 5),
        (marked.encode(), ".md", 9),
    ):
        with pytest.raises(problems.BadForm) as caught:
            load(source, suffix, "x")
        assert [(it.code, it.details["row"]) for it in caught.value.problems] == [
            ("forms.type_unsupported", at)
        ]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_markdown_is_read_as_pyxform_reads_it(path: Path) -> None:
    theirs = get_xlsform(path.read_bytes(), file_type=".md")
    ours = tables.read_tables(path.read_bytes(), ".md", problems.Problems())
    for name in tables.SHEETS:
        assert [cells for _, cells in ours[name].rows] == getattr(theirs, name)


def _as(path: Path, suffix: str) -> bytes:
    sheets = tables.read_tables(path.read_bytes(), ".md", problems.Problems())
    if suffix == ".xlsx":
        book = Workbook()
        book.remove(book.worksheets[0])
        for table in sheets.values():
            sheet = book.create_sheet(table.name)
            sheet.append(table.columns)
            for _, cells in table.rows:
                sheet.append([cells.get(column) for column in table.columns])
        excel = io.BytesIO()
        book.save(excel)
        return excel.getvalue()
    text = io.StringIO()
    writer = csv.writer(text)
    for table in sheets.values():
        writer.writerow([table.name])
        writer.writerow(["", *table.columns])
        writer.writerows(
            [["", *(cells.get(column, "") for column in table.columns)] for _, cells in table.rows]
        )
    return text.getvalue().encode("gb18030")


def _asked(loaded: Form) -> list[object]:
    def seen(part: object) -> object:
        return (part.source, part.reads) if isinstance(part, Expression) else part

    return [
        [seen(getattr(question, name)) for name in question.__dataclass_fields__]
        for question in loaded.questions.values()
    ]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_form_is_the_same_in_every_format(path: Path, suffix: str) -> None:
    marked, other = load(path.read_bytes(), ".md", "x"), load(_as(path, suffix), suffix, "x")
    assert _asked(other) == _asked(marked)
    assert other.title == marked.title


def test_a_question_keeps_everything_that_its_row_says() -> None:
    loaded = form(
        """
        | | type | name | label | hint | guidance_hint | required | required_message | relevant | constraint | constraint_message | default | appearance |
        | | integer | total | 总数 | | | | | | | | 3 | |
        | | begin_group | g | 组“一” | | | | | | | | | field-list |
        | | select_multiple l | a | ${total} 个“甲” | 提示 | 说明 | ${total} > 1 | 必答 | ${total} > 0 | count-selected(.) < 3 | 太多 | c b | minimal |
        | | end_group | | | | | | | | | | | |
        """,
        "| choices |\n| | list_name | name | label | exclusive | 备注 |\n| | l | b | 乙 | | 1 |\n| | l | c | 丙 | yes | |",
    )
    question = loaded.questions["x/g/a"]
    assert (question.part, question.name, question.kind, question.groups) == (
        "x",
        "a",
        Kind.SELECT_MULTIPLE,
        ("x/g",),
    )
    assert question.label.pieces == (Reference("x/total"), " 个“甲”")
    assert question.options == (
        Option("b", "乙", exclusive=False, columns=(("备注", "1"),)),
        Option("c", "丙", exclusive=True),
    )
    assert question.default == ["b", "c"]
    assert isinstance(question.required, Expression)
    assert question.constraint is not None
    assert question.constraint.source == "count-selected(.) < 3"
    assert [words and words.pieces for words in (question.hint, question.guidance)] == [("提示",), ("说明",)]
    assert [words and words.pieces for words in (question.required_message, question.constraint_message)] == [
        ("必答",),
        ("太多",),
    ]
    label = loaded.groups["x/g"].label
    assert label is not None
    assert label.pieces == ("组“一”",)
    assert loaded.questions["x/total"].default == 3


def test_a_form_is_pinned_by_the_digest_of_its_file() -> None:
    survey = b"| survey |\n| | type | name | label |\n| | text | a | b |\n"
    settings = b"| settings |\n| | form_title | form_id | version |\n| | \xe8\xa1\xa8 | f | 7 |\n"
    one, two = load(survey + settings, ".md", "x"), load(survey + settings + b"\n", ".md", "x", "Other")
    assert (one.sources[0].title, one.sources[0].form_id, one.sources[0].version) == ("表", "f", "7")
    assert one.sources[0].sha256 != two.sources[0].sha256
    assert two.title == "Other"
    assert load(survey, ".md", "x").title == "x"


def test_of_several_languages_the_forms_own_is_shown_then_chinese() -> None:
    survey = "| | type | name | label::English (en) | label::中文 (zh) |\n| | text | a | A | 甲 |\n| | text | b | B | |"
    chinese = form(survey)
    english = form(survey, "| settings |\n| | default_language |\n| | English (en) |")
    assert [question.label.pieces for question in chinese.questions.values()] == [("甲",), ("B",)]
    assert [question.label.pieces for question in english.questions.values()] == [("A",), ("B",)]


def test_typographic_quotes_in_an_expression_are_straightened() -> None:
    loaded = form("| | type | name | label | constraint |\n| | text | a | 甲 | . = “是” or . = ‘否’ |")
    constraint = loaded.questions["x/a"].constraint
    assert constraint is not None
    assert constraint.source == ". = \"是\" or . = '否'"


def _refusal(source: bytes, suffix: str) -> str:
    with pytest.raises(Refused) as caught:
        load(source, suffix, "x")
    assert sentence(caught.value)
    return caught.value.code


def test_a_file_that_is_no_spreadsheet_is_refused() -> None:
    empty_zip, bomb = io.BytesIO(), io.BytesIO()
    zipfile.ZipFile(empty_zip, "w").close()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (tables.LARGEST_UNPACKED + 1))
    assert _refusal(b"", ".md") == "forms.survey_missing"
    assert _refusal(b"just words", ".csv") == "forms.survey_missing"
    assert _refusal(b"PK\x03\x04 broken", ".xlsx") == "forms.file_unreadable"
    assert _refusal(empty_zip.getvalue(), ".xlsx") == "forms.file_unreadable"
    assert _refusal(bomb.getvalue(), ".xlsx") == "forms.file_large"
    assert _refusal(b"x" * (tables.LARGEST + 1), ".md") == "forms.file_large"
    assert _refusal(b"\xff\xff\xff", ".md") == "forms.file_unreadable"
    assert _refusal(b'"\r\x00', ".csv") in {"forms.file_unreadable", "forms.survey_missing"}
    assert _refusal(b"", ".xls") == "forms.file_type"


def test_the_parts_of_an_excel_file_cut_short_are_refused() -> None:
    whole = _as(FORMS[0], ".xlsx")
    for length in range(0, len(whole), len(whole) // 20):
        assert _refusal(whole[:length], ".xlsx") == "forms.file_unreadable"


def _words_of_refusal(source: bytes, suffix: str) -> str | None:
    try:
        load(source, suffix, "x")
    except problems.BadForm as bad:
        return "".join(map(sentence, bad.problems))
    except Refused as refusal:
        return sentence(refusal)
    return None


@given(st.binary(max_size=200), st.sampled_from([".md", ".csv", ".xlsx"]))
def test_any_bytes_are_a_form_or_refused(source: bytes, suffix: str) -> None:
    words = _words_of_refusal(source, suffix)
    assert words is None or words


_WORDS = st.sampled_from(
    (
        "  text select_one&l select_multiple&l begin_group end_group note image date a b c yes no 甲 ${a} ${a}&=&'x' ${b}&>&1 "
        ".&<&3 today() type name label relevant l constraint required default survey choices list_name label::en 1&+ 3 # -"
    )
    .replace("&", "\u00a0")
    .split(" ")
).map(lambda word: word.replace("\u00a0", " "))


@given(st.lists(st.lists(_WORDS, min_size=3, max_size=7), min_size=1, max_size=9))
def test_any_table_is_a_form_or_refused(rows: list[list[str]]) -> None:
    lines = ["| survey |", "| | type | name | label | relevant | constraint | default | required |"]
    lines += [f"| {' | '.join(['', *row] if index else row)} |" for index, row in enumerate(rows, start=1)]
    lines += ["| choices |", "| | list_name | name | label |", "| | l | a | A |"]
    words = _words_of_refusal("\n".join(lines).encode(), ".md")
    assert words is None or words


@pytest.mark.parametrize("key", ["", "a/b"])
def test_a_key_that_cannot_begin_a_path_is_an_error_of_ours(key: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(key))):
        load(b"", ".md", key)
