"""An interest in the subject: another inspector is drawn and told; chance decides as long as it has somebody."""

import pytest
from sqlmodel import select

from models.inspections import InspectionState, Place, PlaceState
from models.registers import Recusal
from rules.draw.verification import verify
from services import bundles
from tests.conversations.acting import begun, by_one_department, dispatched, seats, submitted
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The steps are held on both databases in tests/services; the main job is acted on both."""


async def test_the_next_in_order_is_drawn_and_told(stage: Stage) -> None:
    visit = await dispatched(stage)
    leaving = visit.mate.name
    await visit.mate.press("申请回避")
    await visit.mate.press("近亲属")
    await visit.mate.wait_for("已登记回避")
    now = await seats(stage, visit.inspection_id)
    assert leaving not in now
    assert len(set(now)) == 2
    following = await stage.person(stage.county.inspectors[now[1]])
    await following.wait_for("您被抽中")
    await visit.recorder.wait_for("重新抽取")
    told = await visit.coordinator.wait_for("递补")
    assert "近亲属" in told.text
    async with stage.store.reading() as session:
        recusal = (await session.exec(select(Recusal))).one()
        assert "近亲属" in recusal.reason
        for draw in await bundles.listed(session):
            assert verify(await bundles.export(session, draw["id"])).ok


async def test_whoever_gave_up_has_no_more_say(stage: Stage) -> None:
    visit = await dispatched(stage)
    offer = visit.mate.last
    data = next(button.data for row in offer.buttons for button in row if "接受任务" in button.text)
    await visit.mate.press("申请回避")
    await visit.mate.press("经济利害")
    done = await visit.mate.wait_for("已登记回避")
    await visit.mate.forge(data or "", message=done.number)
    await visit.mate.wait_for_toast("不是给您的")


async def test_another_reason_is_typed_and_too_short_a_one_is_refused(stage: Stage) -> None:
    visit = await dispatched(stage)
    await visit.mate.press("申请回避")
    await visit.mate.press("其他，我来写")
    await visit.mate.wait_for("写明回避的原因")
    await visit.mate.say("无")
    await visit.mate.wait_for("2 到 200 个字")
    await visit.mate.say("去年与该店负责人有过诉讼")
    await visit.mate.wait_for("已登记回避")
    async with stage.store.reading() as session:
        assert (await session.exec(select(Recusal))).one().reason == "去年与该店负责人有过诉讼"


async def test_recusing_in_the_middle_keeps_the_record_for_the_others(stage: Stage) -> None:
    await by_one_department(stage)
    visit = await begun(stage)
    await visit.recorder.press("👍 完成")
    await visit.recorder.wait_for("出示执法证件")
    before = await visit.answers()
    await visit.recorder.tap("📋 我的任务")
    await visit.recorder.press(visit.subject)
    await visit.recorder.wait_for("检查中")
    await visit.recorder.forge(f"visit:recuse:{visit.inspection_id}:0:", message=visit.recorder.last.number)
    await visit.recorder.press("曾在该单位任职")
    await visit.recorder.wait_for("已登记回避")
    assert await visit.answers() == before
    now = await seats(stage, visit.inspection_id)
    following = await stage.person(stage.county.inspectors[now[0]])
    await following.press("接受任务")
    await following.wait_for("检查中")
    await visit.mate.tap("📋 我的任务")
    await visit.mate.press(visit.subject)
    await visit.mate.press("接着填写")
    await visit.mate.wait_for("出示执法证件")


async def test_after_handing_in_it_is_too_late(stage: Stage) -> None:
    visit = await submitted(stage)
    await visit.mate.forge(f"visit:reason:{visit.inspection_id}:0:0", message=visit.mate.last.number)
    await visit.mate.wait_for_toast("现在不能做这一步")
    assert (await visit.inspection()).state is InspectionState.SUBMITTED


async def test_when_chance_has_nobody_a_person_decides_with_a_reason(stage: Stage) -> None:
    visit = await dispatched(stage)
    # The fire brigade has two inspectors: after both have recused themselves, nobody is left.
    for _ in range(2):
        holder = await stage.person(stage.county.inspectors[(await seats(stage, visit.inspection_id))[1]])
        await holder.press("申请回避")
        await holder.press("近亲属")
        await holder.wait_for("已登记回避")
    told = await visit.coordinator.wait_for("请您指定")
    assert "没有可以递补的人" in told.text
    await visit.recorder.press("接受任务")
    waiting = await visit.recorder.wait_for("已接受")
    assert not any("开始检查" in label for label in waiting.labels)
    await visit.coordinator.press("指定人员")
    offered = await visit.coordinator.wait_for("指定检查人员")
    candidate = next(label.split(" ")[0] for label in offered.labels)
    await visit.coordinator.press(offered.labels[0])
    await visit.coordinator.wait_for("写明指定")
    await visit.coordinator.say("消防大队无人可派，由市监局持证人员参加")
    await visit.coordinator.wait_for("已指定")
    assert candidate in await seats(stage, visit.inspection_id)
    chosen = await stage.person(stage.county.inspectors[candidate])
    await chosen.wait_for("您被抽中")
    async with stage.store.reading() as session:
        place = (
            await session.exec(select(Place).where(Place.seat == 1, Place.state == PlaceState.OFFERED))
        ).one()
        assert place.filled_reason is not None
        for draw in await bundles.listed(session):
            assert verify(await bundles.export(session, draw["id"])).ok
