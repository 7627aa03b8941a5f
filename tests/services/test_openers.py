"""Who may do what in a ceremony: two who open, witnesses who don't run the draw, buttons of an earlier attempt."""

from datetime import date

import pytest
from sqlmodel import select

from models.people import Account, Role, RoleName
from models.tasks import AttemptState, TaskState
from services import attempts, draws, opening, overview, people, witnessing
from templates.render import render
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

# Who may do what is decided before any row is written; that both databases keep what is, the other ceremony tests hold.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def task(story: Story) -> int:
    """A draft that is ready to be drawn; everybody is bound."""
    await story.bind()
    return await story.plan(0, 2)


async def _closed(story: Story, task: int) -> None:
    """A draw of the kind that two people open, up to the closing."""
    by_two = changed(await story.profile(), "draw", opening_by_two=True)
    await story.commit(task, profile=by_two)
    await story.contribute(task)


async def _take_role(story: Story, account: Account, role: RoleName) -> None:
    async with story.step() as step:
        query = select(Role).where(Role.account_id == account.id, Role.name == role)
        await step.session.delete((await step.session.exec(query)).one())


async def test_where_two_open_one_asks_and_another_confirms(story: Story, task: int) -> None:
    """ssj-draw/1, the ceremony (open); the rule is in the committed plan."""
    await _closed(story, task)
    with refused("draws.opening_unasked"):
        await story.open(task)
    attempt = await story.ask(task)
    assert '"openers":2' in attempt.subjects.plan_text
    assert "请您确认揭晓" in (await story.mail(story.second))[-1].text
    assert "请您确认揭晓" not in (await story.mail(story.coordinator))[-1].text
    with refused("draws.opening_same"):
        await story.open(task)
    with refused("common.not_now"):
        await story.ask(task, by=story.second)
    came = await story.open(task, by=story.second)
    assert (came.attempt.subjects.opening_asked_by, came.attempt.subjects.opened_by) == (
        story.coordinator.id,
        story.second.id,
    )


async def test_where_one_opens_nobody_is_asked(story: Story, task: int) -> None:
    await story.contribute_after_commit(task)
    with refused("common.not_now"):
        await story.ask(task)
    await story.open(task)


async def test_who_asked_and_has_left_since_does_not_count_as_one_of_two(story: Story, task: int) -> None:
    await _closed(story, task)
    await story.ask(task)
    await _take_role(story, story.coordinator, RoleName.COORDINATOR)
    with refused("draws.opening_unasked"):
        await story.open(task, by=story.second)
    with refused("access.role"):
        await story.ask(task)
    await story.ask(task, by=story.second)
    assert (await story.task(task)).state is TaskState.FROZEN


async def test_a_draw_that_nobody_could_open_does_not_begin(story: Story, task: int) -> None:
    by_two = changed(await story.profile(), "draw", opening_by_two=True)
    async with story.step() as step:
        await people.unbind(step, await step.get(Account, story.second.id))
    with refused("draws.openers_missing", found=1):
        await story.freeze(task, profile=by_two)
    assert (await story.task(task)).state is TaskState.DRAFT


async def test_a_witness_does_not_run_the_draw_that_they_vouch_for(story: Story, task: int) -> None:
    async with story.step() as step:
        step.session.add(Role(jurisdiction="anlan", account_id=story.second.id, name=RoleName.WITNESS))
    two = changed(await story.profile(), "draw", witnesses=2)
    attempt = await story.commit(task, profile=two)
    assert attempt.of(story.second)
    with refused("draws.witness_operates"):
        await story.fail(task, by=story.second)
    await story.contribute(task)
    await story.contribute(task, by=story.second)
    for act in (story.open, story.ask):
        with refused("draws.witness_operates"):
            await act(task, by=story.second)
    await story.open(task)


async def test_somebody_who_may_be_drawn_to_inspect_is_no_witness(story: Story, task: int) -> None:
    """They have an interest in the draw: 濮阳 二(七); 五原 art. 19."""
    async with story.step() as step:
        inspector = story.county.inspectors["陈知远"]
        step.session.add(Role(jurisdiction="anlan", account_id=inspector.id, name=RoleName.WITNESS))
    two = changed(await story.profile(), "draw", witnesses=2)
    with refused("tasks.witness_barred", needed=2, found=2, barred=1):
        await story.freeze(task, profile=two)
    attempt = await story.freeze(task)
    assert [one.account_id for one in attempt.witnesses] == [story.witness.id]


async def test_a_witness_who_is_not_bound_or_not_reachable_is_not_named(story: Story, task: int) -> None:
    async with story.step() as step:
        await people.reachable(step, await step.get(Account, story.witness.id), is_reachable=False)
    with refused("tasks.witness_missing", needed=1, found=0):
        await story.freeze(task)


async def test_a_witness_who_has_left_leaves_the_attempt_to_fail(story: Story, task: int) -> None:
    """ssj-draw/1: never dropped silently."""
    await story.commit(task)
    await _take_role(story, story.witness, RoleName.WITNESS)
    with refused("access.role"):
        await story.contribute(task)
    with refused("tasks.not_closed"):
        await story.open(task)
    attempt = await story.fail(task, "见证人已调离")
    assert attempt.subjects.state is AttemptState.FAILED
    async with story.store.reading() as session:
        (past,) = await attempts.history(session, task)
    assert (past.number, past.failure, past.silent) == (1, "见证人已调离", ("方司南",))
    with refused("tasks.witness_missing", needed=1, found=0):
        await story.freeze(task, by=story.second)


async def test_who_let_an_attempt_down_comes_last_the_next_time(story: Story, task: int) -> None:
    async with story.step() as step:
        other = await people.appoint(step, "anlan", "郑一", [RoleName.WITNESS])
    await story.bind(other)
    first = await story.commit(task)
    assert [one.account_id for one in first.witnesses] == [story.witness.id]
    await story.fail(task)
    second = await story.freeze(task, by=story.second)
    assert [one.account_id for one in second.witnesses] == [other.id]


async def test_numbers_are_confirmed_once_by_each_and_before_the_commitment(story: Story, task: int) -> None:
    with refused("common.not_now"):
        await story.preview(task)
    async with story.step() as step:
        other, late = [
            await people.appoint(step, "anlan", name, [RoleName.WITNESS]) for name in ("郑一", "王二")
        ]
    await story.bind(other, late)
    await story.freeze(task, profile=changed(await story.profile(), "draw", witnesses=2))
    with refused("draws.not_committed"):
        await story.contribute(task)
    attempt = await story.preview(task)
    assert (attempt.subjects.state, attempt.confirmed) == (AttemptState.FROZEN, 1)
    with refused("draws.confirmed_already"):
        await story.preview(task)
    with refused("draws.not_witness"):
        await story.preview(task, by=late)
    with refused("access.role"):
        await story.preview(task, by=story.coordinator)
    assert attempt.code not in "".join(letter.text for letter in await story.mail())
    attempt = await story.preview(task, by=other)
    assert attempt.subjects.state is AttemptState.COMMITTED
    for account in (story.coordinator, story.second, story.witness, other):
        assert attempt.code in (await story.mail(account))[-1].text
    assert {one.confirmed_at for one in attempt.witnesses} == {attempt.subjects.committed_at}


async def test_a_card_lists_every_attempt_that_is_over(story: Story, task: int) -> None:
    for turn in range(12):
        by = story.second if turn % 2 else story.coordinator
        await story.freeze(task, by=by)
        await story.fail(task, f"第{turn + 1}回：" + "见证人不能到场" * 20, by=by)
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        known = await overview.glance(step, profile, await story.task(task))
    assert [one.number for one in known.past] == list(range(1, 13))
    assert {one.state for one in known.past} == {AttemptState.FAILED}
    text = render(
        "task", known=known, task=await story.task(task), profile=profile, today=date(2026, 11, 20)
    ).text
    assert "第 12 次（11月20日，顾南乔）已作废：第12回" in text
    assert "前面还有 2 次" in text
    assert len(text) < 2500


async def test_a_button_of_an_earlier_attempt_does_nothing(story: Story, task: int) -> None:
    await story.commit(task)
    await story.fail(task)
    with refused("draws.preview_over"):
        async with story.step(story.witness) as step:
            row = (await attempts.require(step.session, task)).witnesses[0]
            row.confirmed_at = None
            await witnessing.confirm(step, task, 1)
    await story.freeze(task, by=story.second)
    for act in (
        lambda step: witnessing.confirm(step, task, 1),
        lambda step: witnessing.contribute(step, task, None, 1),
    ):
        async with story.step(story.witness) as step:
            with refused("draws.old_attempt", number=1, newest=2):
                await act(step)
    for deed in (
        lambda step: draws.fail(step, task, "见证人不能到场", 1),
        lambda step: opening.open_lists(step, task, 1),
        lambda step: opening.ask(step, task, 1),
    ):
        async with story.step(story.coordinator) as step:
            with refused("draws.old_attempt", number=1, newest=2):
                await deed(step)
    async with story.store.reading() as session:
        assert (await attempts.require(session, task)).subjects.state is AttemptState.FROZEN


async def test_a_witness_sees_at_the_end_what_to_check(story: Story, task: int) -> None:
    attempt, mine = await story.contribute_after_commit(task, "6 3 6 2 4")
    await story.open(task)
    last = (await story.mail(story.witness))[-1].text
    assert attempt.subjects.entropy_sha256
    assert attempt.subjects.entropy_text
    assert mine.receipt
    for part in (attempt.code, "6 3 6 2 4", mine.receipt[:16], attempt.subjects.entropy_sha256):
        assert part in last
    assert attempt.subjects.commit_text in last
    assert attempt.subjects.entropy_text in last
    async with story.store.reading() as session:
        assert [one.code for one in await attempts.witnessed(session, story.witness)] == [attempt.code]
        assert await attempts.waiting_for(session, story.witness) == []


async def test_what_twenty_witnesses_wrote_at_length_fits_into_a_message(story: Story, task: int) -> None:
    async with story.step() as step:
        others = [await people.appoint(step, "anlan", f"见证{n}", [RoleName.WITNESS]) for n in range(19)]
    await story.bind(*others)
    await story.commit(task, profile=changed(await story.profile(), "draw", witnesses=20))
    for account in (story.witness, *others):
        await story.contribute(task, "😀" * 256, by=account)
    await story.open(task)
    for letter in await story.mail(story.witness):
        assert len(letter.text.encode("utf-16-le")) // 2 <= 4096
