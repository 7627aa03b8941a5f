"""Conversations from a reminder: its buttons do the thing, and what is done is ticked off."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlmodel import col, select

import scheduler
from models.duties import Duty, Reminder
from models.people import Account
from tests.conftest import SetClock
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    _presses,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)
from tests.services.story import PUBLIC


async def _reminded(at_desk: Desk, clock: SetClock, day: int) -> None:
    """Nine in the morning of a day in December."""
    clock.now = datetime(2026, 12, day, 1, tzinfo=UTC)
    await scheduler.remind(at_desk.story.store)
    await at_desk.deliver()


async def _read(at_desk: Desk, who: Account) -> Sequence[bool]:
    async with at_desk.story.store.reading() as session:
        query = select(Reminder).where(Reminder.account_id == who.id).order_by(col(Reminder.id))
        return [one.read_at is not None for one in (await session.exec(query)).all()]


@renders("reminder", "duty", "snooze", "hand_over", "handed_over", "decline_why", "decline_done")
async def test_a_duty_is_put_off_handed_over_and_given_back(at_desk: Desk, clock: SetClock) -> None:
    story = at_desk.story
    me, second = story.coordinator, story.second
    for visit in await story.dispatched(ratio_bp=1600):
        await story.finish(visit)
    await at_desk.deliver()
    await _reminded(at_desk, clock, 11)
    digest = at_desk.phone(me).last
    assert digest.text.count("还剩 5 个工作日") == 2
    assert await _read(at_desk, me) == [False, False]

    assert "还剩 5 个工作日" in (await at_desk.press(me, "⋯", bubble=digest)).text
    assert await _read(at_desk, me) == [True, True]
    shown = await at_desk.press(me, "💤 稍后提醒")
    assert [label for label, _ in shown.buttons][:-1] == [
        "12月14日（周一）再提醒",
        "12月15日（周二）再提醒",
        "12月16日（周三）再提醒",
    ]
    assert "为什么推迟" in (await at_desk.press(me, "12月14日")).text
    assert "已推迟到 12月14日（周一）再提醒：正在<b>办</b>" in (await at_desk.write(me, "正在<b>办</b>")).text
    await at_desk.press(me, "⋯", bubble=digest)
    assert "已推迟到 12月15日" in await _presses(at_desk, me, "💤 稍后提醒", "12月15日", "正在办理")
    assert "推迟到 12月15日提醒：正在办理，来得及" in (await at_desk.write(second, "/deadlines")).text

    await at_desk.press(me, "⋯", bubble=digest)
    assert "转交给谁" in await _presses(at_desk, me, "🤝 转交")
    assert f"由 <b>{second.name}</b>" in await _presses(at_desk, me, second.name)
    assert "还剩 5 个工作日" in await _presses(at_desk, me, "⬅️ 返回提醒")
    await at_desk.deliver()
    assert "把一项工作转交给您" in at_desk.phone(second).last.text
    assert "写明为什么不能接手" in await _presses(at_desk, second, "↩️ 退回转交")
    assert "请写明原因" in (await at_desk.write(second, "忙")).text
    assert "已退回" in (await at_desk.write(second, "<i>出差</i>")).text
    await at_desk.deliver()


@renders("handover_declined", "reminder", "duty")
async def test_what_is_done_is_ticked_off_in_every_message(at_desk: Desk, clock: SetClock) -> None:
    story = at_desk.story
    me, second = story.coordinator, story.second
    result = await story.confirmed()
    await at_desk.deliver()
    await _reminded(at_desk, clock, 18)
    first, other = at_desk.phone(me).last, at_desk.phone(second).last
    assert "今天是公示的最后一天" in first.text
    assert [label for label, _ in first.buttons][1:] == ["✅ 通过并公示", "🤝 转交"]

    await _presses(at_desk, me, "🤝 转交", second.name)
    await at_desk.deliver()
    await _presses(at_desk, second, "↩️ 退回转交")
    await at_desk.write(second, "不是我<b>经办</b>的")
    await at_desk.deliver()
    assert "不是我<b>经办</b>的" in at_desk.phone(me).last.text

    done = await at_desk.press(second, "✅ 通过并公示", bubble=other)
    assert "已通过并公示" in done.text
    assert await _read(at_desk, second) == [True]
    await at_desk.deliver()
    ticked = at_desk.phone(me).bubbles[first.number]
    assert ticked.text.startswith("✓ 公示已办结")
    assert f"12月18日由<b>{second.name}</b>" in ticked.text
    assert ticked.buttons == []
    async with story.store.reading() as session:
        (duty,) = (await session.exec(select(Duty).where(Duty.inspection_id == result.inspection_id))).all()
    await at_desk.send_data(me, f"remind:open:{duty.id}:0:")
    assert "已完成" in at_desk.phone(me).bubbles[max(at_desk.phone(me).bubbles)].text
    await at_desk.send_data(me, f"remind:later:{duty.id}:0:")
    assert "已经办结" in at_desk.phone(me).toasts[-1]
    assert PUBLIC in done.text or done.buttons


@renders("reminders")
async def test_somebody_chooses_when_they_are_reminded(at_desk: Desk, clock: SetClock) -> None:
    story = at_desk.story
    me = story.coordinator
    await story.confirmed()
    await at_desk.deliver()
    shown = await at_desk.write(me, "🔔 提醒设置")
    assert "✓ 09:00" in [label for label, _ in shown.buttons]
    assert [label for label, _ in shown.buttons][:2] == ["08:00", "08:30"]
    assert "每个工作日 10:30 汇总" in (await at_desk.press(me, "10:30")).text
    for argument in ("2000", "0915", "9999", "x"):
        await at_desk.send_data(me, f"remind:at:0:0:{argument}")
        assert "这个时间不能选" in at_desk.phone(me).toasts[-1]

    await _reminded(at_desk, clock, 4)
    assert await _read(at_desk, me) == []
    clock.advance(hours=1, minutes=30)
    assert await scheduler.remind(story.store) == 1
    assert len(await _read(at_desk, me)) == 1
    async with story.step(me) as step:
        assert step.person.account.digest_at == time(10, 30)


@renders("leaves", "leave_step", "leave_taken", "leave_ended", "reminder")
async def test_somebody_is_away_and_another_is_told(at_desk: Desk, clock: SetClock) -> None:
    story = at_desk.story
    me, second = story.coordinator, story.second
    await story.confirmed()
    await at_desk.deliver()
    assert "没有登记请假" in (await at_desk.write(me, "/leave")).text
    await _presses(at_desk, me, "➕ 我要请假", second.name)
    assert "最长一年" in (await at_desk.write(me, "2026-11-02 至 2026-11-03")).text
    shown = await at_desk.write(me, "2026-12-03 至 2026-12-09")
    assert f"12月3日至12月9日，由 <b>{second.name}</b>" in shown.text
    await at_desk.deliver()
    assert "请假，由您代办" in at_desk.phone(second).last.text

    before = len(at_desk.phone(me).bubbles)
    await _reminded(at_desk, clock, 4)
    assert len(at_desk.phone(me).bubbles) == before
    # The deputy is concerned themselves, and is told as such.
    assert "由您代办" not in at_desk.phone(second).last.text
    assert "还剩 10 个工作日" in at_desk.phone(second).last.text
    assert "没有登记请假" in await _presses(at_desk, me, "已回来")
    await at_desk.deliver()
    assert "代办已结束" in at_desk.phone(second).last.text

    await at_desk.write(me, "🔔 提醒设置")
    await _presses(at_desk, me, "🏖 请假代办", "➕ 为本部门的人登记")
    inspector = next(one for one in story.county.inspectors.values() if one.department_id == me.department_id)
    await _presses(at_desk, me, inspector.name, second.name, "一周")
    await at_desk.deliver()
    assert "已为您登记请假" in at_desk.phone(inspector).last.text
    assert "12月4日至12月10日（请假中）" in (await at_desk.write(inspector, "/leave")).text
    await at_desk.send_data(inspector, f"leave:days:{me.id}:0:{second.id}-7")
    assert "不是给您的" in at_desk.phone(inspector).toasts[-1]
