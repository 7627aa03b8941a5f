"""The screen of every kind of question: what it says and which buttons it has."""

from types import SimpleNamespace

import pytest

from rules.forms.draft import Draft
from rules.forms.engine import advance
from rules.forms.event import Event, Goto, Open, Toggle
from rules.forms.screen import screen
from templates.render import Message, render
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

KINDS = form(
    """
    | | type | name | label | parameters | choice_filter | appearance |
    | | range | few | 分数 | start=1 end=5 step=1 | |
    | | range | many | 温度 | start=-10 end=10 step=0.5 | |
    | | time | time | 时间 | | |
    | | datetime | datetime | 何时 | | |
    | | acknowledge | acknowledge | 已告知 | | |
    | | barcode | barcode | 条码 | | |
    | | date | year | 哪年 | | | year |
    | | date | month | 哪月 | | | month-year |
    | | text | phone | 电话 | | | numbers |
    | | select_one yes_no | likert | 满意 | | | likert |
    | | audio | audio | 陈述 | | |
    | | video | video | 视频 | | |
    | | file | file | 文件 | | |
    | | begin_repeat | room | 房间 | | |
    | | text | inside | 名称 | | |
    | | end_repeat | | | | |
    | | rank yes_no | rank | 排序 | | |
    | | select_one yes_no | none | 没有可选的 | | name = 'nothing' |
    | | select_one yes_no | no | 只有否 | | name = 'no' |
    """,
    YES_NO,
)


def shown(name: str, *events: Event) -> Message:
    draft = advance(KINDS, Draft(), Open(), NOW).draft
    for event in (*events, Goto(f"x/{name}")):
        draft = advance(KINDS, draft, event, NOW).draft
    view = screen(KINDS, draft, NOW)
    assert view is not None
    held = view.value if view.value is not None else view.suggested
    return render(
        "question",
        view=view,
        kind=view.question.kind,
        shown=None if view.value is None else str(view.value),
        suggested=None,
        chosen=set(held) if isinstance(held, list) else {held},
        photos=0,
        inspection=SimpleNamespace(id=7),
        portion=SimpleNamespace(revision=3),
        others=[],
        subject="安澜县松间月酒楼",
    )


def labels(message: Message) -> list[str]:
    return [button.label for row in message.rows for button in row]


@pytest.mark.parametrize(
    ("name", "words", "buttons"),
    [
        ("few", "分数", ["1", "2", "3", "4", "5"]),
        ("many", "-10 到 10 之间的数", []),
        ("time", "例如 14:30", ["🕐 现在"]),
        ("datetime", "例如 2026-11-20 14:30", ["🕐 现在"]),
        ("acknowledge", "已告知", ["✅ 已知悉"]),
        ("barcode", "条码下面的数字", []),
        ("audio", "按住麦克风", []),
        ("year", "例如 2024", []),
        ("month", "例如 2026-11", []),
        ("phone", "直接发数字", []),
        ("video", "大约一分钟", []),
        ("file", "直接发送文件", []),
        ("room", "1. （还没有填）", ["➕ 再加一组", "👍 没有了", "🗑 删除一组"]),
        ("rank", "按先后顺序点选", ["▫️ 是", "▫️ 否"]),
        ("none", "没有可选的内容", []),
        ("no", "只有否", ["否"]),
    ],
)
def test_a_screen_says_what_is_expected_and_offers_it(name: str, words: str, buttons: list[str]) -> None:
    message = shown(name)
    assert words in message.text
    moving = ("⬅️ 上一题", "跳过", "📝 总览", "💾 先存着", "⋯ 更多")
    assert [label for label in labels(message) if label not in moving] == buttons


def test_buttons_stand_beside_each_other_as_the_author_wants() -> None:
    assert [button.label for button in shown("likert").rows[0]] == ["是", "否"]


def test_a_button_keeps_its_option_s_place_in_the_whole_list() -> None:
    (row,) = [row for row in shown("no").rows if row[0].label == "否"]
    assert str(row[0].data).endswith(":1")


def test_ranked_options_show_their_rank_and_can_be_finished_when_all_are() -> None:
    half = labels(shown("rank", Toggle("x/rank", "no")))
    assert half[:2] == ["▫️ 是", "1. 否"]
    assert "👍 完成" not in half
    whole = labels(shown("rank", Toggle("x/rank", "no"), Toggle("x/rank", "yes")))
    assert whole[:3] == ["2. 是", "1. 否", "👍 完成"]
