"""Conversations about what is owed: a duty's card, what somebody says of it, the reason of a late one, and the evidence."""

import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types
from sqlmodel import col, select

import scheduler
from models.duties import Duty, DutyKind, DutyState
from rules.profile.model import Profile
from services import profiles
from tests.conftest import SetClock
from tests.handlers.desk import Desk
from tests.handlers.phones import Bubble
from tests.handlers.test_talks import (
    _dispatched,
    _presses,
    _submitted,
    _texts,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)
from tests.services.profiles import changed

WUYUAN = profiles.load("wuyuan").publication


def _mixed(name: str, usual: Profile) -> Profile:
    """The county's profile with the office's meetings and media reports of 示范区, and 五原's «in principle»."""
    reports = profiles.load("shifanqu").report_calendar if name != "shifanqu" else usual.report_calendar
    return changed(usual, "publication", in_principle=WUYUAN.in_principle.value).model_copy(
        update={"report_calendar": reports}
    )


async def _opened(at_desk: Desk, title: str) -> Bubble:
    """The card of the first open duty of this name, by its button in the list."""
    async with at_desk.story.store.reading() as session:
        query = select(Duty).where(Duty.title == title, Duty.state == DutyState.OPEN)
        duty = (await session.exec(query.order_by(col(Duty.due_on)))).first()
    assert duty is not None
    data = f"duty:open:{duty.id}:0:"
    shown = await at_desk.write(at_desk.story.coordinator, "/deadlines")
    while all(one != data for _, one in shown.buttons):
        shown = await at_desk.press(at_desk.story.coordinator, "▶️")
    return await at_desk.send_data(at_desk.story.coordinator, data, shown.number)


@renders("duty", "duty_asks", "deadlines", "diligence")
async def test_what_is_owed_is_done_counted_and_exported(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = profiles.load
    mixed = _mixed("puyang", usual("puyang"))
    monkeypatch.setattr(profiles, "load", lambda _name: mixed)
    me = at_desk.story.coordinator
    await scheduler.materialise(at_desk.story.store)

    card = await _opened(at_desk, "抽查工作月总结")
    assert "依据：三" in card.text
    assert "当天不上班" not in card.text  # a Monday
    done = await at_desk.press(me, "✅ 已完成")
    assert "✅ 报送　已完成" in done.text

    card = await _opened(at_desk, "媒体报道")
    assert "已报 0 / 2 条" in card.text
    await at_desk.press(me, "➕ 报一条")
    await at_desk.write(me, "<b>县电视台</b>报道 https://tv.example/1")
    assert "已报 1 / 2 条" in at_desk.phone(me).last.text
    await at_desk.press(me, "➕ 报一条")
    await at_desk.send(
        me,
        caption="日报报道",
        document={"file_id": "f", "file_unique_id": "u", "file_name": "日报.pdf", "file_size": 9},
    )
    assert "已报 2 / 2 条" in at_desk.phone(me).last.text
    assert "📎" in at_desk.phone(me).last.text

    await _opened(at_desk, "抽查工作月总结")
    await at_desk.press(me, "📝 附说明")
    await at_desk.write(me, "一")
    assert "2 到 200 个字" in _texts(at_desk, me)
    await at_desk.write(me, "已报送，文号〔2026〕5号")
    assert "已报送" in at_desk.phone(me).last.text

    await at_desk.write(me, "/deadlines")
    await _presses(at_desk, me, "🔎 筛选", "🗂 尽职照单")
    ((name, data),) = at_desk.phones.files.values()
    assert name == "尽职照单-2026.xlsx"
    sheet = load_workbook(io.BytesIO(data)).active
    cells = [[cell.value for cell in row] for row in sheet.rows]
    assert cells[0][:2] == ["事项", "名称"]
    assert any("<b>县电视台</b>报道 https://tv.example/1" in str(cell) for row in cells for cell in row)


@renders("late_why", "review_done", "duty", "duty_asks")
async def test_a_late_publication_says_why_and_its_day_is_put_right_before(
    at_desk: Desk, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = _mixed("shifanqu", profiles.load("puyang"))
    monkeypatch.setattr(profiles, "load", lambda _name: mixed)
    me = at_desk.story.coordinator
    _, mate = await _submitted(at_desk, (await _dispatched(at_desk))[0])
    await _presses(at_desk, mate, "📖 查看并核对", "✅ 确认无误")
    async with at_desk.story.store.reading() as session:
        duty = (await session.exec(select(Duty).where(Duty.kind == DutyKind.PUBLICATION))).one()

    await at_desk.write(me, "/deadlines")
    await at_desk.send_data(me, f"duty:open:{duty.id}:0:")
    await at_desk.press(me, "🗓 更正起算日")
    for words in ("昨天", "2026-02-30 笔录有误", "2026-11-21 笔录有误"):
        await at_desk.write(me, words)
    assert "2026-11-21 还没有到" in _texts(at_desk, me)
    assert "请写成一行" in _texts(at_desk, me)
    await at_desk.write(me, "2026-11-20 笔录有误")
    assert "没有变化" in _texts(at_desk, me)
    clock.now = datetime(2026, 12, 24, 1, 0, tzinfo=UTC)
    await at_desk.send_data(me, f"duty:open:{duty.id}:0:")
    await at_desk.press(me, "🗓 更正起算日")
    await at_desk.write(me, "2026-11-23 笔录上是23日")
    assert "原为 2026年12月18日" in at_desk.phone(me).last.text
    assert "逾期 3 个工作日" in at_desk.phone(me).last.text

    await at_desk.write(me, "/reviews")
    await _presses(at_desk, me, "📖 ", "✅ 通过并公示")
    assert "已经超过期限 3 个工作日" in _texts(at_desk, me)
    await at_desk.write(me, "检验报告晚到")
    assert "已通过并公示" in at_desk.phone(me).last.text
    card = await at_desk.send_data(me, f"duty:open:{duty.id}:0:")
    assert "逾期理由：检验报告晚到" in card.text
    async with at_desk.story.store.reading() as session:
        duty = (await session.exec(select(Duty).where(Duty.id == duty.id))).one()
    assert (duty.state, duty.late_reason) == (DutyState.DONE, "检验报告晚到")
