"""A task of every kind, built with buttons and frozen; what was chosen stands on the card and in the committed plan."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from models.inspections import Inspection
from models.items import CheckItem
from models.registers import Subject
from models.tasks import DrawAttempt
from rules.profile.terms import ItemClass
from sandbox.client import Person
from sandbox.seen import SeenMessage
from tests.conversations.acting import confirmed, draw, plan, trigger
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def under(name: str) -> pytest.MarkDecorator:
    """Whose rules hold in a conversation."""
    return pytest.mark.parametrize("profile", [name], indirect=True)


async def _people(stage: Stage) -> tuple[Person, Person]:
    return await stage.person(stage.county.coordinator), await stage.person(stage.county.witness)


async def _frozen(stage: Stage, coordinator: Person) -> tuple[SeenMessage, dict[str, Any]]:
    """Freeze; the card afterwards, and the plan that the commitment holds."""
    await coordinator.press("开始抽取")
    card = await coordinator.wait_for("等待见证人")
    async with stage.store.reading() as session:
        newest = select(DrawAttempt.plan_text).order_by(col(DrawAttempt.id).desc())
        text = (await session.exec(newest)).all()[1]  # the subjects' half comes first
    return card, json.loads(text)


async def test_an_untargeted_task_with_typed_numbers_and_places(stage: Stage) -> None:
    coordinator, _ = await _people(stage)
    await plan(coordinator)
    await coordinator.press("📐 比例")
    await coordinator.wait_for("范围 12 户，可抽 12 户，将抽 1 户")
    await coordinator.say("13户")
    await coordinator.wait_for("要抽 13 户，可抽的只有 12 户")
    await coordinator.say("0.005%")
    await coordinator.wait_for("太细")
    await coordinator.say("5户")
    await coordinator.wait_for("将抽 5 户")
    await coordinator.press("定好了")
    await coordinator.press("⚙️ 更多")
    await coordinator.press("👥 部门")
    screen = await coordinator.wait_for("部门和人数")
    more = next(button.data for row in screen.buttons for button in row if button.text == "➕")
    await coordinator.press(data=more)
    await coordinator.wait_for("安澜县市场监督管理局 2 人")
    await coordinator.press("定好了")
    await coordinator.press("⚙️ 更多")
    await coordinator.press("🔎 方式")
    await coordinator.press("书面检查")
    await coordinator.wait_for(button="✅ 书面检查")
    await coordinator.press("定好了")
    card, plan_text = await _frozen(stage, coordinator)
    assert "🔎 实地核查、书面检查" in card.text
    assert plan_text["methods"] == ["on_site", "written"]
    assert [row[:2] for row in plan_text["places"]] == [
        ["安澜县市场监督管理局", 2],
        ["安澜县消防救援大队", 1],
    ]
    assert (plan_text["ratios"][0]["number"], plan_text["kind"], plan_text["scope"]) == (5, "untargeted", {})


async def test_a_targeted_task_by_several_facets(stage: Stage) -> None:
    async with stage.store.step() as step:
        for at, known in enumerate(stage.county.subjects):
            row = await step.get(Subject, known.id)
            row.region, row.tags = ("城关镇", "河东乡")[at % 2], ["经营异常名录"] if at < 4 else []
    coordinator, _ = await _people(stage)
    await plan(coordinator)
    await coordinator.press("⚙️ 更多")
    await coordinator.press("🏷 类型")
    await coordinator.press("定向抽查")
    await coordinator.wait_for("抽查范围 · 行业")
    await coordinator.press("餐饮（5）")
    await coordinator.wait_for("范围 5 户")
    await coordinator.press("区域")
    await coordinator.press("城关镇（3）")
    await coordinator.wait_for("范围 3 户")
    await coordinator.press("名单")
    await coordinator.press("经营异常名录（2）")
    await coordinator.wait_for("范围 2 户")
    await coordinator.press("选好了")
    card, plan_text = await _frozen(stage, coordinator)
    assert "🏷 定向抽查 · 餐饮；区域 城关镇；名单 经营异常名录" in card.text
    assert plan_text["scope"] == {"industry": ["餐饮"], "region": ["城关镇"], "list": ["abnormal_list"]}
    assert [row["stratum"] for row in plan_text["ratios"]] == ["RAISED-abnormal_list"]


async def test_a_triggered_task_draws_again_who_was_drawn_this_year_with_a_reason(stage: Stage) -> None:
    coordinator, witness = await _people(stage)
    await plan(coordinator)
    await draw(coordinator, witness)
    await plan(coordinator)
    await coordinator.press("⚙️ 更多")
    await coordinator.press("🔁 年度限制")
    await coordinator.wait_for("还没有这样的触发原因")
    await coordinator.press("返回")
    await trigger(coordinator)
    card = await coordinator.wait_for("不参加抽取（本年度已抽查过）：1 户")
    await coordinator.press("⚙️ 更多", message=card.number)
    await coordinator.press("🔁 年度限制", message=card.number)
    await coordinator.wait_for("要解除请直接发送理由")
    await coordinator.say("同一问题再次投诉")
    await coordinator.wait_for("12 户 × 3%")
    card, plan_text = await _frozen(stage, coordinator)
    assert "⚡ 投诉举报 · 12345热线 · 11月19日 · 工单 2026-0817" in card.text
    assert plan_text["trigger"] == {
        "kind": "complaint",
        "source": "12345热线",
        "on": "2026-11-19",
        "reference": "工单 2026-0817",
    }
    assert plan_text["year"] == {"rule": "in_principle", "lifted_because": "同一问题再次投诉"}


@under("yanshi")
async def test_a_triggered_task_with_inspectors_whom_the_coordinator_names(stage: Stage) -> None:
    """偃师 art. 2, 7(4)."""
    coordinator, witness = await _people(stage)
    named = [await stage.person(stage.county.inspectors[name]) for name in ("周望舒", "沈若木")]
    await plan(coordinator)
    await coordinator.press("⚙️ 更多")
    await coordinator.press("🧭 选派")
    await coordinator.press("直接选派")
    await coordinator.wait_for("请先直接发送理由")
    await coordinator.say("涉及专业设备")
    screen = await coordinator.wait_for("理由：涉及专业设备")
    await coordinator.press("周望舒", message=screen.number)
    await coordinator.wait_for(button="✅ 周望舒")
    await coordinator.press("沈若木", message=screen.number)
    await coordinator.wait_for(button="✅ 沈若木")
    await coordinator.press("定好了", message=screen.number)
    card = await coordinator.wait_for("直接选派（涉及专业设备）：周望舒、沈若木")
    await coordinator.press("开始抽取", message=card.number)
    asked = await witness.wait_for("直接选派")
    assert "涉及专业设备" in asked.text
    await witness.press("我已看过数量")
    await witness.press("贡献随机数")
    await coordinator.press("揭晓名单")
    await coordinator.press("派发给检查人员")
    for person in named:
        await person.wait_for("您被指定参加一次检查")
    await coordinator.wait_for("🧭 直接选派（涉及专业设备）")


@under("wuyuan")
async def test_a_special_inspection_with_its_basis(stage: Stage) -> None:
    """五原 art. 2."""
    coordinator, _ = await _people(stage)
    await plan(coordinator)
    await coordinator.press("⚙️ 更多")
    await coordinator.press("🏷 类型")
    await coordinator.press("专项检查")
    await coordinator.wait_for("专项检查的依据")
    await coordinator.say("自治区燃气安全专项部署")
    card = await coordinator.wait_for("专项检查（自治区燃气安全专项部署）")
    assert "12 户 × 100% → 12 户" in card.text
    card, plan_text = await _frozen(stage, coordinator)
    assert (plan_text["kind"], plan_text["kind_reason"]) == ("special", "自治区燃气安全专项部署")


@under("wuyuan")
async def test_the_order_of_everybody_is_drawn_for_key_items(stage: Stage) -> None:
    """五原 art. 8."""
    async with stage.store.step() as step:
        (await step.get(CheckItem, stage.county.items[0].id)).item_class = ItemClass.KEY
    coordinator, witness = await _people(stage)
    await plan(coordinator)
    await coordinator.press("⚙️ 更多")
    await coordinator.press("🏷 类型")
    await coordinator.press("批次顺序抽取")
    await coordinator.wait_for("“消防安全检查”是一般检查事项")
    await coordinator.press("选事项")
    await coordinator.wait_for(button="公示信息检查（重点）")
    await coordinator.press("消防安全检查")
    await coordinator.wait_for("安澜县市场监督管理局 2 人")
    await coordinator.press("选好了")
    await coordinator.wait_for("共抽 12 户，随机排定先后")
    await draw(coordinator, witness)
    async with stage.store.reading() as session:
        order = (await session.exec(select(Inspection.subject_id).order_by(col(Inspection.id)))).all()
    assert sorted(order) == sorted(one.id for one in stage.county.subjects)
    assert list(order) != sorted(order)


@under("xingtai")
async def test_a_return_visit_to_somebody_whose_result_is_published(stage: Stage) -> None:
    """邢台 三(三)."""
    visit = await confirmed(stage)
    await visit.coordinator.press("查看并审核")
    await visit.coordinator.press("通过并公示")
    await visit.coordinator.wait_for("已通过并公示")
    await plan(visit.coordinator)
    await visit.coordinator.press("⚙️ 更多")
    await visit.coordinator.press("🏷 类型")
    await visit.coordinator.press("回访")
    await visit.coordinator.wait_for("1 户 × 3% → 1 户")
    await draw(visit.coordinator, visit.witness)
    async with stage.store.reading() as session:
        visited = (await session.exec(select(Inspection.subject_id).order_by(col(Inspection.id)))).all()
    assert len(visited) == 2
    assert visited[0] == visited[1]
