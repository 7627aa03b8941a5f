"""The outbox as services write it: with the effect, once, and to whom it can be told."""

from datetime import timedelta

import pytest

from models.mail import Outbox, OutboxState
from models.people import Account
from rules.errors import Refused
from services import mail, outbox
from templates.keyboard import Button
from templates.render import Message
from tests.conftest import BEGINNING
from tests.services.story import FIRST_NUMBER, Story

BUTTONS = [[Button("打开", data="task:open:1:0:"), Button("公示页", url="http://gongshi.example")]]


@pytest.fixture
async def bound(story: Story) -> Story:
    await story.bind(story.coordinator)
    return story


async def _post(story: Story, text: str = "一封信", **options: object) -> Outbox | None:
    async with story.step() as step:
        account = await step.get(Account, story.coordinator.id)
        return await mail.post(step, account, "draw", Message(text, BUTTONS), **options)  # type: ignore[arg-type]  # the options of post


async def test_a_message_waits_with_its_buttons_for_the_worker(bound: Story) -> None:
    await _post(bound)

    (row,) = await bound.mail()
    assert (row.state, row.text, row.kind) == (OutboxState.QUEUED, "一封信", "draw")
    assert row.telegram_id == FIRST_NUMBER + bound.coordinator.id
    assert row.not_before == row.created_at == BEGINNING
    assert row.keyboard == [
        [{"label": "打开", "data": "task:open:1:0:"}, {"label": "公示页", "url": "http://gongshi.example"}]
    ]


async def test_what_is_planned_for_later_says_so(bound: Story) -> None:
    await _post(bound, not_before=BEGINNING + timedelta(hours=3), silent=True)

    (row,) = await bound.mail()
    assert row.not_before == BEGINNING + timedelta(hours=3)
    assert row.extra == {"silent": True}


async def test_a_key_is_written_once(bound: Story) -> None:
    first = await _post(bound, "第一次", dedup="offer:1")
    assert await _post(bound, "第二次", dedup="offer:1") is None
    assert await _post(bound, "另一件", dedup="offer:2") is not None

    assert first is not None
    assert [row.text for row in await bound.mail()] == ["第一次", "另一件"]


async def test_a_key_is_written_once_within_one_step_too(bound: Story) -> None:
    async with bound.step() as step:
        account = await step.get(Account, bound.coordinator.id)
        assert await mail.post(step, account, "draw", Message("一"), dedup="offer:1") is not None
        assert await mail.post(step, account, "draw", Message("二"), dedup="offer:1") is None


async def test_nothing_is_told_of_a_step_that_was_rolled_back(bound: Story) -> None:
    async def broken() -> None:
        async with bound.step() as step:
            await mail.post(step, await step.get(Account, bound.coordinator.id), "draw", Message("一"))
            raise Refused("common.gone")

    with pytest.raises(Refused):
        await broken()
    assert await bound.mail() == []


async def test_who_is_not_bound_cannot_be_told(story: Story) -> None:
    await _post(story)

    (row,) = await story.mail()
    assert (row.state, row.telegram_id) == (OutboxState.UNREACHABLE, None)


async def _amend(story: Story, text: str = "现在是这样") -> None:
    async with story.step() as step:
        await mail.amend(step, "offer:1", "draw", Message(text))


async def test_what_has_not_gone_out_is_changed_before_it_does(bound: Story) -> None:
    await _post(bound, dedup="offer:1")
    await _amend(bound)

    (row,) = await bound.mail()
    assert (row.text, row.keyboard, row.state) == ("现在是这样", [], OutboxState.QUEUED)


async def test_what_has_gone_out_is_edited_where_it_is(bound: Story) -> None:
    row = await _post(bound, dedup="offer:1")
    assert row is not None
    async with bound.step() as step:
        await outbox.sent(step, row.id, 4711)
    await _amend(bound)

    first, second = await bound.mail()
    assert (first.text, first.state) == ("一封信", OutboxState.SENT)
    assert (second.text, second.edits, second.telegram_id) == ("现在是这样", 4711, first.telegram_id)


async def test_what_nobody_knows_of_is_left_alone(bound: Story) -> None:
    await _amend(bound)
    assert await bound.mail() == []

    row = await _post(bound, dedup="offer:1")
    assert row is not None
    async with bound.step() as step:
        await outbox.uncertain(step, row.id, "TimedOut")
    await _amend(bound)
    (row,) = await bound.mail()
    assert row.text == "一封信"
