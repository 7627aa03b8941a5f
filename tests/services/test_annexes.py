"""What a record tells of what came late."""

from datetime import timedelta

import pytest

from services import annexes, records
from templates.annexes import delay, lines
from tests.conftest import SetClock
from tests.services.answering import photo
from tests.services.story import Story


async def _late(story: Story, visit: int) -> list[tuple[str, str]]:
    async with story.step() as step:
        work = await records.whole(step.session, await story.inspection(visit))
        found = await annexes.of(step.session, work, step.now)
        return [line for line in lines(found) if "晚到" in line[1]]


async def test_of_photos_that_came_late_the_latest_is_told(story: Story, clock: SetClock) -> None:
    visit, me, _ = await story.begun()
    for do, argument in (("done", ""), ("choose", 0), ("skip", "")):
        await story.press(visit, me, do, argument)
    await story.send(visit, me, photo("in-time", clock()))
    sent = [photo("late", clock()), photo("later", clock() - timedelta(hours=1))]
    clock.advance(minutes=25)
    for one in sent:
        await story.send(visit, me, one)
    assert await _late(story, visit) == [
        ("门头和现场照片", "2 张晚到，最晚 85 分钟（11月20日 08:30 发出，11月20日 09:55 收到）")
    ]


async def test_what_takes_as_long_as_a_network_takes_is_not_late(story: Story, clock: SetClock) -> None:
    visit, me, _ = await story.begun()
    for do, argument in (("done", ""), ("choose", 0), ("skip", "")):
        await story.press(visit, me, do, argument)
    sent = photo("slow", clock())
    clock.advance(minutes=10)
    await story.send(visit, me, sent)
    assert await _late(story, visit) == []


async def test_words_that_came_late_stand_with_both_times_in_what_is_handed_in(
    story: Story, clock: SetClock
) -> None:
    visit, me, _ = await story.begun()
    await story.fill_in(visit, me)
    await story.goto(visit, me, "remarks")
    sent_at = clock()
    clock.advance(hours=5)
    async with story.step(me) as step:
        pen = await records.of_recorder(step, visit)
        await records.write(step, pen, "现场无异常", sent_at=sent_at)
    result = await story.submit(visit, me)
    annex = next(section for section in result.record if section["part"] == "annex")
    assert ["备注", "晚到 5 小时（11月20日 09:30 发出，11月20日 14:30 收到）"] in annex["lines"]


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(seconds=30), "1 分钟"),
        (timedelta(minutes=11, seconds=59), "11 分钟"),
        (timedelta(minutes=119), "119 分钟"),
        (timedelta(hours=2), "2 小时"),
        (timedelta(hours=47, minutes=59), "47 小时"),
        (timedelta(days=9), "9 天"),
    ],
)
def test_a_delay_is_told_in_its_own_unit_and_never_as_more_than_it_was(late: timedelta, said: str) -> None:
    assert delay(late) == said
