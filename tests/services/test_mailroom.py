"""What did not arrive for sure: the coordinator sees it and decides."""

import pytest

from models.mail import Outbox, OutboxState
from models.people import Account, RoleName
from models.registers import Jurisdiction
from services import mail, mailroom, people
from templates.render import Message
from tests.conftest import BEGINNING
from tests.services.refusals import refused
from tests.services.story import FIRST_NUMBER, Story


async def _letter(story: Story, account: Account, state: OutboxState, text: str = "信") -> int:
    async with story.step() as step:
        row = await mail.post(step, await step.get(Account, account.id), "assignment", Message(text))
        assert row is not None
        row.state = state
    return row.id


async def _row(story: Story, row: int) -> Outbox:
    return next(one for one in await story.mail() if one.id == row)


async def test_what_is_not_sure_is_shown_oldest_first_with_a_number_and_a_name(story: Story) -> None:
    chen = story.county.inspectors["陈知远"]
    await story.bind(story.witness)
    unbound = await _letter(story, chen, OutboxState.UNREACHABLE)
    for state in (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.SENDING, OutboxState.SENT):
        await _letter(story, story.witness, state)
    uncertain = await _letter(story, story.witness, OutboxState.UNCERTAIN)
    dead = await _letter(story, story.witness, OutboxState.DEAD)

    async with story.step(story.coordinator) as step:
        letters = await mailroom.undelivered(step)
    assert [(one.row.id, one.number, one.name, one.bound) for one in letters] == [
        (unbound, f"1120-{unbound}", "陈知远", False),
        (uncertain, f"1120-{uncertain}", "方司南", True),
        (dead, f"1120-{dead}", "方司南", True),
    ]


async def test_the_list_is_the_coordinator_s_and_of_their_own_jurisdiction(story: Story) -> None:
    await _letter(story, story.witness, OutboxState.UNCERTAIN)
    async with story.step() as step:
        step.session.add(
            Jurisdiction(
                code="beilan", name="北澜县", profile="wuyuan", division="419997", created_at=BEGINNING
            )
        )
        await step.session.flush()
        stranger = await people.appoint(step, "beilan", "别处的人", [RoleName.COORDINATOR])
    async with story.step(stranger) as step:
        assert await mailroom.undelivered(step) == []
    async with story.step(story.witness) as step:
        with refused("access.role"):
            await mailroom.undelivered(step)


async def test_a_long_list_is_shown_from_its_beginning(story: Story) -> None:
    rows = [await _letter(story, story.witness, OutboxState.UNCERTAIN) for _ in range(mailroom.SHOWN + 2)]
    async with story.step(story.coordinator) as step:
        assert [one.row.id for one in await mailroom.undelivered(step)] == rows[: mailroom.SHOWN]


@pytest.mark.parametrize("state", [OutboxState.UNCERTAIN, OutboxState.UNREACHABLE, OutboxState.DEAD])
async def test_sent_once_more_because_a_person_says_so(story: Story, state: OutboxState) -> None:
    await story.bind(story.witness)
    row = await _letter(story, story.witness, state)
    async with story.step(story.coordinator) as step:
        await mailroom.resend(step, row)

    found = await _row(story, row)
    assert (found.state, found.telegram_id) == (OutboxState.QUEUED, FIRST_NUMBER + story.witness.id)


async def test_nobody_who_is_not_bound_can_be_sent_to(story: Story) -> None:
    row = await _letter(story, story.witness, OutboxState.UNREACHABLE)
    async with story.step(story.coordinator) as step:
        with refused("mailroom.not_bound"):
            await mailroom.resend(step, row)


async def test_what_has_arrived_after_all_is_settled(story: Story) -> None:
    row = await _letter(story, story.witness, OutboxState.UNCERTAIN)
    async with story.step(story.coordinator) as step:
        await mailroom.settle(step, row)

    assert (await _row(story, row)).state is OutboxState.SENT
    async with story.step(story.coordinator) as step:
        assert await mailroom.undelivered(step) == []
        for act in (mailroom.settle, mailroom.resend):  # a second press of the old button
            with refused("common.gone"):
                await act(step, row)


async def test_a_notice_under_way_is_nobody_s_to_decide_about(story: Story) -> None:
    await story.bind(story.witness)
    for state in (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.SENT):
        row = await _letter(story, story.witness, state)
        async with story.step(story.coordinator) as step:
            with refused("common.gone"):
                await mailroom.resend(step, row)


async def test_another_jurisdiction_s_notice_is_not_there(story: Story) -> None:
    row = await _letter(story, story.witness, OutboxState.UNCERTAIN)
    async with story.step() as step:
        step.session.add(
            Jurisdiction(
                code="beilan", name="北澜县", profile="wuyuan", division="419997", created_at=BEGINNING
            )
        )
        await step.session.flush()
        stranger = await people.appoint(step, "beilan", "别处的人", [RoleName.COORDINATOR])
    async with story.step(stranger) as step:
        for act in (mailroom.settle, mailroom.resend):
            with refused("common.gone"):
                await act(step, row)
    async with story.step(story.witness) as step:
        with refused("access.role"):
            await mailroom.settle(step, row)
