"""A subject that is gone: a photo, a second person, and the next in order with its own inspectors."""

import pytest
from sqlmodel import col, select

from models.inspections import Evidence, Inspection, InspectionState
from rules.draw.verification import verify
from sandbox.seen import SeenMessage
from services import bundles
from tests.conversations.acting import begun, dispatched, picture, seats, submitted
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The services are held on both databases (tests/services)."""


async def test_the_next_one_takes_its_place_once_a_second_person_confirms(stage: Stage) -> None:
    second = await stage.person(stage.county.second)
    visit = await begun(stage)
    await visit.mate.tap("📋 我的任务")
    await visit.mate.press(visit.subject)
    await visit.mate.press("对象已不存在")
    asked = await visit.mate.wait_for("通过登记的住所")
    assert "查无下落" in "".join(asked.labels)
    await visit.mate.press("已注销")
    before = await visit.mate.wait_for("请直接发照片")
    await visit.mate.forge(_report_of(before), message=before.number)
    await visit.mate.wait_for_toast("至少一张")
    await visit.mate.send_photos([picture(3)])
    await visit.mate.wait_for("已收到 1 张照片")
    await visit.mate.press("提交")
    await visit.mate.wait_for("等待牵头部门的另一人确认")

    await visit.coordinator.wait_for("请您确认：已注销")
    await second.wait_for("请您确认：已注销")
    await second.press("确认，替补")
    told = await second.wait_for("由候补的下一户替补")
    await visit.recorder.wait_for("不用再去")
    async with stage.store.reading() as session:
        old, new = (await session.exec(select(Inspection).order_by(col(Inspection.id)))).all()
        evidence = (await session.exec(select(Evidence).where(Evidence.inspection_id == old.id))).all()
        for draw in await bundles.listed(session):
            assert verify(await bundles.export(session, draw["id"])).ok
    assert (old.state, old.closed_reason) == (InspectionState.CLOSED, "cancelled")
    assert [one.question.split("/")[0] for one in evidence] == ["substitution"]
    assert new.number in told.text
    for name in await seats(stage, new.id):
        phone = await stage.person(stage.county.inspectors[name])
        await phone.tap("📋 我的任务")
        listed = await phone.wait_for("我的检查任务（1）")
        assert visit.subject not in listed.text
    await visit.coordinator.press("确认，替补")
    await visit.coordinator.wait_for_toast("已经处理过")


async def test_what_was_checked_and_who_is_elsewhere(stage: Stage) -> None:
    visit = await submitted(stage)
    data = f"swap:reason:{visit.inspection_id}:0:cancelled"
    await visit.recorder.forge(data, message=visit.recorder.last.number)
    await visit.recorder.wait_for_toast("记录已经提交")
    there = {visit.recorder.name, visit.mate.name}
    other = await stage.person(
        next(account for name, account in stage.county.inspectors.items() if name not in there)
    )
    await other.tap("📋 我的任务")
    await other.wait_for("没有待办")
    await other.forge(data, message=other.last.number)
    await other.wait_for_toast("不是给您的")
    assert (await visit.inspection()).state is InspectionState.SUBMITTED


async def test_a_subject_that_was_found_after_all_is_checked(stage: Stage) -> None:
    visit = await dispatched(stage)
    await visit.recorder.press("对象已不存在")
    await visit.recorder.press("查无下落")
    await visit.recorder.wait_for("请直接发照片")
    await visit.recorder.press("不报了")
    await visit.recorder.wait_for("请照常检查")
    assert (await visit.inspection()).state is InspectionState.ASSIGNED


def _report_of(message: SeenMessage) -> str:
    """What the button that is not there yet will carry."""
    keep = next(button.data for row in message.buttons for button in row if "不报了" in button.text)
    return str(keep).replace("swap:keep", "swap:report")
