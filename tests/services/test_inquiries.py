"""Guidance where an item's part begins, and questions that its department answers while the check goes on."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from models.inquiries import Inquiry
from models.items import CheckItem
from models.people import Account, Role, RoleName
from rules.forms.relevance import visible
from rules.profile.terms import MessageStyle
from services import inquiries, people, profiles, records
from tests.conftest import SetClock
from tests.county import CODE
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story
from tests.silence import no_silence


async def _item(story: Story, code: str) -> CheckItem:
    async with story.store.reading() as session:
        return (await session.exec(select(CheckItem).where(CheckItem.code == code))).one()


async def _fire(story: Story) -> Account:
    """A coordinator of the department that owns the fire item."""
    async with story.step() as step:
        department = story.county.departments[1].id
        return await people.appoint(step, CODE, "冯防", [RoleName.COORDINATOR], department_id=department)


async def test_guidance_stands_where_the_part_of_an_item_begins_and_nowhere_else(story: Story) -> None:
    visit, _, _ = await story.begun(0, 2)
    found: dict[str, int | None] = {}
    async with story.store.reading() as session:
        work = await records.whole(session, await story.inspection(visit))
    for question in visible(work.form, work.draft.answers, story.clock()):
        if question.asked:
            there = replace(work, draft=replace(work.draft, cursor=question.path))
            found[question.path] = inquiries.beginning(there, story.clock())
    assert len(found) > 10
    items = {name: (await _item(story, name)).id for name in ("SJ01", "XF01")}
    assert {path: item for path, item in found.items() if item} == {
        f"item{items['SJ01']}/checked": items["SJ01"],
        f"item{items['XF01']}/escape/passage": items["XF01"],
    }


async def test_a_question_goes_to_the_department_that_owns_the_item_and_its_answer_comes_back(
    story: Story, clock: SetClock
) -> None:
    fire = await _fire(story)
    visit, recorder, mate = await story.begun(0, 2)
    item = await _item(story, "XF01")
    with no_silence(story.store):
        async with story.step(recorder) as step:
            row = await inquiries.ask(step, visit, item.id, "  疏散门净宽怎么量？ ")
        [asked] = await story.mail(fire, "inquiry")
        assert "疏散门净宽怎么量？" in asked.text
        assert await story.mail(story.coordinator, "inquiry") == []
        async with story.step(fire) as step:
            await inquiries.answer(step, row.id, "门扇全开时量最窄处。")
    [told] = await story.mail(recorder, "inquiry")
    assert "门扇全开时量最窄处。" in told.text
    [amended] = await story.mail(fire, "inquiry")
    assert "✅ 已答复" in amended.text
    async with story.store.reading() as session:
        kept = (await session.exec(select(Inquiry))).one()
    assert (kept.department_id, kept.question, kept.answer) == (
        story.county.departments[1].id,
        "疏散门净宽怎么量？",
        "门扇全开时量最窄处。",
    )
    assert (kept.asked_by, kept.answered_by, kept.answered_at) == (recorder.id, fire.id, clock.now)
    for who in (recorder, mate):
        async with story.step(who) as step:
            known = await inquiries.guidance(step, visit, item.id)
            assert [one.answer for one in known.asked] == ["门扇全开时量最窄处。"]
    with refused("inquiries.answered"):
        async with story.step(fire) as step:
            await inquiries.answer(step, row.id, "再答一次")


async def test_where_the_department_has_nobody_the_lead_department_is_asked(story: Story) -> None:
    visit, recorder, _ = await story.begun(0, 2)
    item = await _item(story, "XF01")
    async with story.step(recorder) as step:
        row = await inquiries.ask(step, visit, item.id, "怎么量？")
    assert row.department_id == story.county.departments[0].id
    assert len(await story.mail(story.coordinator, "inquiry")) == 1
    async with story.step() as step:
        for role in (
            await step.session.exec(select(Role).where(col(Role.name) == RoleName.COORDINATOR))
        ).all():
            await step.session.delete(role)
        step.record("role.taken", story.coordinator)
    with refused("inquiries.nobody"):
        async with story.step(recorder) as step:
            await inquiries.ask(step, visit, item.id, "怎么量？")


@pytest.mark.parametrize("text", ["", " 怎 ", "字" * 1001])
async def test_a_question_has_words_and_not_too_many(story: Story, text: str) -> None:
    visit, recorder, _ = await story.begun(0, 2)
    item = await _item(story, "XF01")
    with refused("inquiries.length", most=1000):
        async with story.step(recorder) as step:
            await inquiries.ask(step, visit, item.id, text)


async def test_who_asks_is_on_the_visit_and_who_answers_is_of_the_department(story: Story) -> None:
    await _fire(story)
    visit, recorder, mate = await story.begun(0, 2)
    item, other = await _item(story, "XF01"), await _item(story, "SJ02")
    outsider = next(one for one in story.county.inspectors.values() if one.id not in {recorder.id, mate.id})
    with refused("common.stale"):
        async with story.step(recorder) as step:
            await inquiries.guidance(step, visit, other.id)
    with refused("common.not_yours"):
        async with story.step(outsider) as step:
            await inquiries.guidance(step, visit, item.id)
    with refused("records.nobody_records"):
        async with story.step(mate) as step:
            await inquiries.ask(step, visit, item.id, "怎么量？")
    async with story.step(recorder) as step:
        row = await inquiries.ask(step, visit, item.id, "怎么量？")
    for who, code in ((recorder, "access.role"), (story.coordinator, "access.department")):
        with refused(code):
            async with story.step(who) as step:
                await inquiries.answer(step, row.id, "这样量")


async def test_a_thin_message_names_neither_subject_nor_question(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    thin = changed(await story.profile(), "messages", style=MessageStyle.THIN)
    monkeypatch.setattr(profiles, "load", lambda _name: thin)
    visit, recorder, _ = await story.begun(0)
    item = await _item(story, "SJ01")
    async with story.step(recorder) as step:
        row = await inquiries.ask(step, visit, item.id, "某某酒楼怎么查？")
    async with story.step(story.coordinator) as step:
        await inquiries.answer(step, row.id, "某某这样查")
    said = [one.text for one in (*await story.mail(kind="inquiry"),)]
    assert len(said) >= 2
    assert not any("某某" in text for text in said)
