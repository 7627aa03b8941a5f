"""Handing a record in, and what the other inspectors say of it."""

import asyncio
from datetime import date

import pytest
from sqlmodel import col, select

from models.inspections import Confirmation, InspectionState, Verdict
from models.items import CheckItem
from models.people import RoleName
from models.registers import Department, Inspector
from models.results import Result
from models.tasks import TaskState
from rules.forms.engine import Unfinished
from services import people, submissions
from tests.conftest import SetClock
from tests.services.refusals import refused
from tests.services.story import Story


async def _results(story: Story) -> list[Result]:
    async with story.store.reading() as session:
        return list((await session.exec(select(Result).order_by(col(Result.id)))).all())


async def test_a_record_with_something_missing_is_not_handed_in_and_says_what(story: Story) -> None:
    visit, recorder, _ = await story.begun()
    await story.press(visit, recorder, "done")
    before = await story.inspection(visit)

    with pytest.raises(Unfinished) as unfinished:
        await story.submit(visit, recorder)
    names = [fault.question.rpartition("/")[2] for fault in unfinished.value.faults]
    assert names[:2] == ["certificate_shown", "arrival_photos"]
    assert unfinished.value.details == {"count": len(names)}
    assert await story.inspection(visit) == before
    assert await _results(story) == []


async def test_a_record_is_kept_as_it_was_handed_in(story: Story) -> None:
    result, recorder, mate = await story.submitted()

    inspection = await story.inspection(result.inspection_id)
    assert (inspection.state, inspection.submitted_at) == (InspectionState.SUBMITTED, story.clock())
    assert inspection.check_ended_on == date(2026, 11, 20)
    assert inspection.result_produced_on is None  # the others have not spoken
    assert (result.version, result.categories) == (1, ["no_problem"])
    lines = {label: value for section in result.record for label, value in section["lines"]}
    assert lines["检查结果"] == "未发现问题"
    assert lines["门头和现场照片"] == "1 张照片"
    (asked,) = await story.mail(mate, "confirmation")
    assert asked.keyboard[0][0]["data"] == f"conf:open:{result.id}:0:"
    assert await story.mail(recorder, "confirmation") == []


async def test_the_fingerprint_covers_answers_forms_photos_and_version(story: Story) -> None:
    """What is confirmed is this record and no other."""
    result, recorder, mate = await story.submitted()
    visit = result.inspection_id
    seen = {result.record_sha256}
    for change in ("nothing", "a word", "a photo"):
        await story.confirm((await _results(story))[-1].id, mate, "再看一看")
        if change == "a word":
            await story.goto(visit, recorder, "remarks")
            await story.write(visit, recorder, "补充一句")
        if change == "a photo":
            await story.goto(visit, recorder, "arrival_photos")
            await story.photograph(visit, recorder, "另一张")
        seen.add((await story.submit(visit, recorder)).record_sha256)
    assert len(seen) == 4


async def test_results_that_exclude_each_other_are_refused(story: Story) -> None:
    visit, recorder, _ = await story.begun()
    await story.fill_in(visit, recorder, {"problem_found": "yes", "problem": "后厨无证", "handling": "order"})
    with refused("forms.results_contradict"):
        await story.submit(visit, recorder)
    assert (await story.inspection(visit)).state is InspectionState.CHECKING


async def test_several_categories_stand_together(story: Story) -> None:
    answers = {
        "results": ["corrected", "pending"],
        "situation": "后厨垃圾桶没有盖",
        "measures": ["order"],
        "closed": "no",
    }
    result, _, _ = await story.submitted(answers=answers)
    assert result.categories == ["corrected", "pending"]


async def test_a_record_is_complete_when_the_other_inspector_has_confirmed_it(story: Story) -> None:
    result, _, mate = await story.submitted()
    inspection, complete = await story.confirm(result.id, mate)

    assert complete
    assert inspection.state is InspectionState.SUBMITTED
    assert inspection.check_completed_on == inspection.result_produced_on == date(2026, 11, 20)
    async with story.store.reading() as session:
        (said,) = (await session.exec(select(Confirmation))).all()
    assert (said.verdict, said.record_sha256) == (Verdict.CONFIRMED, result.record_sha256)
    for reviewer in (story.coordinator, story.second):
        (asked,) = await story.mail(reviewer, "review")
        assert asked.keyboard[0][0]["data"] == f"rev:open:{result.id}:0:"


async def test_the_dates_of_the_clocks_are_china_s_and_are_set_once(story: Story, clock: SetClock) -> None:
    result, recorder, mate = await story.submitted()
    visit = result.inspection_id
    clock.now = clock.now.replace(hour=16)  # midnight in China
    await story.confirm(result.id, mate)
    inspection = await story.inspection(visit)
    assert inspection.check_ended_on == date(2026, 11, 20)
    assert inspection.result_produced_on == date(2026, 11, 21)

    clock.advance(days=3)
    await story.return_(result.id)
    again = await story.submit(visit, recorder)
    await story.confirm(again.id, mate)
    later = await story.inspection(visit)
    assert (later.check_ended_on, later.check_completed_on, later.result_produced_on) == (
        inspection.check_ended_on,
        inspection.check_completed_on,
        inspection.result_produced_on,
    )


async def test_whoever_took_the_record_down_does_not_confirm_it(story: Story) -> None:
    result, recorder, _ = await story.submitted()
    for reason in (None, "我反对我自己"):
        with refused("records.recorder_confirms"):
            await story.confirm(result.id, recorder, reason)


async def test_a_word_is_given_once(story: Story) -> None:
    result, _, mate = await story.submitted()
    await story.confirm(result.id, mate)
    for reason in (None, "又不对了"):
        with refused("records.confirmed_already"):
            await story.confirm(result.id, mate, reason)


async def test_nobody_else_has_a_word(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    there = {recorder.id, mate.id}
    third = next(one for one in story.county.inspectors.values() if one.id not in there)
    for account in (third, story.coordinator, story.witness):
        with refused("common.not_yours"):
            await story.confirm(result.id, account)
    with refused("common.gone"):
        await story.confirm(4711, mate)


async def test_an_objection_opens_the_record_again_and_says_why(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    for reason in ("", " 不 ", "字" * 201):
        with refused("tasks.reason_length"):
            await story.confirm(result.id, mate, reason)
    inspection, complete = await story.confirm(result.id, mate, " 出口是三个 ")

    assert (inspection.state, complete) == (InspectionState.CHECKING, False)
    letter = (await story.mail(recorder))[-1]
    assert letter.kind == "objected"
    assert "出口是三个" in letter.text
    assert mate.name in letter.text
    async with story.store.reading() as session:
        (said,) = (await session.exec(select(Confirmation))).all()
    assert (said.verdict, said.reason) == (Verdict.OBJECTED, "出口是三个")
    await story.goto(inspection.id, recorder, "remarks")  # and the recorder goes on
    assert await story.mail(kind="review") == []


async def test_another_version_needs_another_look(story: Story) -> None:
    """Even one that was handed in again without a change."""
    first, recorder, mate = await story.submitted()
    await story.confirm(first.id, mate, "再核对一次")
    second = await story.submit(first.inspection_id, recorder)

    assert second.version == 2
    with refused("common.not_now"):
        await story.confirm(first.id, mate)
    async with story.store.reading() as session:
        assert not await submissions.is_confirmed(
            session, await story.inspection(first.inspection_id), second
        )
    assert len(await story.mail(mate, "confirmation")) == 2
    assert (await story.confirm(second.id, mate))[1]


async def test_a_confirmed_record_that_was_returned_is_confirmed_anew(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)
    await story.return_(result.id)
    again = await story.submit(result.inspection_id, recorder)
    with refused("common.not_now"):
        await story.approve(again.id)
    assert (await story.confirm(again.id, mate))[1]
    await story.approve(again.id)


async def test_of_three_inspectors_both_others_confirm(story: Story) -> None:
    await _third_department(story)
    visit = (await story.dispatched(0, 1, 2))[0]
    team = await story.accepted(visit)
    assert len(team) == 3
    await story.begin(visit, team[0])
    await story.fill_in(visit, team[0])
    result = await story.submit(visit, team[0])

    assert (await story.confirm(result.id, team[1]))[1] is False
    assert await story.mail(kind="review") == []
    assert (await story.confirm(result.id, team[2]))[1] is True
    assert len(await story.mail(kind="review")) == 2


async def _third_department(story: Story) -> None:
    """A department of its own for the second item, with one inspector."""
    async with story.step() as step:
        department = Department(jurisdiction="anlan", name="安澜县应急管理局", short_name="安澜应急")
        step.session.add(department)
        await step.session.flush()
        inspector = Inspector(
            jurisdiction="anlan",
            department_id=department.id,
            name="徐见山",
            certificate_no="豫安急001",
            digest="",
            changed_at=step.now,
        )
        step.session.add(inspector)
        await step.session.flush()
        story.county.inspectors[inspector.name] = await people.appoint(
            step,
            "anlan",
            inspector.name,
            [RoleName.INSPECTOR],
            department_id=department.id,
            inspector_id=inspector.id,
        )
        (await step.get(CheckItem, story.county.items[1].id)).department_id = department.id


async def test_a_task_is_complete_with_its_last_visit(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=2500)
    task = (await story.inspection(visits[0])).task_id
    for visit in visits[:-1]:
        await story.finish(visit)
        assert (await story.task(task)).state is TaskState.CHECKING
    await story.finish(visits[-1])
    done = await story.task(task)
    assert (done.state, done.completed_at) == (TaskState.COMPLETED, story.clock())


async def test_the_last_two_visits_confirmed_at_once_complete_the_task(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=1600)
    assert len(visits) == 2
    waiting = []
    for visit in visits:
        recorder, mate = await story.accepted(visit)
        await story.begin(visit, recorder)
        await story.fill_in(visit, recorder)
        waiting.append(((await story.submit(visit, recorder)).id, mate))
    await asyncio.gather(*(story.confirm(result, mate) for result, mate in waiting))
    task = (await story.inspection(visits[0])).task_id
    assert (await story.task(task)).state is TaskState.COMPLETED


async def test_the_newest_version_counts(story: Story) -> None:
    first, recorder, mate = await story.submitted()
    await story.confirm(first.id, mate, "再核对一次")
    second = await story.submit(first.inspection_id, recorder)
    async with story.store.reading() as session:
        newest = await submissions.newest(session, first.inspection_id)
        assert newest is not None
        assert newest.id == second.id
        assert await submissions.newest(session, 4711) is None


async def test_each_part_of_the_record_stands_under_its_own_heading(story: Story) -> None:
    result, _, _ = await story.submitted(2)
    parts = {section["part"] for section in result.record}
    assert parts == {"base", f"item{story.county.items[2].id}", "annex"}
    titles = {section["title"] for section in result.record if section["part"] != "base"}
    assert titles == {"消防安全检查", "附记"}
