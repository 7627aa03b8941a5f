"""A profile in words: every key and every term has one, and there is no word too many."""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from rules.draw.quota import Rounding
from rules.profile import Profile, Source, describe, terms
from rules.profile.cited import Citation, Cited, Part
from rules.profile.schedule import Report
from services.profiles import load, names
from templates.profile_lines import WordedLine, worded

ROOT = Path(__file__).parents[2]
WORDS = tomllib.loads((ROOT / "templates" / "profile_labels.toml").read_text(encoding="utf-8"))


def _parts(annotation: object) -> Iterator[type[Part]]:
    """The sections and parts inside an annotation, cited values and reports left out."""
    for inner in (annotation, *get_args(annotation)):
        if isinstance(inner, type) and issubclass(inner, Part) and not issubclass(inner, Citation):
            yield inner


def _keys(part: type[Part]) -> Iterator[str]:
    for name, field in part.model_fields.items():
        inner = list(_parts(field.annotation))
        is_list = Report in get_args(field.annotation)
        if not is_list:
            yield name
        for deeper in inner:
            yield from _keys(deeper)


def test_every_section_and_key_of_the_schema_has_its_word_and_no_other_has() -> None:
    common, found = set(WORDS["keys"]["common"]), set()
    for section, field in Profile.model_fields.items():
        for part in _parts(field.annotation):
            keys = set(_keys(part))
            own = set(WORDS["keys"].get(section, {}))
            assert own <= keys, section
            assert keys - own <= common, section
            found |= keys - own
    assert common == found
    sections = {name for name, field in Profile.model_fields.items() if list(_parts(field.annotation))}
    assert set(WORDS["sections"]) == sections | {"profile"}
    assert set(WORDS["keys"]) - {"common"} == sections | {"profile"}


def test_every_term_has_its_word_and_no_other_has() -> None:
    enums = [term for term in vars(terms).values() if isinstance(term, type) and issubclass(term, StrEnum)]
    enums = [term for term in enums if term is not StrEnum] + [Rounding]

    for term in enums:
        assert set(WORDS["values"][term.__name__]) == set(term), term
    tables = {name for name, value in WORDS["values"].items() if isinstance(value, dict)}
    assert tables == {term.__name__ for term in enums}
    assert set(WORDS["sources"]) == set(Source) - {Source.DOCUMENT}


def _worded(name: str) -> dict[tuple[str, str], WordedLine]:
    return {(line.section, line.key): line for line in worded(describe(load(name)))}


@pytest.mark.parametrize("name", names())
def test_every_line_of_every_profile_can_be_read(name: str) -> None:
    lines = worded(describe(load(name)))

    assert len(lines) == len(describe(load(name)))
    assert all(line.section and line.key and line.value for line in lines)


@pytest.mark.parametrize(
    ("name", "section", "key", "value", "basis"),
    [
        ("puyang", "结果公示", "期限", "20个工作日", "二(九)"),
        ("puyang", "结果公示", "起算", "检查结果产生之日", "二(九)"),
        ("puyang", "辖区", "代码", "puyang", ""),
        ("puyang", "检查人员", "最少人数", "2人", "二(七)"),
        ("puyang", "检查人员", "可以直接选派的任务", "无", "一(二)1"),
        ("puyang", "提醒", "每日汇总时刻", "09:00", WORDS["sources"]["default"]),
        ("puyang", "提醒", "到期前几个工作日提醒", "10、5、3、1、0", WORDS["sources"]["default"]),
        ("puyang", "固定日期", "建立检查对象名录库和执法检查人员名录库", "部门，2023年6月30日", "二(二)"),
        ("wuyuan", "名单和计划的期限", "派发名单·期限", "5个工作日", "第十八条"),
        ("wuyuan", "结果公示", "原则上（写明理由可以逾期）", "是", "第二十三条"),
        ("shifanqu", "抽查比例", "C类·上限", "20%", "五"),
        ("shifanqu", "固定日期", "媒体报道", "部门，每月最后一天，至少2次", "八"),
        ("xingtai", "依据文件", "日期", "2022年1月17日", ""),
        ("xingtai", "占比要求", "信用风险分类抽查占比·比例", "80%", "二(三)"),
        (
            "xingtai",
            "固定日期",
            "县“双随机、一公开”监管工作月报表",
            "牵头办公室，每月23日，报邢台市双随机一公开工作领导小组办公室",
            "三(三)、附件1",
        ),
    ],
)
def test_a_line_reads_as_people_say_it(name: str, section: str, key: str, value: str, basis: str) -> None:
    line = _worded(name)[section, key]

    assert (line.value, line.basis) == (value, basis)


def test_the_20_days_of_xingtai_are_said_not_to_be_from_its_document() -> None:
    line = _worded("xingtai")["结果公示", "期限"]

    assert line.value == "20个工作日"
    assert line.basis == WORDS["sources"]["elsewhere"]
    assert "不是本文件的规定" in line.note


def test_a_cited_value_is_recognised_by_its_class() -> None:
    assert issubclass(Cited[int], Citation)
