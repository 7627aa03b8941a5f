"""A year's plan in chat: a line becomes a task, the plan changes underneath, and the shares of the year are seen."""

import json

import httpx
import pytest
from sqlmodel import select

from models.audit import AuditEvent
from models.tasks import Draw, DrawAttempt
from sandbox.client import Person
from services.registers.intake import Order, RegisterName, bring_in
from tests.conversations.acting import draw, plan
from tests.conversations.conftest import Stage
from web.app import create

PLAN = """抽查计划名称,计划编号,抽查名称,抽查事项,抽查对象,抽查比例,检查期限,检查机关,参与部门
2026年度抽查计划,7,餐饮单位联合抽查,食品经营监督检查、消防安全检查,餐饮服务单位,50%,2026-11-01至2026-12-15,安澜市监,安澜消防
"""


async def _imported(stage: Stage) -> None:
    """The plan was made in January: a line that comes now is a change and must say why."""
    async with stage.store.step() as step:
        report = await bring_in(step, Order(RegisterName.PLAN, "计划.csv", PLAN.encode(), "anlan"))
    assert [fault.reason.code for fault in report.faults] == ["plans.unexplained"]
    more = ("调整原因,审批情况", "投诉增多,联席会议同意")
    lines = [f"{line},{end}" for line, end in zip(PLAN.splitlines(), more, strict=True)]
    async with stage.store.step() as step:
        order = Order(RegisterName.PLAN, "计划.csv", "\n".join(lines).encode(), "anlan")
        assert (await bring_in(step, order)).written


async def _refused_without_a_line(coordinator: Person) -> None:
    await coordinator.tap("➕ 新建任务")
    await coordinator.press("选事项")
    await coordinator.press("食品经营监督检查")
    await coordinator.press("选好了")
    await coordinator.press("命名")
    await coordinator.press("就用这个")
    card = await coordinator.wait_for("须按年度计划开展")
    assert not any("开始抽取" in label for label in card.labels)
    named = next(b.data for row in card.buttons for b in row if "命名" in b.text)
    task = (named or "").split(":")[2]
    await coordinator.forge(f"task:draw:{task}:0:", message=card.number)
    await coordinator.wait_for_toast("请先“从年度计划选”")


async def _changed(coordinator: Person) -> None:
    await coordinator.tap("☰ 更多")
    await coordinator.wait_for("不常用的功能")
    await coordinator.tap("📅 年度计划")
    await coordinator.press("餐饮单位联合抽查")
    await coordinator.press("调整期限")
    await coordinator.say("2026-11-01 至 2026-11-30\n提前完成\n局长办公会同意")
    await coordinator.wait_for("第 2 版")


async def test_a_line_is_imported_taken_changed_drawn_and_public(stage: Stage) -> None:
    await _imported(stage)
    coordinator = await stage.person(stage.county.coordinator)
    witness = await stage.person(stage.county.witness)
    for account in stage.county.inspectors.values():
        await stage.person(account)

    await _refused_without_a_line(coordinator)
    await coordinator.press("从年度计划选")
    await coordinator.wait_for("食品经营监督检查、消防安全检查")
    await coordinator.press("餐饮单位联合抽查")
    card = await coordinator.wait_for(button="开始抽取")
    assert "年度计划第 7 行：餐饮单位联合抽查（2026-11-01 至 2026-12-15，50%）" in card.text
    assert "11月20日 – 12月15日" in card.text
    assert "安澜县消防救援大队 1 人" in card.text
    assert "× 50% → 6 户" in card.text

    await _changed(coordinator)
    await coordinator.tap("⬅️ 主菜单")
    await coordinator.wait_for("已回到主菜单")
    await coordinator.tap("🗂 抽查任务")
    await coordinator.press("餐饮单位联合抽查")
    await coordinator.wait_for("检查时间须在计划期限 2026-11-01 至 2026-11-30 之内")
    await coordinator.press("定时间")
    await coordinator.say("2026-11-21 至 2026-11-30")
    await coordinator.wait_for(button="开始抽取")
    await draw(coordinator, witness)

    async with stage.store.reading() as session:
        query = select(DrawAttempt.plan_text).join(Draw).where(Draw.kind == "subjects")
        line = json.loads((await session.exec(query)).one())["plan_line"]
        refused = (await session.exec(select(AuditEvent).where(AuditEvent.kind == "step.refused"))).one()
    assert (line["number"], line["version"], line["period"]) == ("7", 2, ["2026-11-01", "2026-11-30"])
    assert refused.data == {"code": "plans.needed"}

    await coordinator.tap("☰ 更多")
    await coordinator.wait_for("不常用的功能")
    await coordinator.tap("📅 年度计划")
    await coordinator.press("餐饮单位联合抽查")
    await coordinator.wait_for("正在开展")
    await coordinator.tap("📊 抽查占比")
    await coordinator.wait_for("没有规定占比")

    app = create(stage.store, public_url="http://gongshi.example")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://gongshi.example"
    ) as site:
        page = (await site.get("/plans", params={"j": "anlan"})).text
    for wanted in ("餐饮单位联合抽查", "增加：", "投诉增多", "联席会议同意", "提前完成", "2026年11月30日"):
        assert wanted in page


@pytest.mark.parametrize("profile", ["shifanqu"], indirect=True)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_card_warns_before_a_share_of_the_year_breaks(stage: Stage, profile: str) -> None:
    """示范区 五: above 80 % of the tasks go by credit class, and nobody of the county's register has one."""
    assert profile == "shifanqu"
    coordinator = await stage.person(stage.county.coordinator)
    await coordinator.tap("☰ 更多")
    await coordinator.wait_for("不常用的功能")
    await coordinator.tap("📊 抽查占比")
    screen = await coordinator.wait_for("信用风险分类抽查占比")
    assert "0/0，要求超过 80%" in screen.text
    assert "下一次按信用风险分类抽：1/1（100.0%） ✅；否则：0/1（0.0%） 🔻" in screen.text
    await coordinator.tap("⬅️ 主菜单")
    await coordinator.wait_for("已回到主菜单")
    card = await plan(coordinator)
    assert "开展后信用风险分类抽查占比将达不到要求：0/0 → 0/1（0.0%）（要求超过 80%）" in card.text
    await stage.person(stage.county.witness)
    await draw(coordinator, await stage.person(stage.county.witness))
    await coordinator.tap("☰ 更多")
    await coordinator.wait_for("不常用的功能")
    await coordinator.tap("📊 抽查占比")
    screen = await coordinator.wait_for("0/1（0.0%），要求超过 80%")
    assert "还差 5 次" in screen.text
