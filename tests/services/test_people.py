"""Binding by a one-time link: whom it binds, whom it does not, and what waits meanwhile."""

import asyncio
from datetime import timedelta

from sqlmodel import col, select

from models.mail import OutboxState
from models.people import Account, BindingTry, Invitation, Pointer, Role, RoleName
from services import mail, people
from services.people import INVITATION_LIFE, TRIES_AN_HOUR, Binding
from templates.render import Message
from tests.conftest import SetClock
from tests.services.story import Story

PHONE, OTHER_PHONE = 900_001, 900_002


async def _invite(story: Story, account: Account) -> str:
    async with story.step() as step:
        return await people.invite(step, await step.get(Account, account.id))


async def _open(story: Story, token: str, phone: int = PHONE) -> Binding:
    async with story.step() as step:
        outcome, account = await people.bind(step, phone, token)
        assert (account is not None) is (outcome is Binding.BOUND)
        return outcome


async def _account(story: Story, account: Account) -> Account:
    async with story.store.reading() as session:
        return (await session.exec(select(Account).where(Account.id == account.id))).one()


async def test_a_link_binds_whoever_opens_it_to_its_account(story: Story) -> None:
    token = await _invite(story, story.coordinator)

    assert await _open(story, token) is Binding.BOUND
    async with story.store.reading() as session:
        who = await people.whoever(session, PHONE)
    assert who.actor is not None
    assert who.actor.account.id == story.coordinator.id
    assert who.actor.roles == {RoleName.COORDINATOR, RoleName.REVIEWER}
    assert who.actor.account.bound_at == story.clock()


async def test_a_stranger_is_nobody(story: Story) -> None:
    async with story.store.reading() as session:
        who = await people.whoever(session, PHONE)
    assert (who.actor, who.pointer) == (None, None)


async def test_a_link_works_once(story: Story) -> None:
    token = await _invite(story, story.coordinator)

    assert await _open(story, token) is Binding.BOUND
    assert await _open(story, token, OTHER_PHONE) is Binding.USED
    assert await _open(story, token) is Binding.USED
    assert (await _account(story, story.coordinator)).telegram_id == PHONE


async def test_two_who_open_one_link_at_once_do_not_both_get_in(story: Story) -> None:
    token = await _invite(story, story.coordinator)

    outcomes = await asyncio.gather(_open(story, token), _open(story, token, OTHER_PHONE))

    assert sorted(outcomes) == [Binding.BOUND, Binding.USED]


async def test_a_made_up_token_is_unknown(story: Story) -> None:
    token = await _invite(story, story.coordinator)

    for guess in ("", "x", token[:-1], token + "A", token.swapcase(), "' OR 1=1 --"):
        async with story.step() as step:
            assert await people.bind(step, OTHER_PHONE + len(guess), guess) == (Binding.UNKNOWN, None)
    assert await _open(story, token) is Binding.BOUND


async def test_a_link_ends_after_its_day_and_not_before(story: Story, clock: SetClock) -> None:
    first = await _invite(story, story.coordinator)
    second = await _invite(story, story.second)

    clock.now += INVITATION_LIFE - timedelta(seconds=1)
    assert await _open(story, first) is Binding.BOUND
    clock.now += timedelta(seconds=1)
    assert await _open(story, second, OTHER_PHONE) is Binding.EXPIRED


async def test_a_new_link_ends_the_earlier_ones_of_the_same_account_alone(story: Story) -> None:
    earlier = await _invite(story, story.coordinator)
    of_another = await _invite(story, story.second)
    newer = await _invite(story, story.coordinator)

    assert await _open(story, earlier) is Binding.EXPIRED
    assert await _open(story, newer) is Binding.BOUND
    assert await _open(story, of_another, OTHER_PHONE) is Binding.BOUND


async def test_one_telegram_user_is_one_person(story: Story) -> None:
    assert await _open(story, await _invite(story, story.coordinator)) is Binding.BOUND
    token = await _invite(story, story.second)

    assert await _open(story, token) is Binding.TAKEN
    assert await _open(story, token, OTHER_PHONE) is Binding.BOUND  # the link was not used up


async def test_a_guesser_is_stopped_after_five_tries_for_an_hour(story: Story, clock: SetClock) -> None:
    token = await _invite(story, story.coordinator)

    tries = [await _open(story, f"guess-{number}") for number in range(TRIES_AN_HOUR)]
    assert tries == [Binding.UNKNOWN] * 5
    assert await _open(story, token) is Binding.BLOCKED  # even the right one
    assert await _open(story, "another") is Binding.BLOCKED
    clock.advance(minutes=59, seconds=59)
    assert await _open(story, token) is Binding.BLOCKED
    clock.advance(seconds=1)
    assert await _open(story, token) is Binding.BOUND


async def test_others_are_not_stopped_with_the_guesser(story: Story) -> None:
    token = await _invite(story, story.coordinator)
    for number in range(TRIES_AN_HOUR + 1):
        await _open(story, f"guess-{number}", OTHER_PHONE)

    assert await _open(story, token) is Binding.BOUND


async def test_a_binding_that_worked_is_no_try(story: Story) -> None:
    for account in (story.coordinator, story.second):
        await _open(story, await _invite(story, account), PHONE + account.id)
    async with story.store.reading() as session:
        assert (await session.exec(select(BindingTry))).all() == []


async def test_only_the_hash_of_a_token_is_in_the_store(story: Story) -> None:
    token = await _invite(story, story.coordinator)

    async with story.store.reading() as session:
        (kept,) = (await session.exec(select(Invitation))).all()
    assert token not in kept.model_dump_json()
    assert len(kept.token_sha256) == 64
    assert len(token) == 22  # 128 bits, as a deep link may carry them
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


async def test_every_link_has_a_token_of_its_own(story: Story) -> None:
    assert len({await _invite(story, story.coordinator) for _ in range(8)}) == 8


async def test_a_new_phone_takes_the_place_of_the_old_one(story: Story) -> None:
    await _open(story, await _invite(story, story.coordinator))
    await _open(story, await _invite(story, story.coordinator), OTHER_PHONE)

    async with story.store.reading() as session:
        assert (await people.whoever(session, PHONE)).actor is None
        actor = (await people.whoever(session, OTHER_PHONE)).actor
    assert actor is not None
    assert actor.account.id == story.coordinator.id


async def test_what_waited_goes_to_the_new_phone(story: Story) -> None:
    async with story.step() as step:
        account = await step.get(Account, story.coordinator.id)
        row = await mail.post(step, account, "draw", Message("见证人已全部贡献"))
        other = await mail.post(step, await step.get(Account, story.second.id), "draw", Message("另一封"))
    assert row is not None
    assert other is not None
    assert row.state is OutboxState.UNREACHABLE

    await _open(story, await _invite(story, story.coordinator))

    kept, of_another = await story.mail(kind="draw")
    assert (kept.id, kept.state, kept.telegram_id) == (row.id, OutboxState.QUEUED, PHONE)
    assert (of_another.id, of_another.state) == (other.id, OutboxState.UNREACHABLE)


async def test_letting_go_of_a_phone_makes_it_a_stranger_s(story: Story) -> None:
    await _open(story, await _invite(story, story.coordinator))
    async with story.step() as step:
        step.session.add(Pointer(telegram_id=PHONE, state="Writing:task_name", data={"task": 1}))
    async with story.step(story.coordinator) as step:
        await people.unbind(step, step.person.account)

    async with story.store.reading() as session:
        assert (await people.whoever(session, PHONE)).actor is None
        assert (await session.exec(select(Pointer))).all() == []  # nobody goes on typing into it
    async with story.step() as step:
        row = await mail.post(step, await step.get(Account, story.coordinator.id), "draw", Message("下一封"))
    assert row is not None
    assert row.state is OutboxState.UNREACHABLE


async def test_letting_go_twice_is_letting_go_once(story: Story) -> None:
    for _ in range(2):
        async with story.step(story.coordinator) as step:
            await people.unbind(step, step.person.account)
    assert (await _account(story, story.coordinator)).telegram_id is None


async def test_who_blocked_the_bot_is_noted_with_the_first_moment(story: Story, clock: SetClock) -> None:
    await _open(story, await _invite(story, story.coordinator))
    since = clock()
    for _ in range(2):
        async with story.step(story.coordinator) as step:
            await people.reachable(step, step.person.account, is_reachable=False)
        clock.advance(hours=1)
    assert (await _account(story, story.coordinator)).unreachable_since == since

    async with story.step(story.coordinator) as step:
        await people.reachable(step, step.person.account, is_reachable=True)
    assert (await _account(story, story.coordinator)).unreachable_since is None


async def test_an_inspector_has_one_account_and_gathers_roles(story: Story) -> None:
    known = story.county.inspectors["陈知远"]
    for _ in range(2):
        async with story.step() as step:
            again = await people.appoint(
                step,
                known.jurisdiction,
                known.name,
                [RoleName.INSPECTOR, RoleName.REVIEWER],
                inspector_id=known.inspector_id,
            )
        assert again.id == known.id
    async with story.store.reading() as session:
        roles = (await session.exec(select(Role.name).where(Role.account_id == known.id))).all()
        same = (await session.exec(select(Account).where(Account.inspector_id == known.inspector_id))).all()
    assert sorted(roles) == [RoleName.INSPECTOR, RoleName.REVIEWER]
    assert len(same) == 1


async def test_who_has_a_role_is_found_in_their_own_jurisdiction(story: Story) -> None:
    async with story.store.reading() as session:
        found = await people.with_role(session, "anlan", RoleName.REVIEWER, RoleName.WITNESS)
        elsewhere = await people.with_role(session, "beilan", RoleName.REVIEWER)
    assert [one.name for one in found] == ["苏既白", "顾南乔", "方司南"]
    assert list(elsewhere) == []


async def test_the_owner_of_a_used_link_is_known_again(story: Story) -> None:
    token = await _invite(story, story.coordinator)
    await _open(story, token)
    async with story.store.reading() as session:
        assert await people.was_for(session, token, story.coordinator.id)
        assert not await people.was_for(session, token, story.second.id)
        assert not await people.was_for(session, "guess", story.coordinator.id)


async def test_the_pointer_of_a_conversation_comes_with_the_person(story: Story) -> None:
    await _open(story, await _invite(story, story.coordinator))
    async with story.step() as step:
        step.session.add(Pointer(telegram_id=PHONE, state="Writing:record", data={"inspection": 7}))
    async with story.store.reading() as session:
        pointer = (await people.whoever(session, PHONE)).pointer
        rows = (await session.exec(select(Pointer).order_by(col(Pointer.telegram_id)))).all()
    assert pointer is not None
    assert (pointer.state, pointer.data) == ("Writing:record", {"inspection": 7})
    assert len(rows) == 1
