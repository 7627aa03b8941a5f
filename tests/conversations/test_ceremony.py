"""The draw in chat: the order of its steps, its witnesses, and what is refused."""

import pytest
from sqlmodel import select

from models.inspections import Inspection
from models.registers import Inspector
from models.tasks import AttemptState, Contribution, DrawAttempt, TaskState
from services import tasks
from tests.conversations.acting import plan
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The steps are held on both databases in tests/services; the main job is acted on both."""


async def test_nobody_sees_a_name_before_the_opening(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    witness = await stage.person(stage.county.witness)
    await plan(coordinator)
    await coordinator.press("开始抽取")
    await witness.press("我已看过数量")
    await witness.press("贡献随机数")
    await coordinator.wait_for("可以揭晓")
    everything = "".join(message.text for person in (coordinator, witness) for message in person.messages)
    assert not any(subject.name in everything for subject in stage.county.subjects)
    assert not any(f"{name}、" in everything for name in stage.county.inspectors)


async def test_the_list_is_not_opened_before_every_witness_has_contributed(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    await stage.person(stage.county.witness)
    await plan(coordinator)
    await coordinator.press("开始抽取")
    card = await coordinator.wait_for("等待见证人")
    await coordinator.forge("task:lists:1:0:", message=card.number)
    await coordinator.wait_for_toast("还有见证人没有贡献")


async def test_a_witness_contributes_words_of_their_own_and_only_once(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    witness = await stage.person(stage.county.witness)
    await plan(coordinator)
    await coordinator.press("开始抽取")
    await witness.press("我已看过数量")
    asked = await witness.wait_for("承诺短码", button="贡献随机数")
    give = next(button.data for row in asked.buttons for button in row if "贡献随机数" in button.text)
    await witness.press("我自己写")
    await witness.wait_for("直接发送您的内容")
    await witness.say("三个骰子：6 2 4")
    await witness.wait_for("三个骰子：6 2 4")
    await witness.forge(give or "", message=asked.number)
    await witness.wait_for_toast("每位见证人只贡献一次")
    async with stage.store.reading() as session:
        given = (await session.exec(select(Contribution.value))).all()
    assert set(given) == {"三个骰子：6 2 4"}


async def test_an_attempt_that_failed_stays_and_the_next_needs_another_person(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    second = await stage.person(stage.county.second)
    witness = await stage.person(stage.county.witness)
    await plan(coordinator)
    await coordinator.press("开始抽取")
    await coordinator.press("作废这次抽取")
    await coordinator.wait_for("写明原因")
    await coordinator.say("见证人临时有事")
    failed = await coordinator.wait_for("已作废：见证人临时有事")
    await witness.wait_for("一次抽取已作废")
    await coordinator.press("重新抽取", message=failed.number)
    await coordinator.wait_for_toast("须由另一位协调人员")
    await second.tap("🗂 抽查任务")
    await second.press("2026年公示信息检查")
    await second.press("重新抽取")
    await second.wait_for("第 2 次抽取")
    await witness.wait_for("第 2 次抽取")
    await witness.press("我已看过数量")
    await witness.wait_for("承诺已作出")
    async with stage.store.reading() as session:
        attempts = (await session.exec(select(DrawAttempt))).all()
    assert sorted((one.attempt, one.state) for one in attempts) == [
        (1, AttemptState.FAILED),
        (1, AttemptState.FAILED),
        (2, AttemptState.COMMITTED),
        (2, AttemptState.COMMITTED),
    ]
    assert len({one.secret for one in attempts}) == 4


async def test_without_a_bound_witness_the_draw_does_not_begin(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    await plan(coordinator)
    await coordinator.press("开始抽取")
    await coordinator.wait_for_toast("1 名见证人")
    async with stage.store.reading() as session:
        assert (await session.exec(select(DrawAttempt))).first() is None


async def test_fewer_than_two_eligible_inspectors_are_refused_with_the_reason(stage: Stage) -> None:
    async with stage.store.step() as step:
        for inspector in (await step.session.exec(select(Inspector))).all():
            if inspector.name in {"何景行", "沈若木"}:
                inspector.active = False
                step.session.add(inspector)
    coordinator = await stage.person(stage.county.coordinator)
    await stage.person(stage.county.witness)
    await coordinator.tap("➕ 新建任务")
    await coordinator.press("选事项")
    await coordinator.press("消防安全检查")
    await coordinator.press("选好了")
    card = await coordinator.wait_for("每次检查需要 1 人")
    assert "安澜县消防救援大队可抽取的检查人员只有 0 人" in card.text
    assert not any("开始抽取" in label for label in card.labels)


async def test_a_task_without_items_or_name_offers_no_draw(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    await coordinator.tap("➕ 新建任务")
    card = await coordinator.wait_for("还没有选择抽查事项")
    assert not any("开始抽取" in label for label in card.labels)
    await coordinator.forge("task:draw:1:0:", message=card.number)
    await coordinator.wait_for_toast("还没有选择抽查事项")


async def test_a_ratio_is_chosen_and_shown_with_what_it_draws(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    await plan(coordinator)
    await coordinator.press("比例")
    await coordinator.press("50%")
    await coordinator.wait_for("共抽 6 户")
    await coordinator.press("定好了")
    card = await coordinator.wait_for("× 50% → 6 户")
    assert any("开始抽取" in label for label in card.labels)


async def test_a_trade_limits_the_scope_and_makes_the_task_targeted(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    await plan(coordinator)
    await coordinator.press("定范围")
    await coordinator.press("住宿")
    await coordinator.wait_for(button="✅ 住宿")
    await coordinator.press("选好了")
    card = await coordinator.wait_for("定向抽查")
    assert "3 户 × 3%" in card.text


async def test_the_period_is_typed_or_pressed_and_never_ends_before_it_begins(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    await plan(coordinator)
    await coordinator.press("定时间")
    await coordinator.wait_for("从今天")
    await coordinator.say("下个月吧")
    await coordinator.wait_for("请写明起止日期")
    await coordinator.say("2026-12-20 至 2026-12-01")
    await coordinator.wait_for("结束日期不能早于开始日期")
    await coordinator.say("2026年12月1日到12月20日")
    await coordinator.wait_for("12月1日 – 12月20日")


async def test_a_discarded_draft_frees_its_number(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    card = await plan(coordinator)
    await coordinator.press("⚙️ 更多", message=card.number)
    await coordinator.press("放弃草稿", message=card.number)
    await coordinator.wait_for("要放弃这个草稿吗")
    await coordinator.press("🗑 放弃")
    await coordinator.wait_for("草稿已放弃")
    async with stage.store.reading() as session:
        assert await tasks.visible(session, "anlan", None) == []
    again = await plan(coordinator)
    assert "〔2026〕1号" in again.text


async def test_inspectors_who_are_not_bound_are_shown_and_told_when_they_come(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    witness = await stage.person(stage.county.witness)
    await plan(coordinator)
    await coordinator.press("开始抽取")
    await witness.press("我已看过数量")
    await witness.press("贡献随机数")
    await coordinator.press("揭晓名单")
    await coordinator.press("派发给检查人员")
    card = await coordinator.wait_for("已派发")
    assert card.text.count("（未绑定）") == 2
    await coordinator.tap("📮 未送达")
    undelivered = await coordinator.wait_for("联系不上")
    names = [name for name in stage.county.inspectors if name in undelivered.text]
    assert len(names) == 2
    late = await stage.person(stage.county.inspectors[names[0]])
    await late.wait_for("您被抽中")
    async with stage.store.reading() as session:
        assert (await session.exec(select(Inspection))).one()
        assert (await tasks.visible(session, "anlan", None))[0].state is TaskState.DISPATCHED
