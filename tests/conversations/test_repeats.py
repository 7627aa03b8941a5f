"""A department's own form on the phone: stalls one after the other, with what was said, filmed, and read off a label."""

import pytest
from sqlmodel import select

from bot.demo.thumb import Type, answer, screen_of
from models.inspections import Evidence
from models.results import Result
from tests.bot.test_barcodes import GOODS, drawn
from tests.conversations.acting import MOVES, begun, by_one_department
from tests.conversations.conftest import Stage
from tests.services.asking import KEY, ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Instances in the store are held on both databases in tests/services."""

SURVEY = """
| survey |
| | type | name | label | required | relevant | calculation |
| | begin_repeat | stall | 摊位 | | | |
| | text | stall_name | 摊位名称 | yes | | |
| | integer | goods | 有几种商品 | yes | | |
| | audio | said | 摊主怎么说 | yes | ${goods} > 5 | |
| | end_repeat | | | | | |
| | calculate | all_goods | 商品合计 | | | sum(${goods}) |
| | video | film | 现场视频 | yes | | |
| | barcode | code | 抽样商品条码 | yes | | |
"""


async def test_a_form_with_repeats_recordings_and_a_barcode_is_taken_down_and_handed_in(stage: Stage) -> None:
    await by_one_department(stage)
    visit = await begun(stage)
    me = visit.recorder
    await ask(stage.store, visit.inspection_id, SURVEY)
    await me.say("/resume")
    moves = {**MOVES, "摊位名称": Type("鲜果"), "有几种商品": Type("3")}
    await answer(me, moves, until="已填 1 组")
    await me.press("再加一组")
    await me.wait_for("自备表 · 摊位 2")
    moves |= {"摊位名称": Type("水产"), "有几种商品": Type("8")}
    await answer(me, moves, until="摊主怎么说")
    await me.send_video(b"ftyp")
    await me.wait_for("这一题要录音")
    await me.send_voice(b"OggS")
    await me.wait_for("已收到 1 段")
    await me.press("👍 完成")
    await me.wait_for("已填 2 组")
    await me.press("没有了")
    await me.wait_for("现场视频")
    await me.send_video(b"ftyp")
    await me.wait_for("已收到 1 段")
    await me.press("👍 完成")
    await me.wait_for("抽样商品条码")
    await me.send_photos([drawn(GOODS)])
    await me.wait_until(lambda: None if screen_of(me) is None else True, "the screen below the photo")
    await me.say(GOODS)
    await me.wait_for("检查结果")
    await answer(me, MOVES)
    await me.press("📤 提交记录")
    await me.wait_for("记录已提交")
    answers = await visit.answers()
    assert (answers["all_goods"], answers["stall"], answers["code"]) == ("11", ["1", "2"], GOODS)
    async with stage.store.reading() as session:
        kinds = [row.kind for row in (await session.exec(select(Evidence))).all()]
        (result,) = (await session.exec(select(Result))).all()
    assert [kind for kind in kinds if kind != "photo"] == ["voice", "video"]
    assert [section["title"] for section in result.record if section["part"] == KEY] == [
        "自备表 · 摊位 1",
        "自备表 · 摊位 2",
        "自备表",
    ]
