"""The ceremony: freeze and commit, contribute, close; or fail and begin again."""

import asyncio
import hashlib
import re
from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.inspections import Inspection, Place
from models.people import Account, Role, RoleName
from models.tasks import AttemptState, Contribution, Draw, DrawAttempt, Drawn, TaskState
from rules.draw.commitment import read_commit, short_code
from rules.draw.entropy import receipt
from rules.profile.model import Profile
from services import attempts, opening, people, tasks
from services.attempts import Attempt
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story


@pytest.fixture
async def task(story: Story) -> int:
    """A draft that is ready to be drawn; everybody is bound."""
    await story.bind()
    return await story.plan(0, 2)


async def _witnesses(story: Story, *names: str) -> list[Account]:
    made = []
    async with story.step() as step:
        for name in names:
            account = await people.appoint(step, "anlan", name, [RoleName.WITNESS])
            made.append(account)
    await story.bind(*made)
    return made


async def _commit(story: Story, task: int, profile: Profile, by: Account | None = None) -> Attempt:
    return await story.commit(task, by, profile)


async def _attempt(story: Story, task: int) -> Attempt:
    async with story.store.reading() as session:
        return await attempts.require(session, task)


async def test_both_lists_are_committed_together_before_anybody_contributes(story: Story, task: int) -> None:
    attempt = await story.commit(task)
    subjects, inspectors = attempt.subjects, attempt.inspectors

    assert (subjects.attempt, inspectors.attempt) == (1, 1)
    assert (subjects.state, inspectors.state) == (AttemptState.COMMITTED, AttemptState.COMMITTED)
    for half in (subjects, inspectors):
        commit = read_commit(half.commit_text)
        assert hashlib.sha256(half.commit_text.encode()).hexdigest() == half.commit_sha256
        assert commit.plan_sha256 == hashlib.sha256(half.plan_text.encode()).hexdigest()
        assert commit.server_secret_sha256 == hashlib.sha256(half.secret).hexdigest()
        assert (commit.witnesses, commit.attempt) == (("w1",), 1)
        assert half.entropy_text is None
        assert half.cutoffs == {}
    assert subjects.counts == {"ALL": 12}
    assert subjects.quotas == {"ALL": 1}
    assert inspectors.quotas == inspectors.counts == {"安澜县市场监督管理局": 3, "安澜县消防救援大队": 2}
    assert len(subjects.secret) == len(inspectors.secret) == 32
    assert subjects.secret != inspectors.secret
    assert subjects.commit_sha256 in inspectors.plan_text  # the second draw names the first
    assert (await story.task(task)).state is TaskState.FROZEN


async def test_what_decides_the_assignment_is_in_the_committed_plan(story: Story, task: int) -> None:
    attempt = await story.commit(task)
    plan = attempt.inspectors.plan_text
    for key in ('"loads"', '"expertise"', '"recusals_sha256"', '"places"'):
        assert key in plan
    assert '"ratios"' in attempt.subjects.plan_text


async def test_nothing_about_the_chosen_exists_before_the_opening(story: Story, task: int) -> None:
    """Nobody can know it, because it has not been computed."""
    await story.commit(task)
    await story.contribute(task)
    async with story.store.reading() as session:
        for table in (Drawn, Inspection, Place):
            assert (await session.exec(select(table))).all() == []
    told = "".join(row.text for row in await story.mail())
    assert not [subject.name for subject in story.county.subjects if subject.name in told]


async def test_a_witness_sees_the_numbers_first_and_then_the_commitment_and_no_names(
    story: Story, task: int
) -> None:
    """ssj-draw/1, the ceremony: preview, commit."""
    attempt = await story.freeze(task)
    (preview,) = await story.mail(story.witness)
    assert "12 户中抽 <b>1</b> 户" in preview.text
    assert "安澜县消防救援大队检查人员：2 人" in preview.text
    assert [row[0]["data"] for row in preview.keyboard] == [f"draw:confirm:{task}:1:"]
    assert attempt.subjects.commit_sha256[:16] not in preview.text
    async with story.store.reading() as session:
        waiting = await attempts.waiting_for(session, story.witness)
        assert [one.subjects.state for one in waiting] == [AttemptState.FROZEN]

    await story.preview(task)
    _, letter = await story.mail(story.witness)
    assert short_code(attempt.subjects.commit_sha256) in letter.text
    assert attempt.subjects.commit_sha256 in letter.text
    assert attempt.inspectors.commit_sha256 in letter.text
    assert letter.keyboard[0][0]["data"] == f"draw:give:{task}:1:"
    assert not [
        one.name for one in story.county.inspectors.values() if one.name in preview.text + letter.text
    ]
    async with story.store.reading() as session:
        waiting = await attempts.waiting_for(session, story.witness)
        assert [one.subjects.id for one in waiting] == [attempt.subjects.id]
        assert [one.notice_id for one in waiting[0].witnesses] == [letter.id]
        assert await attempts.waiting_for(session, story.coordinator) == []


async def test_a_draft_that_is_not_ready_is_not_drawn(story: Story) -> None:
    await story.bind()
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        empty = await tasks.open_task(step, profile)
    with refused("tasks.no_items"):
        await story.commit(empty.id)
    async with story.step(story.coordinator) as step:
        await tasks.toggle_item(step, profile, empty.id, story.county.items[0].id)
    with refused("tasks.no_name"):
        await story.commit(empty.id)
    assert (await story.task(empty.id)).state is TaskState.DRAFT
    async with story.store.reading() as session:
        assert (await session.exec(select(Draw))).all() == []


async def test_a_draw_is_the_lead_department_s(story: Story, task: int) -> None:
    async with story.step() as step:
        other = await people.appoint(
            step, "anlan", "陆知夏", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )
    with refused("access.department"):
        await story.commit(task, by=other)
    with refused("access.role"):
        await story.commit(task, by=story.witness)
    await story.commit(task)
    await story.contribute(task)
    for act in (story.open, story.fail):
        with refused("access.department"):
            await act(task, by=other)
        with refused("access.role"):
            await act(task, by=story.witness)


async def test_a_draw_without_its_witness_is_refused_with_the_numbers(story: Story) -> None:
    await story.bind(story.coordinator)  # the witness is not bound
    task = await story.plan()
    with refused("tasks.witness_missing", needed=1, found=0):
        await story.commit(task)

    await story.bind(story.witness)
    two = changed(await story.profile(), "draw", witnesses=2)
    with refused("tasks.witness_missing", needed=2, found=1):
        await _commit(story, task, two)


async def test_the_operator_is_never_a_witness_of_their_own_draw(story: Story, task: int) -> None:
    async with story.step() as step:
        for account in (story.coordinator, story.second):
            step.session.add(Role(jurisdiction="anlan", account_id=account.id, name=RoleName.WITNESS))
    attempt = await story.freeze(task)
    assert [one.account_id for one in attempt.witnesses] == [
        story.witness.id
    ]  # an outsider before a colleague
    two = changed(await story.profile(), "draw", witnesses=2)
    attempt = await story.freeze(await story.plan(1), profile=two)
    assert [one.account_id for one in attempt.witnesses] == [story.witness.id, story.second.id]
    three = changed(await story.profile(), "draw", witnesses=3)
    with refused("tasks.witness_barred", needed=3, found=3, barred=1):
        await story.freeze(await story.plan(1), profile=three)


async def test_a_committed_draw_is_not_committed_again(story: Story, task: int) -> None:
    await story.commit(task)
    for by in (story.coordinator, story.second):
        with refused("common.not_now"):
            await story.commit(task, by=by)
    await story.contribute(task)
    with refused("common.not_now"):
        await story.commit(task)
    await story.open(task)
    with refused("common.not_now"):
        await story.commit(task)


async def test_a_tap_gives_thirty_two_random_bytes_to_both_draws(story: Story, task: int) -> None:
    attempt, mine = await story.contribute_after_commit(task)

    assert mine.value is not None
    assert re.fullmatch(r"[0-9a-f]{64}", mine.value)
    async with story.store.reading() as session:
        rows = (await session.exec(select(Contribution).order_by(col(Contribution.id)))).all()
    assert {row.value for row in rows} == {mine.value}
    for half, row in zip((attempt.subjects, attempt.inspectors), rows, strict=True):
        assert row.receipt == receipt(half.commit_sha256, "w1", mine.value.encode())
    assert rows[0].receipt != rows[1].receipt


async def test_a_tap_is_never_the_same_twice(story: Story, task: int) -> None:
    _, first = await story.contribute_after_commit(task)
    other = await story.plan()
    _, second = await story.contribute_after_commit(other)
    assert first.value != second.value


@pytest.mark.parametrize(
    ("text", "value"),
    [("6 3 6 2 4", "6 3 6 2 4"), ("今天下雨", "今天下雨"), ("e\u0301", "é"), (" 空 ", " 空 ")],
)
async def test_a_witness_may_write_what_they_like(story: Story, task: int, text: str, value: str) -> None:
    await story.commit(task)
    _, mine = await story.contribute(task, text)
    assert mine.value == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "draw.contribution_empty"),
        ("字" * 342, "draw.contribution_long"),
        ("\ud800", "draw.contribution_text"),
    ],
)
async def test_what_cannot_be_kept_is_refused_and_can_be_given_anew(
    story: Story, task: int, text: str, code: str
) -> None:
    await story.commit(task)
    with refused(code):
        await story.contribute(task, text)
    _, mine = await story.contribute(task, "字" * 341)
    assert mine.receipt


async def test_a_witness_contributes_once(story: Story, task: int) -> None:
    await story.contribute_after_commit(task)
    with refused("draws.given_already"):
        await story.contribute(task)


async def test_two_taps_at_once_are_one(story: Story, task: int) -> None:
    profile = changed(await story.profile(), "draw", witnesses=2)
    await _witnesses(story, "另一位见证人")
    await _commit(story, task, profile)

    came = await asyncio.gather(story.contribute(task), story.contribute(task), return_exceptions=True)

    assert sorted(type(one).__name__ for one in came) == ["Refused", "tuple"]
    assert (await _attempt(story, task)).given == 1


async def test_two_words_on_the_preview_at_once_commit_once(story: Story, task: int) -> None:
    (other,) = await _witnesses(story, "郑一")
    await story.freeze(task, profile=changed(await story.profile(), "draw", witnesses=2))
    await asyncio.gather(story.preview(task), story.preview(task, by=other))
    attempt = await _attempt(story, task)
    assert attempt.subjects.state is AttemptState.COMMITTED
    for account in (story.witness, other):
        assert len([row for row in await story.mail(account) if "承诺已作出" in row.text]) == 1


async def test_only_who_was_named_contributes(story: Story, task: int) -> None:
    (late,) = await _witnesses(story, "后来的见证人")
    await story.commit(task)
    with refused("draws.not_witness"):
        await story.contribute(task, by=late)
    with refused("access.role"):
        await story.contribute(task, by=story.coordinator)


async def test_nobody_sees_what_the_others_gave_until_the_last_has_given(story: Story, task: int) -> None:
    """ssj-draw/1: the last contributor must not be able to aim."""
    others = await _witnesses(story, "郑一", "王二")
    profile = changed(await story.profile(), "draw", witnesses=3)
    await _commit(story, task, profile)
    spoken = {story.witness.id: "壹壹壹", others[0].id: "贰贰贰", others[1].id: "叁叁叁"}

    everyone = [story.witness, *others]
    for witness in everyone[:2]:
        attempt, _ = await story.contribute(task, spoken[witness.id], by=witness)
        assert attempt.subjects.state is AttemptState.COMMITTED
        told = "".join(row.text for row in await story.mail())
        assert not [words for words in spoken.values() if words in told]
    with refused("tasks.not_closed"):
        await story.open(task)

    attempt, _ = await story.contribute(task, spoken[others[1].id], by=others[1])
    assert attempt.subjects.state is AttemptState.CLOSED
    for witness in everyone:
        last = (await story.mail(witness))[-1].text
        assert all(words in last for words in spoken.values())
        assert attempt.subjects.entropy_sha256 is not None
        assert attempt.subjects.entropy_sha256 in last


async def test_the_coordinator_is_told_how_many_have_contributed(story: Story, task: int) -> None:
    others = await _witnesses(story, "郑一")
    await _commit(story, task, changed(await story.profile(), "draw", witnesses=2))
    await story.contribute(task)
    assert "见证人已贡献 1/2" in (await story.mail(story.coordinator))[-1].text
    await story.contribute(task, by=others[0])
    assert "可以揭晓名单" in (await story.mail(story.coordinator))[-1].text


async def test_both_draws_close_on_what_was_given_each_with_chance_of_its_own(
    story: Story, task: int
) -> None:
    attempt, mine = await story.contribute_after_commit(task, "6 3 6")

    halves = (attempt.subjects, attempt.inspectors)
    for half in halves:
        assert half.state is AttemptState.CLOSED
        assert half.entropy_text == (
            f"ssj-entropy/1\ncommit: {half.commit_sha256}\nwitness: w1 {b'6 3 6'.hex()}\nbeacon: -\n"
        )
        assert half.entropy_sha256 == hashlib.sha256(half.entropy_text.encode()).hexdigest()
    assert len({half.entropy_sha256 for half in halves}) == 2
    assert mine.value == "6 3 6"


async def test_where_a_profile_wants_no_witness_the_draw_closes_at_once(story: Story) -> None:
    task = await story.plan()
    attempt = await _commit(story, task, changed(await story.profile(), "draw", witnesses=0))

    assert attempt.witnesses == ()
    assert attempt.subjects.state is AttemptState.CLOSED
    assert "witnesses: \n" in attempt.subjects.commit_text
    await story.open(task)
    assert (await story.task(task)).state is TaskState.DRAWN


async def test_lists_are_opened_once_and_only_when_the_draw_is_closed(story: Story, task: int) -> None:
    with refused("common.not_now"):
        await story.open(task)
    await story.commit(task)
    with refused("tasks.not_closed"):
        await story.open(task)
    await story.contribute(task)
    await story.open(task)
    with refused("common.not_now"):
        await story.open(task)
    with refused("common.not_now"):
        await story.fail(task)


async def test_an_attempt_that_failed_stays_with_its_reason_and_all_it_had(story: Story, task: int) -> None:
    first = await story.commit(task)
    with refused("tasks.reason_length"):
        await story.fail(task, " ")
    with refused("tasks.reason_length"):
        await story.fail(task, "字" * 201)
    await story.fail(task, " 见证人生病 ")
    with refused("common.not_now"):
        await story.fail(task)
    with refused("draws.closed"):
        await story.contribute(task)
    with refused("common.not_now"):
        await story.open(task)
    await story.commit(task, by=story.second)

    async with story.store.reading() as session:
        query = select(DrawAttempt).order_by(col(DrawAttempt.id))
        kept = (await session.exec(query)).all()
    assert [(one.attempt, one.state) for one in kept] == [
        (1, AttemptState.FAILED),
        (1, AttemptState.FAILED),
        (2, AttemptState.COMMITTED),
        (2, AttemptState.COMMITTED),
    ]
    assert {one.failure for one in kept[:2]} == {"见证人生病"}
    assert (kept[0].commit_text, kept[0].secret) == (first.subjects.commit_text, first.subjects.secret)
    assert len({one.secret for one in kept}) == 4
    assert len({one.draw_id for one in kept}) == 2  # the same two draws


async def test_witnesses_and_coordinators_learn_why_an_attempt_failed(story: Story, task: int) -> None:
    await story.commit(task)
    await story.fail(task, "见证人生病")
    for account in (story.witness, story.coordinator, story.second):
        assert "见证人生病" in (await story.mail(account))[-1].text


async def test_a_new_attempt_needs_another_person(story: Story, task: int) -> None:
    """ssj-draw/1: whoever did not like a list may not be the one who draws again."""
    await story.commit(task)
    await story.fail(task)
    with refused("tasks.second_person"):
        await story.commit(task)
    second = await story.commit(task, by=story.second)
    assert second.subjects.commit_text.splitlines()[2] == "attempt: 2"
    await story.fail(task, by=story.second)
    with refused("tasks.second_person"):
        await story.commit(task, by=story.second)
    assert (await story.commit(task)).subjects.attempt == 3


async def test_where_a_profile_does_not_ask_for_it_the_same_person_begins_again(
    story: Story, task: int
) -> None:
    profile = changed(await story.profile(), "draw", second_person_for_attempt=False)
    await _commit(story, task, profile)
    await story.fail(task)
    assert (await _commit(story, task, profile)).subjects.attempt == 2


async def test_a_new_attempt_freezes_the_lists_as_they_are_then(story: Story, task: int) -> None:
    first = await story.commit(task)
    await story.fail(task)
    async with story.step() as step:
        subject = await step.get(type(story.county.subjects[0]), story.county.subjects[0].id)
        subject.tags = ["经营异常名录"]
    second = await story.commit(task, by=story.second)

    assert (first.subjects.counts, second.subjects.counts) == (
        {"ALL": 12},
        {"ALL": 11, "RAISED-abnormal_list": 1},
    )


async def test_draws_are_numbered_through_the_jurisdiction(story: Story, task: int) -> None:
    await story.commit(task)
    await story.commit(await story.plan())
    async with story.store.reading() as session:
        numbers = (await session.exec(select(Draw.number).order_by(col(Draw.id)))).all()
    assert list(numbers) == [f"419998-2026-000{serial}" for serial in (1, 2, 3, 4)]


async def test_two_draws_that_are_committed_at_once_get_numbers_of_their_own(story: Story, task: int) -> None:
    other = await story.plan(1)
    await asyncio.gather(story.commit(task), story.commit(other, by=story.second))
    async with story.store.reading() as session:
        assert len(set((await session.exec(select(Draw.number))).all())) == 4


async def test_every_step_of_the_ceremony_is_in_the_record(story: Story, task: int) -> None:
    await story.contribute_after_commit(task)
    await story.open(task)
    async with story.store.reading() as session:
        query = select(AuditEvent).where(col(AuditEvent.kind).like("draw.%")).order_by(col(AuditEvent.id))
        lines = (await session.exec(query)).all()
    assert [line.kind for line in lines] == [
        "draw.frozen",
        "draw.previewed",
        "draw.committed",
        "draw.contributed",
        "draw.contributed",
        "draw.closed",
        "draw.closed",
        "draw.opened",
        "draw.opened",
    ]
    assert _secrets(await _attempt(story, task)).isdisjoint(_values([line.data for line in lines]))


def _secrets(attempt: Attempt) -> set[str]:
    return {half.secret.hex() for half in (attempt.subjects, attempt.inspectors)}


def _values(data: Sequence[dict[str, object]]) -> set[str]:
    return {str(value) for one in data for value in one.values()}


async def test_an_attempt_that_is_not_there_is_not_now(story: Story, task: int) -> None:
    async with story.store.reading() as session:
        assert await attempts.newest(session, task) is None
    with refused("common.not_now"):
        await story.contribute(task)
    async with story.step(story.coordinator) as step:
        with refused("common.gone"):
            await opening.open_lists(step, 4711)
