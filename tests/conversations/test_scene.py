"""At the place, over HTTP: certificates shown, a position far away, an album looked at again, and a check that is stopped."""

import pytest

from bot.demo.thumb import answer
from models.inspections import InspectionState
from tests.conversations.acting import MOVES, begun, by_one_department, picture
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_subject_that_refuses_entry_ends_the_check_with_evidence(stage: Stage) -> None:
    await by_one_department(stage)
    visit = await begun(stage)
    me = visit.recorder
    await me.press("⋯ 更多")
    await me.press("🪪 出示证件")
    card = await me.wait_for("只在今天有效", kind="photo")
    assert visit.subject in card.text
    assert card.media["photo"][-1]["width"] >= 300

    await answer(me, MOVES, until="疏散通道")
    await me.press("⋯ 更多")
    await me.press("🖼 看已拍的照片")
    await me.wait_for("门头和现场照片（2 张）")
    await me.press("🚫 不配合")
    await me.press("▫️ 拒绝进入")
    await me.press("⛔ 检查无法继续")
    await me.wait_for("发现了什么问题")
    await me.say("11月20日上午在店门口，负责人不让检查人员进入")
    await me.wait_for("不予配合的证据")
    await me.send_photos([picture(77)])
    await me.wait_for("已收到 1 张")
    await me.press("👍 完成")
    await me.wait_for("录音、录像等其他证据")
    await me.press("跳过")
    await me.press("停止检查")
    await me.wait_for(button="✅ 停止检查")
    await me.press("👍 完成")
    await me.wait_for("处置是否完结")
    await me.press("否")
    await me.wait_for("备注")
    await me.press("跳过")
    await me.wait_for("全部填好了")
    await me.press("提交记录")
    await me.wait_for("记录已提交")
    assert (await visit.inspection()).state is InspectionState.SUBMITTED
    given = await visit.answers()
    assert (given["results"], given["refusals"], given["stopped"]) == (["uncooperative"], ["entry"], "yes")
    assert "passage" not in given
