"""What is owed by a date, on the phones: counted, settled with a word, and handed over as a spreadsheet."""

import pytest
from sqlmodel import select

import scheduler
from models.duties import Duty, DutyKind, DutyState
from tests.conversations.conftest import Stage


@pytest.mark.parametrize("profile", ["shifanqu"], indirect=True)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_month_s_media_reports_are_told_one_by_one_and_exported(stage: Stage) -> None:
    """示范区 八: two a month."""
    await scheduler.materialise(stage.store)
    me = await stage.person(stage.county.coordinator)
    account = stage.county.coordinator
    assert account is not None
    async with stage.store.reading() as session:
        query = select(Duty).where(
            Duty.kind == DutyKind.REPORT,
            Duty.title == "媒体报道",
            Duty.department_id == account.department_id,
        )
        duty = (await session.exec(query)).first()
    assert duty is not None
    await me.tap("⏰ 期限")
    shown = await me.wait_for("期限")
    await me.forge(f"duty:open:{duty.id}:0:", message=shown.number)
    await me.wait_for("已报 0 / 2 条")
    for number in (1, 2):
        await me.press("➕ 报一条")
        await me.wait_for("请发送标题")
        await me.say(f"县电视台报道{number} https://tv.example/{number}")
        card = await me.wait_for(f"已报 {number} / 2 条")
    assert "已完成" in card.text
    async with stage.store.reading() as session:
        done = (await session.exec(select(Duty).where(Duty.id == duty.id))).one()
    assert (done.state, done.given, done.done_by) == (DutyState.DONE, 2, account.id)

    await me.forge("duty:export:0:0:", message=shown.number)
    sent = await me.wait_for("2026 年尽职照单", kind="document")
    assert sent.media["document"]["file_name"] == "尽职照单-2026.xlsx"
