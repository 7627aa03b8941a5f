"""Where an inspector stands, and what the record says of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from models.people import Account
from models.registers import Subject
from services import annexes, positions, records
from services.positions import Shared
from services.records import Work
from templates.annexes import lines
from tests.conftest import BEGINNING, SetClock
from tests.services.refusals import refused
from tests.services.story import Story

HERE = Shared(35.710, 115.020, 12.0, BEGINNING)


async def _at_the_question(
    story: Story, home: tuple[float, float] | None = (35.711, 115.021)
) -> tuple[int, Account]:
    visit, recorder, _ = await story.begun()
    async with story.step() as step:
        inspection = await story.inspection(visit)
        subject = await step.get(Subject, inspection.subject_id)
        subject.latitude, subject.longitude = home or (None, None)
    await story.press(visit, recorder, "done")
    await story.press(visit, recorder, "choose", 0)
    return visit, recorder


async def _share(story: Story, visit: int, by: Account, shared: Shared) -> Work:
    async with story.step(by) as step:
        pen = await records.of_recorder(step, visit)
        return await positions.share(step, pen, shared)


async def _said(story: Story, visit: int) -> Sequence[tuple[str, str]]:
    async with story.step() as step:
        work = await records.whole(step.session, await story.inspection(visit))
        return lines(await annexes.of(step.session, work, step.now))


async def test_a_position_near_the_address_is_told_with_its_distance(story: Story) -> None:
    visit, me = await _at_the_question(story)
    work = await _share(story, visit, me, HERE)
    assert work.draft.answers["base/arrival/position"] == {"lat": 35.71, "lon": 115.02, "accuracy": 12.0}
    assert await _said(story, visit) == [("到场位置", "距登记地址约 143 米")]


@pytest.mark.parametrize(
    ("lat", "accuracy", "said"),
    [
        (35.7, 12.0, "距登记地址约 1.2 公里，超出一般误差，须核对"),
        (35.7102, None, "距登记地址约 127 米（位置没有误差值，可能是在地图上选的）"),
    ],
)
async def test_what_is_far_or_picked_on_a_map_is_said(
    story: Story, lat: float, accuracy: float | None, said: str
) -> None:
    visit, me = await _at_the_question(story)
    await _share(story, visit, me, replace(HERE, lat=lat, accuracy=accuracy))
    assert await _said(story, visit) == [("到场位置", said)]


async def test_without_registered_coordinates_nothing_is_made_up(story: Story) -> None:
    visit, me = await _at_the_question(story, None)
    await _share(story, visit, me, HERE)
    assert await _said(story, visit) == []


async def test_a_position_that_was_passed_over_stands_in_the_record(story: Story) -> None:
    visit, me = await _at_the_question(story)
    await story.press(visit, me, "skip")
    assert await _said(story, visit) == [("到场位置", "没有发送位置")]


@pytest.mark.parametrize(
    ("shared", "code"),
    [
        (replace(HERE, forwarded=True), "records.position_forwarded"),
        (replace(HERE, named=True), "records.position_named"),
        (replace(HERE, sent_at=BEGINNING - timedelta(days=7)), "records.position_early"),
    ],
    ids=["forwarded", "looked-up", "last-week"],
)
async def test_what_is_not_where_one_stands_now_is_no_answer(story: Story, shared: Shared, code: str) -> None:
    visit, me = await _at_the_question(story)
    before = (await story.look(visit)).draft
    with refused(code):
        await _share(story, visit, me, shared)
    assert (await story.look(visit)).draft == before


async def test_a_position_that_took_hours_to_arrive_is_taken_and_told(story: Story, clock: SetClock) -> None:
    visit, me = await _at_the_question(story)
    clock.advance(hours=3)
    await _share(story, visit, me, HERE)
    assert await _said(story, visit) == [
        ("到场位置", "距登记地址约 143 米"),
        ("到场位置", "晚到 3 小时（11月20日 09:30 发出，11月20日 12:30 收到）"),
    ]
