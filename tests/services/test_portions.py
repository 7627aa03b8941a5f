"""A joint visit: each department takes its own portion of the record down, on its own phone, while the others take down theirs."""

import asyncio

import pytest
from alembic.command import downgrade
from sqlmodel import col, select

from bot.database import _config
from models.inspections import Answer, InspectionState
from models.people import Account
from models.results import Result
from rules.errors import Refused
from rules.forms.draft import REVIEW
from rules.forms.engine import Unfinished
from rules.forms.event import Choice, Give, Open
from services import audit, passing, portions, records, submissions
from services.pens import Moved
from tests.services.refusals import refused
from tests.services.story import Story

SHOWN = "base/arrival/certificate_shown"

Joint = tuple[Story, int, Account, Account]


@pytest.fixture
async def joint(story: Story) -> Joint:
    """A visit of two departments; the leader has begun."""
    visit, leader, other = await story.begun(0, 2)
    return story, visit, leader, other


async def _answers(story: Story, visit: int) -> list[Answer]:
    """Those that count."""
    async with story.store.reading() as session:
        query = select(Answer).where(Answer.inspection_id == visit, col(Answer.superseded_at).is_(None))
        return list((await session.exec(query)).all())


async def _sections(story: Story, visit: int, by: Account) -> set[str]:
    work = await story.look(visit, by)
    return {work.form.questions[path].part for path in work.form.paths}


async def test_each_department_sees_its_own_questions_and_the_leading_one_the_base_form_too(
    joint: Joint,
) -> None:
    """濮阳 二(八); 偃师 art. 7(3)."""
    story, visit, leader, other = joint
    ours, theirs = (f"item{story.county.items[at].id}" for at in (0, 2))
    await story.begin(visit, other)

    assert await _sections(story, visit, leader) == {"base", ours}
    assert await _sections(story, visit, other) == {theirs}
    assert [(one.leads, one.parts) for one in await story.portions(visit)] == [
        (True, ["base", ours]),
        (False, [theirs]),
    ]
    assert (await story.look(visit, other)).draft.cursor == f"{theirs}/escape/passage"
    assert (await story.inspection(visit)).recorder_id == leader.inspector_id


async def test_the_other_departments_are_told_that_they_may_begin(joint: Joint) -> None:
    story, visit, leader, other = joint
    (letter,) = await story.mail(kind="portion_begun")
    assert letter.account_id == other.id
    assert letter.keyboard[0][0]["data"] == f"visit:begin:{visit}:0:"
    await story.begin(visit, other)
    assert len(await story.mail(kind="portion_begun")) == 1
    assert leader.id not in {one.account_id for one in await story.mail(kind="portion_begun")}


async def test_whoever_of_another_department_begins_first_has_no_more_than_their_own(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    leader, other = await story.accepted(visit)
    inspection = await story.begin(visit, other)
    assert inspection.recorder_id is None
    assert [one.recorder_id for one in await story.portions(visit)] == [None, other.inspector_id]
    await story.begin(visit, leader)
    assert (await story.inspection(visit)).recorder_id == leader.inspector_id


async def test_both_fill_theirs_in_at_the_same_time_and_nothing_is_lost_or_doubled(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.begin(visit, other)
    await asyncio.gather(story.fill_in(visit, leader), story.fill_in(visit, other))

    rows = await _answers(story, visit)
    assert len({row.question for row in rows}) == len(rows)
    by = {row.question.partition("/")[0]: set[int]() for row in rows}
    for row in rows:
        by[row.question.partition("/")[0]].add(row.given_by)
    ours, theirs = (f"item{story.county.items[at].id}" for at in (0, 2))
    assert by == {"base": {leader.id}, ours: {leader.id}, theirs: {other.id}}
    for account in (leader, other):
        assert (await story.look(visit, account)).draft.cursor == REVIEW


async def test_a_colleague_s_step_makes_nobody_else_s_screen_old(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.begin(visit, other)
    seen = (await story.look(visit, leader)).portion.revision
    await story.press(visit, other, "choose", 0)
    async with story.step(leader) as step:
        await records.of_recorder(step, visit, seen)
        with pytest.raises(records.Stale):
            await records.of_recorder(step, visit, seen + 1)


async def test_the_leader_hands_in_when_every_department_has_completed_its_portion(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.fill_in(visit, leader)
    with refused("records.portions_open", departments="安澜消防"):
        await _submit(story, visit, leader)
    await story.begin(visit, other)
    with pytest.raises(Unfinished):
        await story.finish_portion(visit, other)
    await story.fill_in(visit, other)
    with refused("records.leader_submits"):
        await _submit(story, visit, other)
    with refused("records.portions_open"):
        await _submit(story, visit, leader)

    assert await story.finish_portion(visit, other)
    assert [one.account_id for one in await story.mail(kind="portions_done")] == [leader.id]
    await story.finish_portion(visit, other)  # once more says nothing new
    assert len(await story.mail(kind="portions_done")) == 1
    result = await _submit(story, visit, leader)
    assert {section["part"] for section in result.record} == {
        "base",
        "annex",
        *(f"item{story.county.items[at].id}" for at in (0, 2)),
    }
    for account in (leader, other):
        with refused("records.handed_in", name=leader.name):
            await story.press(visit, account, "review")
    await story.confirm(result.id, other)
    async with story.store.reading() as session:
        assert await audit.verify(session) == []


async def test_pressing_at_the_same_second_ends_in_one_record(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.begin(visit, other)
    await asyncio.gather(story.fill_in(visit, leader), story.fill_in(visit, other))
    came = await asyncio.gather(
        story.finish_portion(visit, other),
        _submit(story, visit, leader),
        _submit(story, visit, leader),
        return_exceptions=True,
    )
    codes = {one.code for one in came if isinstance(one, Refused)}
    assert codes <= {"records.portions_open", "records.handed_in"}
    if (await story.inspection(visit)).state is not InspectionState.SUBMITTED:
        await _submit(story, visit, leader)
    async with story.store.reading() as session:
        assert len((await session.exec(select(Result))).all()) == 1


async def test_a_change_takes_the_completion_back(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.fill_in(visit, leader)
    await story.others_finish(visit)
    await story.goto(visit, other, "exits")
    assert (await story.portions(visit))[1].done_at is not None  # looking changes nothing
    await story.write(visit, other, "3")
    assert (await story.portions(visit))[1].done_at is None
    with refused("records.portions_open"):
        await _submit(story, visit, leader)


async def test_what_is_meant_for_a_question_that_has_gone_is_not_an_answer_to_another(joint: Joint) -> None:
    """The base form takes the items away while a colleague writes; what they wrote is refused, and they see where they are."""
    story, visit, leader, other = joint
    await story.begin(visit, other)
    await story.press(visit, other, "choose", 0)
    await story.press(visit, leader, "done")
    await story.take(visit, leader, Give(SHOWN, Choice("nobody")))
    before = await _answers(story, visit)
    with pytest.raises(Moved) as moved:
        await story.write(visit, other, "2")
    assert (moved.value.code, moved.value.inspection_id) == ("records.moved", visit)
    assert await _answers(story, visit) == before
    async with story.step(other) as step:
        work = await records.opened(step, await records.of_recorder(step, visit))
    assert work.draft.cursor == REVIEW  # nothing is asked of them any more

    await story.take(visit, leader, Give(SHOWN, Choice("yes")))
    work = await story.press(visit, other, "back")
    assert (
        work.draft.answers[f"item{story.county.items[2].id}/escape/passage"] == "clear"
    )  # what was given is back


async def test_a_portion_is_open_again_when_a_base_answer_asks_more_of_it(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.press(visit, leader, "done")
    await story.take(visit, leader, Give(SHOWN, Choice("nobody")))
    await story.begin(visit, other)
    assert (await story.look(visit, other)).draft.cursor == REVIEW
    await story.finish_portion(visit, other)
    await story.take(visit, leader, Give(SHOWN, Choice("yes")))

    assert (await story.portions(visit))[1].done_at is None
    assert [one.account_id for one in await story.mail(kind="portion_reopened")] == [other.id]
    await story.take(visit, other, Open())
    await story.fill_in(visit, other)
    await story.finish_portion(visit, other)
    await story.fill_in(visit, leader)
    await _submit(story, visit, leader)


async def test_an_objection_opens_every_portion_again_and_tells_each_recorder(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.fill_in(visit, leader)
    result = await story.submit(visit, leader)
    await story.confirm(result.id, other, "安全出口写错了")

    assert [one.done_at for one in await story.portions(visit)] == [None, None]
    assert {one.account_id for one in await story.mail(kind="objected")} == {leader.id, other.id}
    with refused("records.portions_open"):
        await _submit(story, visit, leader)
    await story.goto(visit, other, "exits")
    await story.write(visit, other, "3")
    await story.finish_portion(visit, other)
    again = await _submit(story, visit, leader)
    assert again.version == result.version + 1
    await story.confirm(again.id, other)


async def test_a_successor_goes_on_with_every_answer_and_looks_at_them_anew(joint: Joint) -> None:
    """Somebody falls ill: their place is drawn again, the draft stays."""
    story, visit, leader, other = joint
    await story.fill_in(visit, leader)
    await story.others_finish(visit)
    before = {(row.question, row.given_by) for row in await _answers(story, visit)}
    await story.recuse(visit, other, "突发疾病，不能继续检查")
    with refused("records.waits"):
        await story.press(visit, leader, "review")
    with refused("common.not_yours"):
        await story.press(visit, other, "review")

    portion = (await story.portions(visit))[1]
    assert (portion.recorder_id, portion.done_at) == (None, None)
    successor = (await story.team(visit))[1][1]
    assert successor.id != other.id
    await story.accept(visit, successor)
    await story.begin(visit, successor)
    assert {(row.question, row.given_by) for row in await _answers(story, visit)} == before
    assert (await story.look(visit, successor)).draft.cursor == REVIEW
    await story.finish_portion(visit, successor)
    await _submit(story, visit, leader)


async def test_an_item_whose_department_sends_nobody_is_the_leader_s(story: Story) -> None:
    visit, leader, _ = await story.begun_by_one()
    assert [one.parts for one in await story.portions(visit)] == [["base", f"item{story.county.items[2].id}"]]
    work = await story.look(visit, leader)
    assert not work.is_shared


async def test_how_everybody_stands_is_counted_in_what_is_asked_of_them(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.begin(visit, other)
    await story.press(visit, leader, "done")
    await story.press(visit, leader, "choose", 0)
    await story.press(visit, other, "choose", 0)
    assert await _stand(story, visit) == [("安澜市监", leader.name, 2), ("安澜消防", other.name, 1)]


async def _stand(story: Story, visit: int) -> list[tuple[str, str | None, int]]:
    inspection = await story.inspection(visit)
    async with story.store.reading() as session:
        found = await portions.standings(session, inspection, story.clock())
    assert all(one.count.answered < one.count.asked for one in found)
    return [(one.department, one.recorder, one.count.answered) for one in found]


async def _submit(story: Story, visit: int, by: Account) -> Result:
    async with story.step(by) as step:
        return await submissions.submit(step, await records.of_recorder(step, visit))


async def _take_over(story: Story, visit: int, by: Account, reason: str = "手机没电或没有信号") -> None:
    async with story.step(by) as step:
        await passing.take_over(step, visit, reason)


async def test_the_pen_goes_to_a_colleague_with_a_reason_and_both_know(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    await story.press(visit, recorder, "done")
    await _take_over(story, visit, mate, "  手机没电  ")

    (letter,) = await story.mail(kind="pen_passed")
    assert letter.account_id == recorder.id
    assert (mate.name in letter.text, "手机没电" in letter.text) == (True, True)
    with refused("visits.other_records", name=mate.name):
        await story.press(visit, recorder, "back")
    work = await story.press(visit, mate, "back")
    assert work.draft.answers == {"base/arrival/methods": ["on_site"]}
    assert work.inspection.recorder_id == mate.inspector_id

    async with story.step(mate) as step:
        await passing.hand_over(step, visit, recorder.inspector_id or 0, "需要先离开现场")
    assert (await story.mail(kind="pen_passed"))[-1].account_id == recorder.id
    async with story.store.reading() as session:
        known = await passing.of_portion(session, (await story.portions(visit))[0].id)
    assert [(one.giver_id, one.taker_id, one.reason, one.decided_by) for one in known] == [
        (recorder.inspector_id, mate.inspector_id, "手机没电", mate.id),
        (mate.inspector_id, recorder.inspector_id, "需要先离开现场", mate.id),
    ]
    await story.fill_in(visit, recorder)
    await story.confirm((await story.submit(visit, recorder)).id, mate)


async def test_of_a_writer_and_a_taker_at_the_same_second_neither_loses_an_answer(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    came = await asyncio.gather(
        story.press(visit, recorder, "done"), _take_over(story, visit, mate), return_exceptions=True
    )
    refusals = [one.code for one in came if isinstance(one, Refused)]
    assert refusals in ([], ["visits.other_records"])
    rows = await _answers(story, visit)
    assert len(rows) == (0 if refusals else 1)
    await story.fill_in(visit, mate)
    await story.submit(visit, mate)


async def test_the_pen_stays_within_the_department_and_its_people(joint: Joint) -> None:
    story, visit, leader, other = joint
    await story.begin(visit, other)
    with refused("records.own_pen"):
        await _take_over(story, visit, leader)
    outsider = story.county.inspectors["周望舒"].inspector_id
    for taker in (other.inspector_id, outsider, 4711):
        with refused("records.no_mate"):
            async with story.step(leader) as step:
                await passing.hand_over(step, visit, taker or 0, "分工调整")
    with refused("common.not_yours"):
        await _take_over(story, visit, story.coordinator)


@pytest.mark.parametrize("reason", ["", " ", "短" * 201])
async def test_the_pen_does_not_pass_without_a_reason(story: Story, reason: str) -> None:
    visit, recorder, mate = await story.begun()
    with refused("tasks.reason_length"):
        await _take_over(story, visit, mate, reason)
    assert (await story.portions(visit))[0].recorder_id == recorder.inspector_id


async def test_a_colleague_may_read_what_was_written_and_the_look_is_recorded(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    await story.press(visit, recorder, "done")
    async with story.step(mate) as step:
        _, sections, missing = await passing.read(step, visit)
        assert [entry.kind for entry in step.entries] == ["list.seen"]
    assert next((line.label, line.value) for line in sections[0].lines) == ("核查方式", "实地核查")
    assert missing > 1
    with refused("common.not_yours"):
        async with story.step(story.second) as step:
            await passing.read(step, visit)


async def test_open_drafts_come_newest_first_and_the_complete_ones_last(joint: Joint) -> None:
    story, visit, _, other = joint
    await story.begin(visit, other)
    await story.fill_in(visit, other)
    async with story.step(other) as step:
        assert [pen.inspection.id for pen in await portions.held(step.session, step.person)] == [visit]
    await story.finish_portion(visit, other)
    async with story.step(other) as step:
        (pen,) = await portions.held(step.session, step.person)
        assert pen.portion.done_at is not None
    async with story.step(story.coordinator) as step:
        assert await portions.held(step.session, step.person) == []


async def test_a_record_that_was_begun_before_there_were_portions_is_one(story: Story) -> None:
    """Somebody was in the middle of a joint visit's record when the program was exchanged: they go on with all of it."""
    visit, leader, _ = await story.begun(0, 2)
    await story.press(visit, leader, "done")
    async with story.store._writer.begin() as connection:
        await connection.run_sync(lambda sync: downgrade(_config(sync), "0008_checkpoints"))
        await connection.exec_driver_sql(f"UPDATE inspection SET cursor = '{SHOWN}', revision = 7")  # noqa: S608  (a constant)
    await story.store.upgrade()

    (portion,) = await story.portions(visit)
    assert (portion.leads, portion.cursor, portion.revision) == (True, SHOWN, 7)
    assert portion.recorder_id == leader.inspector_id
    assert len(portion.parts) == 3
    work = await story.press(visit, leader, "choose", 0)
    assert work.draft.answers == {"base/arrival/methods": ["on_site"], SHOWN: "yes"}
    await story.fill_in(visit, leader)
    await story.submit(visit, leader)
