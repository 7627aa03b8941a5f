"""When a limit began and why it was missed: days put right, late publications explained, orders looked at again."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from handlers.asked import Asked
from models.audit import AuditEvent
from models.duties import Duty, DutyKind, DutyState
from rules.profile.terms import CheckEvent
from services import event_days, lateness, reviews, settlements
from services.agenda import Listing, When
from services.settlements import Said
from templates.render import render
from tests.conftest import SetClock
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import PUBLIC, Story

REASON = "笔录上的日期不同"


async def _duty(story: Story, kind: DutyKind = DutyKind.PUBLICATION) -> Duty:
    async with story.store.reading() as session:
        return (await session.exec(select(Duty).where(Duty.kind == kind))).one()


async def _correct(story: Story, visit: int, event: CheckEvent, day: str, reason: str = REASON) -> int:
    async with story.step(story.coordinator) as step:
        _, moved = await event_days.correct(step, visit, event, date.fromisoformat(day), reason)
        return moved


async def test_a_corrected_day_counts_the_limit_anew(story: Story, clock: SetClock) -> None:
    """濮阳 二(九): from the day on which the result was produced."""
    result = await story.confirmed()
    clock.advance(days=5)
    assert await _correct(story, result.inspection_id, CheckEvent.RESULT_PRODUCED, "2026-11-23") == 1
    duty = await _duty(story)
    assert (duty.started_on, duty.due_on, duty.moved_from) == (
        date(2026, 11, 23),
        date(2026, 12, 21),
        date(2026, 12, 18),
    )
    async with story.store.reading() as session:
        query = select(AuditEvent).where(col(AuditEvent.kind).in_(["event.corrected", "duty.recounted"]))
        first, second = (await session.exec(query.order_by(col(AuditEvent.id)))).all()
    assert (first.data["was"], first.data["now"]) == ("2026-11-20", "2026-11-23")
    assert (second.data["from"], second.data["to"]) == ("2026-12-18", "2026-12-21")
    assert REASON not in str(first.data) + str(second.data)


async def test_an_event_that_starts_no_clock_here_moves_nothing(story: Story) -> None:
    result = await story.confirmed()
    assert await _correct(story, result.inspection_id, CheckEvent.CHECK_ENDED, "2026-11-19") == 0
    assert (await _duty(story)).due_on == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("event", "day", "reason", "code"),
    [
        (CheckEvent.RESULT_PRODUCED, "2026-11-21", REASON, "deadlines.in_future"),
        (CheckEvent.RESULT_PRODUCED, "2026-11-19", REASON, "deadlines.out_of_order"),
        (CheckEvent.CHECK_COMPLETED, "2026-11-19", REASON, "deadlines.out_of_order"),
        (CheckEvent.RESULT_PRODUCED, "2026-11-20", REASON, "deadlines.same_day"),
        (CheckEvent.RESULT_PRODUCED, "2026-11-20", "一", "tasks.reason_length"),
    ],
)
async def test_a_day_that_cannot_be_is_refused(
    story: Story, event: CheckEvent, day: str, reason: str, code: str
) -> None:
    result = await story.confirmed()
    with refused(code):
        await _correct(story, result.inspection_id, event, day, reason)
    assert (await _duty(story)).due_on == date(2026, 12, 18)


async def test_what_has_not_happened_is_not_corrected(story: Story) -> None:
    result, _, _ = await story.submitted()
    with refused("deadlines.no_result_produced"):
        await _correct(story, result.inspection_id, CheckEvent.RESULT_PRODUCED, "2026-11-19")


async def test_after_publication_a_day_stays(story: Story) -> None:
    result = await story.confirmed()
    await story.approve(result.id)
    with refused("deadlines.published"):
        await _correct(story, result.inspection_id, CheckEvent.RESULT_PRODUCED, "2026-11-19")


async def test_the_day_of_a_whole_task_is_every_visit_s(under: Under, clock: SetClock) -> None:
    """示范区 七."""
    story = await under("shifanqu")
    first, second = await story.dispatched(ratio_bp=1600)
    await story.finish(first)
    clock.advance(days=3)
    await story.finish(second)
    clock.advance(days=2)
    assert await _correct(story, first, CheckEvent.TASK_COMPLETED, "2026-11-24") == 2
    with refused("deadlines.task_before_check"):
        await _correct(story, second, CheckEvent.TASK_COMPLETED, "2026-11-20")
    async with story.store.reading() as session:
        found = (await session.exec(select(Duty).where(Duty.kind == DutyKind.PUBLICATION))).all()
    assert {(one.started_on, one.due_on) for one in found} == {(date(2026, 11, 24), date(2026, 12, 22))}


async def test_in_principle_allows_a_late_publication_with_a_reason(under: Under, clock: SetClock) -> None:
    """五原 art. 23 («原则上»)."""
    story = await under("wuyuan")
    result = await story.confirmed()
    clock.now = datetime(2026, 12, 23, 2, tzinfo=UTC)
    async with story.step(story.coordinator) as step:
        with refused("deadlines.late_reason"):
            await reviews.approve(step, result.id, PUBLIC)
        with refused("tasks.reason_length"):
            await reviews.approve(step, result.id, PUBLIC, "一")
        await reviews.approve(step, result.id, PUBLIC, "检验报告晚到")
    duty = await _duty(story)
    assert (duty.state, duty.late_reason) == (DutyState.DONE, "检验报告晚到")


async def test_elsewhere_late_is_late_and_may_be_explained_once(story: Story, clock: SetClock) -> None:
    result = await story.confirmed()
    duty = await _duty(story)
    async with story.step(story.coordinator) as step:
        with refused("duties.not_late"):
            await lateness.explain(step, duty.id, "检验报告晚到")
    clock.now = datetime(2026, 12, 23, 2, tzinfo=UTC)
    await story.approve(result.id)
    async with story.step(story.coordinator) as step:
        card = await settlements.look(step, duty.id)
        assert (card.late, card.lawful) == (3, False)
        await lateness.explain(step, duty.id, "检验报告晚到")
        with refused("duties.explained"):
            await lateness.explain(step, duty.id, "又有一个理由")
        with refused("duties.by_itself"):
            await settlements.finish(step, duty.id)
    async with story.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.kind == "duty.done").order_by(col(AuditEvent.id).desc())
        done = next(one for one in (await session.exec(query)).all() if one.object_id == duty.id)
    assert done.data == {"late": True, "days_late": 3}


async def test_entry_and_review_belong_inside_the_limit_where_it_is_asked(
    under: Under, clock: SetClock
) -> None:
    """Hebei has entry, review and publication inside the limit; its number is not the document's own."""
    story = await under("xingtai")
    result, _, mate = await story.submitted()
    clock.advance(days=3)
    await story.confirm(result.id, mate)
    await story.approve(result.id)
    duty = await _duty(story)
    async with story.step(story.coordinator) as step:
        card = await settlements.look(step, duty.id)
    assert [(act.value, on) for act, on in card.acts] == [
        ("enter", date(2026, 11, 20)),
        ("review", date(2026, 11, 23)),
        ("publish", date(2026, 11, 23)),
    ]
    text = render("duty", known=card, card=None, back=False).text
    assert "<b>非本文件规定</b>：不是本文件的规定：本文件只写“及时”" in text
    assert "录入 ✅ 11月20日、审核 ✅ 11月23日、公示 ✅ 11月23日" in text
    found = Listing((card.due,), 1, 0, 1, {When.LATE: 0}, thin=False, whose=None)
    shown = render("deadlines", found=found, asked=Asked(), office=True, put_off={})
    assert "（期限非本文件规定）" in shown.text


ORDERED = {
    "problem_found": "yes",
    "problem": "货架堵塞通道",
    "handling": "order",
    "remedy_by": "2026-12-05",
    "results": ["corrected"],
    "situation": "货架堵塞通道，已责令改正",
    "measures": ["supervision"],
    "closed": "no",
}


async def test_what_was_ordered_by_a_day_is_looked_at_again(story: Story) -> None:
    result, _, mate = await story.submitted(answers=ORDERED)
    await story.confirm(result.id, mate)
    duty = await _duty(story, DutyKind.RECTIFICATION)
    assert (duty.due_on, duty.remind_on) == (date(2026, 12, 5), date(2026, 12, 4))  # a Saturday
    assert (duty.inspection_id, duty.department_id) == (result.inspection_id, story.coordinator.department_id)
    await story.approve(result.id)  # the result is public; the order is still to be looked at
    assert (await _duty(story, DutyKind.RECTIFICATION)).state is DutyState.OPEN
    async with story.step(story.coordinator) as step:
        with refused("duties.note_needed"):
            await settlements.finish(step, duty.id)
        await settlements.finish(step, duty.id, Said("通道已清空"))
    assert (await _duty(story, DutyKind.RECTIFICATION)).state is DutyState.DONE


async def test_an_order_that_the_record_no_longer_has_falls_away(story: Story) -> None:
    result, recorder, mate = await story.submitted(answers=ORDERED)
    await story.confirm(result.id, mate)
    await story.return_(result.id)
    visit = result.inspection_id
    await story.goto(visit, recorder, "remedy_by")
    await story.write(visit, recorder, "2026-12-11")
    again = await story.submit(visit, recorder)
    await story.confirm(again.id, mate)
    async with story.store.reading() as session:
        query = select(Duty).where(Duty.kind == DutyKind.RECTIFICATION).order_by(col(Duty.due_on))
        found = [(one.due_on, one.state) for one in (await session.exec(query)).all()]
    assert found == [(date(2026, 12, 5), DutyState.VOID), (date(2026, 12, 11), DutyState.OPEN)]


async def test_an_order_that_was_taken_back_is_not_looked_at_again(story: Story) -> None:
    result, _, mate = await story.submitted(answers=ORDERED)
    await story.confirm(result.id, mate)
    duty = await _duty(story, DutyKind.RECTIFICATION)
    public = await _duty(story)
    async with story.step(story.coordinator) as step:
        with refused("duties.title_length"):
            await settlements.withdraw(step, duty.id, Said(""))
        with refused("duties.by_itself"):
            await settlements.withdraw(step, public.id, Said("责令已撤回"))
        await settlements.withdraw(step, duty.id, Said("责令已撤回"))
    duty = await _duty(story, DutyKind.RECTIFICATION)
    assert (duty.state, duty.done_by) == (DutyState.VOID, None)


async def test_an_order_until_a_day_before_the_check_is_refused(story: Story) -> None:
    with refused("duties.remedy_past"):
        await story.submitted(answers={**ORDERED, "remedy_by": "2026-11-19"})
