"""Who goes: an interest declared beforehand, and an expert who comes along and writes nothing."""

import pytest
from sqlmodel import select

from models.inspections import ExpertPlace, InspectionState, PlaceState
from models.people import RoleName
from models.registers import Certification, Inspector, Recusal
from services import people, recusals
from tests.conftest import BEGINNING
from tests.conversations.acting import begun, dispatched, seats
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The services are held on both databases (tests/services)."""


async def test_an_interest_that_was_declared_beforehand_keeps_somebody_out(stage: Stage) -> None:
    """The fire brigade has two people: once one has declared an interest in everybody, the other goes."""
    chen = await stage.person(stage.county.inspectors["何景行"])
    first, *others = stage.county.subjects
    await chen.tap("🙅 回避登记")
    await chen.press("登记我的回避")
    await chen.wait_for("要回避哪个检查对象")
    await chen.say(first.key)
    await chen.press(first.name)
    await chen.press("近亲属")
    await chen.press("长期")
    await chen.wait_for(f"回避 {first.name}")
    account = stage.county.inspectors["何景行"]
    async with stage.store.step() as step:
        step.actor = await people.actor_of(step.session, account.id)
        for subject in others:
            await recusals.declare(step, account.inspector_id or 0, subject.id, "近亲属开办", None)
    visit = await dispatched(stage)
    assert (await seats(stage, visit.inspection_id))[1] == "沈若木"

    await chen.tap("🙅 回避登记")
    await chen.press(f"．{visit.subject}")
    await chen.wait_for("请直接写明原因")
    await chen.say("店已转让给他人")
    await chen.wait_for("下列检查对象")
    async with stage.store.reading() as session:
        rows = (await session.exec(select(Recusal))).all()
    assert [row.withdrawn_reason for row in rows if row.withdrawn_at] == ["店已转让给他人"]


async def test_an_expert_comes_along(stage: Stage) -> None:
    async with stage.store.step() as step:
        row = Inspector(
            jurisdiction="anlan",
            department_id=stage.county.departments[1].id,
            name="罗明溪",
            certificate_no="专001",
            certification=Certification.NONE,
            specialties=["电气"],
            is_expert=True,
            digest="",
            changed_at=BEGINNING,
        )
        step.session.add(row)
        await step.session.flush()
        account = await people.appoint(
            step, "anlan", row.name, [RoleName.EXPERT], department_id=row.department_id, inspector_id=row.id
        )
    expert = await stage.person(account)
    visit = await begun(stage)
    await visit.coordinator.press("请专家参加")
    await visit.coordinator.press(visit.subject)
    await visit.coordinator.press("罗明溪")
    await visit.coordinator.wait_for("写明请这位专家")
    await visit.coordinator.say("配电设施较多")
    await visit.coordinator.wait_for("罗明溪（安澜县消防救援大队，未接受）")
    told = await expert.wait_for("请您作为专家参加一次检查")
    assert "组长" in told.text
    await expert.press("参加")
    await expert.tap("📋 我的任务")
    await expert.wait_for("作为专家参加")
    for data in (f"visit:begin:{visit.inspection_id}:0:", f"rec:submit:{visit.inspection_id}:1:"):
        await expert.forge(data, message=expert.last.number)
        await expert.wait_for_toast("不是给您的")
    async with stage.store.reading() as session:
        place = (await session.exec(select(ExpertPlace))).one()
    assert (place.state, place.reason) == (PlaceState.ACCEPTED, "配电设施较多")
    assert (await visit.inspection()).state is InspectionState.CHECKING


async def test_the_first_of_the_lead_department_leads(stage: Stage) -> None:
    visit = await dispatched(stage)
    await visit.recorder.press("接受任务")
    await visit.mate.press("接受任务")
    card = await visit.mate.wait_for("一般由组长开始检查")
    assert f"{visit.recorder.name}（安澜县市场监督管理局，组长" in card.text
    await visit.recorder.press("打开")
    await visit.recorder.wait_for("您是组长")
