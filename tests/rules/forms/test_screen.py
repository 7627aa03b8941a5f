"""What a screen and a record show."""

import pytest

from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import Open
from rules.forms.form import Form, merge
from rules.forms.record import Line, Section, record
from rules.forms.screen import Progress, closing, progress, screen
from rules.forms.shown import Phrases
from rules.forms.value import Value
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

PHRASES = Phrases(
    month="{year}年{month}月",
    year="{year}年",
    recordings="{count} 段录音",
    films="{count} 段视频",
    files="{count} 个文件",
    instances="{count} 组",
    date="{year}年{month}月{day}日",
    pictures="{count} 张照片",
    moment="{day} {time}",
    acknowledged="已知悉",
    ranked=" → ",
    point="北纬 {lat:.4f}，东经 {lon:.4f}",
    accuracy="（误差 {metres} 米）",
    comma="、",
)

SHEET = """
| | type | name | label | hint | guidance_hint | required | relevant | default | read_only |
| | note | hello | 请两人同行 | | | | | | |
| | begin_group | first | 到场 | | | | | | |
| | date | day | 检查日期 | | | yes | | today() | |
| | select_multiple methods | methods | 方式 | | | yes | | | |
| | end_group | | | | | | | | |
| | begin_group | second | ${day} 的结果 | | | | | | |
| | select_one yes_no | problem | 有问题吗？ | | | yes | | | |
| | note | danger | 请当场责令改正 | | | | ${problem} = 'yes' | | |
| | text | fixed | 依据 | | | | ${problem} = 'yes' | 第十条 | yes |
| | image | photos | 照片 | ${methods}的照片 | 拍全 | ${problem} = 'yes' | | | |
| | end_group | | | | | | | | |
| | decimal | width | 净宽 | | | | ${problem} = 'no' | | |
| | geopoint | here | 位置 | | | | | | |
| | note | bye | 辛苦了 | | | | | | |
"""

CHOICES = YES_NO + "| | methods | on_site | 实地核查 |\n| | methods | written | 书面检查 |\n"

ANSWERS: dict[str, Value] = {
    "x/first/day": "2026-11-09",
    "x/first/methods": ["on_site", "written"],
    "x/second/problem": "yes",
    "x/second/fixed": "第十条",
}


@pytest.fixture(scope="module")
def sheet() -> Form:
    return form(SHEET, CHOICES)


def test_a_screen_has_everything_that_its_question_needs(sheet: Form) -> None:
    seen = screen(sheet, Draft(ANSWERS, "x/second/photos"), NOW)
    assert seen is not None
    assert (seen.label, seen.hint, seen.guidance) == ("照片", "实地核查、书面检查的照片", "拍全")
    assert seen.notes == ("请当场责令改正", "依据 第十条")
    assert (seen.value, seen.suggested, seen.required) == (None, None, True)
    assert seen.progress == Progress(4, 5, "2026-11-09 的结果")
    assert seen.question is sheet.questions["x/second/photos"]


def test_a_screen_offers_the_default_until_there_is_an_answer_or_it_is_declined(sheet: Form) -> None:
    seen = screen(sheet, Draft({}, "x/first/day"), NOW)
    assert seen is not None
    assert (seen.value, seen.suggested, seen.notes) == (None, "2026-11-20", ("请两人同行",))
    answered = screen(sheet, Draft({"x/first/day": "2026-11-09"}, "x/first/day"), NOW)
    declined = screen(sheet, Draft({}, "x/first/day", {}, frozenset({"x/first/day"})), NOW)
    assert answered is not None
    assert declined is not None
    assert (answered.value, answered.suggested, declined.suggested) == ("2026-11-09", None, None)


def test_there_is_no_screen_in_the_review_and_before_the_opening(sheet: Form) -> None:
    assert screen(sheet, Draft(ANSWERS, REVIEW), NOW) is None
    assert screen(sheet, Draft(), NOW) is None


def test_progress_counts_what_is_asked_as_things_stand(sheet: Form) -> None:
    assert progress(sheet, Draft(), NOW) == Progress(0, 5, "x")
    assert progress(sheet, advance(sheet, Draft(), Open(), NOW).draft, NOW) == Progress(1, 5, "到场")
    assert progress(sheet, Draft(ANSWERS, "x/here"), NOW) == Progress(5, 5, "x")
    assert progress(sheet, Draft(ANSWERS, REVIEW), NOW) == Progress(5, 5, "x")
    assert progress(sheet, Draft({**ANSWERS, "x/second/problem": "no"}, REVIEW), NOW).total == 6


def test_the_section_of_a_part_is_the_name_of_its_item() -> None:
    rows = "| | type | name | label |\n| | begin_group | {0} | 组 |\n| | text | a | 甲 |\n| | end_group | | |"
    settings = "| settings |\n| | form_title |\n| | {0} |"
    base = form(rows.format("items"), settings.format("记录"), key="base")
    visit = merge(base, [form(rows.format("g"), settings.format("消防安全"), key="fire")])
    assert progress(visit, Draft({}, "base/items/a"), NOW) == Progress(1, 2, "组")
    assert progress(visit, Draft({}, "fire/g/a"), NOW) == Progress(2, 2, "消防安全")
    sections = record(visit, {}, NOW, PHRASES)
    assert [(section.part, section.title) for section in sections] == [("base", "组"), ("fire", "消防安全")]


def test_the_notes_after_the_last_question_close_the_form(sheet: Form) -> None:
    assert closing(sheet, Draft(ANSWERS, REVIEW), NOW) == ("辛苦了",)


def test_a_record_has_every_question_that_is_asked_with_its_answer_in_words(sheet: Form) -> None:
    answers: dict[str, Value] = {
        **ANSWERS,
        "x/second/photos": ["1", "2", "3"],
        "x/here": {"lat": 35.71234, "lon": 115.03, "accuracy": 11.6},
    }
    assert record(sheet, answers, NOW, PHRASES) == (
        Section(
            "x",
            "到场",
            (
                Line("x/first/day", "检查日期", "2026年11月9日"),
                Line("x/first/methods", "方式", "实地核查、书面检查"),
            ),
        ),
        Section(
            "x",
            "2026-11-09 的结果",
            (
                Line("x/second/problem", "有问题吗？", "是"),
                Line("x/second/fixed", "依据", "第十条"),
                Line("x/second/photos", "照片", "3 张照片"),
            ),
        ),
        Section("x", "x", (Line("x/here", "位置", "北纬 35.7123，东经 115.0300（误差 12 米）"),)),
    )


def test_a_record_leaves_out_what_is_not_asked_and_shows_what_is_missing(sheet: Form) -> None:
    answers: dict[str, Value] = {
        "x/second/problem": "no",
        "x/second/photos": ["1"],
        "x/second/fixed": "第十条",
        "x/width": "0.9",
        "x/here": {"lat": 35.0, "lon": 115.0, "accuracy": None},
    }
    lines = [line for section in record(sheet, answers, NOW, PHRASES) for line in section.lines]
    assert [(line.question, line.value) for line in lines] == [
        ("x/first/day", None),
        ("x/first/methods", None),
        ("x/second/problem", "否"),
        ("x/second/photos", "1 张照片"),
        ("x/width", "0.9"),
        ("x/here", "北纬 35.0000，东经 115.0000"),
    ]


def test_an_option_that_the_form_no_longer_has_is_shown_by_its_name(sheet: Form) -> None:
    lines = record(sheet, {"x/second/problem": "perhaps"}, NOW, PHRASES)[1].lines
    assert lines[0].value == "perhaps"
