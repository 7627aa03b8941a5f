"""What is long stays readable: every message fits Telegram's limits at the edges of what may be kept."""

from datetime import date

import pytest
from sqlmodel import select

from models.items import CheckItem
from models.people import Account
from models.plans import AnnualPlan, PlanLine
from models.registers import Subject
from services import plans, profiles
from services.plans import Why
from tests.handlers.desk import Desk
from tests.services.story import Story

LONGEST = "字" * 4096
"""Of one answer (rules/forms/reading.py); a phone sends no more at once."""

WIDE = "𠮷" * 4096
"""The same in characters that Telegram counts twice."""


async def _submitted(story: Story, visit: int, text: str) -> tuple[int, Account, Account]:
    """A record whose free texts are as long as they may be."""
    recorder, mate = await story.accepted(visit)
    await story.begin(visit, recorder)
    long_words = dict.fromkeys(("problem", "situation", "measures_other", "remarks"), text)
    chosen = {
        "problem_found": "yes",
        "handling": "other",
        "handling_other": text,
        "results": ["corrected"],
        "measures": ["other"],
        "closed": "no",
    }
    await story.fill_in(visit, recorder, {**long_words, **chosen})
    return (await story.submit(visit, recorder)).id, recorder, mate


@pytest.mark.parametrize("text", [LONGEST, WIDE], ids=["narrow", "wide"])
async def test_a_record_of_the_longest_answers_can_be_read_to_its_end_and_confirmed(
    at_desk: Desk, text: str
) -> None:
    story = at_desk.story
    (visit,) = [one.id for one in await story.dispatch(await story.draw_again())]
    _, _, mate = await _submitted(story, visit, text)
    await at_desk.deliver()
    shown = await at_desk.press(mate, "📖 查看并核对")
    pages = int(shown.rows[0][1].partition("/")[2])
    read = shown.text
    for _ in range(1, pages):
        shown = await at_desk.press(mate, "▶️")
        read += shown.text
    assert shown.rows[0][1] == f"{pages}/{pages}"
    assert 5 * len(text) <= read.count(text[0]) < 5 * len(text) + 20  # and what the form says itself
    await at_desk.press(mate, "✅ 确认无误")
    await at_desk.deliver()
    await at_desk.press(story.coordinator, "📖 查看并审核")
    await at_desk.press(story.coordinator, "▶️")
    assert "已通过并公示" in (await at_desk.press(story.coordinator, "✅ 通过并公示")).text


@pytest.mark.parametrize("text", [LONGEST, WIDE], ids=["narrow", "wide"])
async def test_the_screens_of_the_longest_answer_fit(at_desk: Desk, text: str) -> None:
    """The question that has it, the line that stays behind, the review."""
    story = at_desk.story
    (visit,) = [one.id for one in await story.dispatch(await story.draw_again())]
    recorder, _ = await story.accepted(visit)
    await story.begin(visit, recorder)
    await story.fill_in(visit, recorder, {"problem_found": "yes", "problem": "写清楚了", "handling": "order"})
    await at_desk.write(recorder, "/resume")
    await story.goto(visit, recorder, "remarks")
    await at_desk.write(recorder, "/resume")
    await at_desk.write(recorder, text)
    trace = [
        bubble.text for bubble in at_desk.phone(recorder).bubbles.values() if bubble.text.startswith("✓")
    ]
    assert trace
    assert trace[-1].endswith("…")
    assert "总览" in at_desk.phone(recorder).last.text
    await story.goto(visit, recorder, "remarks")
    shown = await at_desk.write(recorder, "/resume")
    assert "当前：" in shown.text


async def test_lists_of_many_with_long_names_fit(at_desk: Desk) -> None:
    story = at_desk.story
    async with story.step() as step:
        for subject in (await step.session.exec(select(Subject))).all():
            subject.name = f"{subject.id:02d}" + "某某餐饮管理有限责任公司安澜县第一分店" * 5
            subject.industry = "住宿和餐饮业" * 5 + f"{subject.id}"
        for number in range(60):
            step.session.add(
                CheckItem(
                    jurisdiction="anlan",
                    department_id=story.county.departments[0].id,
                    code=f"LONG{number}",
                    name=f"{number:02d}" + "对食品经营者的监督检查" * 10,
                    basis="-",
                    body="-",
                    subjects="-",
                    effective_from=date(2026, 1, 1),
                    digest="",
                )
            )
    me = story.coordinator
    await at_desk.write(me, "/new")
    await at_desk.press(me, "1️⃣ 选事项")
    for number in range(12):
        if number == 7:
            await at_desk.press(me, "下一页")
        await at_desk.press(me, f" {number:02d}")
    await at_desk.press(me, "👍 选好了")
    await at_desk.press(me, "2️⃣ 定范围")
    for at, subject in enumerate(sorted(story.county.subjects, key=lambda one: str(one.id))):
        if at == 10:
            await at_desk.press(me, "下一页")
        await at_desk.press(me, f"业{subject.id}（1）")
    assert "等 12 项" in at_desk.phone(me).last.text
    await at_desk.press(me, "👍 选好了")
    await at_desk.press(me, "4️⃣ 命名")
    await at_desk.press(me, "👍 就用这个")
    await at_desk.press(me, "⚡ 触发原因")  # no line of a plan has so many items
    await at_desk.press(me, "投诉举报")
    for words in ("热" * 60, "2026-11-20", "号" * 60):
        await at_desk.write(me, words)
    await at_desk.press(me, "📐 比例")
    await at_desk.press(me, "100%")
    await at_desk.press(me, "👍")
    await at_desk.press(me, "🎲 冻结名单")
    await at_desk.deliver()
    await at_desk.press(story.witness, "👀 我已看过数量")
    await at_desk.deliver()
    await at_desk.press(story.witness, "🎲 贡献随机数")
    await at_desk.deliver()
    await at_desk.press(me, "📜 揭晓名单")
    await at_desk.press(me, "📨 派发")
    await at_desk.deliver()
    chen = story.county.inspectors["陈知远"]
    await at_desk.write(chen, "/tasks")
    for visit in (await at_desk.visits())[:6]:
        await story.finish(visit.id)
    await at_desk.deliver()
    for command in ("/deadlines", "/reviews", "/plan"):
        await at_desk.write(me, command)


async def test_a_plan_of_the_longest_lines_is_read_picked_and_changed(at_desk: Desk) -> None:
    story, me = at_desk.story, at_desk.story.coordinator
    profile = profiles.load("puyang")
    async with story.step(me) as step:
        plan = await step.get(AnnualPlan, story.county.lines[0].plan_id)
        for number in range(9):
            line = PlanLine(
                jurisdiction=plan.jurisdiction,
                plan_id=plan.id,
                department_id=plan.department_id,
                year=2026,
                number=f"L{number}" + "9" * 60,
                name=WIDE[:200],
                items=[["SJ01", ""]],
                subjects=WIDE,
                ratio=WIDE,
                period_start=date(2026, 1, 1),
                period_end=date(2026, 12, 31),
                changed_at=step.now,
            )
            step.session.add(line)
            await step.session.flush()
        for day in range(2, 12):
            why = Why(WIDE[:200], WIDE[:200], step.today)
            period = (date(2026, 1, day), date(2026, 12, 31))
            await plans.change_period(step, profile, line.id, period, why)
    await at_desk.write(me, "/annual")
    await at_desk.press(me, "下一页")
    await at_desk.press(me, f"{line.number[:2]}9")
    assert "第 11 版" in at_desk.phone(me).last.text
    await at_desk.press(me, "✏️ 调整期限")
    await at_desk.write(me, "/new")
    await at_desk.press(me, "📅 从年度计划选")
    await at_desk.press(me, "下一页")
    await at_desk.press(me, f"{line.number[:2]}9")
    assert "字" not in at_desk.phone(me).last.text
    assert "𠮷" in at_desk.phone(me).last.text
