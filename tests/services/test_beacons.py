"""A public source of chance: named before the commitment, read off by two people after the contributions close."""

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.people import RoleName
from models.tasks import AttemptState, BeaconReading
from rules.draw.commitment import read_commit
from rules.draw.entropy import read_entropy
from rules.draw.verification import verify
from rules.profile.cited import Cited, Source
from rules.profile.model import Profile
from rules.profile.terms import Need
from services import attempts, beacons, bundles, people
from services.attempts import Attempt
from services.beacons import Read
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

SOURCE = "排列5 26301"


@pytest.fixture
async def task(story: Story) -> int:
    """A draft that names a source; everybody is bound."""
    await story.bind()
    task = await story.plan(0, 2, ratio_bp=2500)
    await story.name_source(task, SOURCE)
    return task


async def _name(story: Story, profile: Profile, task: int, text: str | None) -> str | None:
    async with story.step(story.coordinator) as step:
        return (await beacons.name(step, profile, task, text)).beacon


async def _attempt(story: Story, task: int) -> Attempt:
    async with story.store.reading() as session:
        return await attempts.require(session, task)


async def test_a_source_is_in_both_commitments_and_what_it_said_in_both_entropies(
    story: Story, task: int
) -> None:
    attempt = await story.commit(task)
    assert {read_commit(half.commit_text).beacon for half in (attempt.subjects, attempt.inspectors)} == {
        SOURCE
    }
    attempt, _ = await story.contribute(task, "6 3 6")
    assert attempt.subjects.state is AttemptState.AWAITING
    assert attempt.subjects.entropy_text is None
    with refused("draws.beacon_waiting", beacon=SOURCE):
        await story.open(task)

    assert (await story.read(task, "3 1 4 1 5"))[1] is Read.FIRST
    attempt, came = await story.read(task, "３，１、4  1+5", by=story.witness)
    assert came is Read.AGREED
    for half in (attempt.subjects, attempt.inspectors):
        assert half.state is AttemptState.CLOSED
        assert read_entropy(half.entropy_text or "").beacon == b"3 1 4 1 5"
    await story.open(task)
    async with story.store.reading() as session:
        for one in await bundles.listed(session):
            bundle = await bundles.export(session, one["id"])
            assert verify(bundle).ok
            assert [row["value"] for row in bundle["ceremony"]["beacon_readings"]] == ["3 1 4 1 5"] * 2  # type: ignore[index]  # made a line above


async def test_where_two_differ_it_is_said_both_stay_and_nothing_is_fixed(story: Story, task: int) -> None:
    await story.commit(task)
    await story.contribute(task)
    await story.read(task, "3 1 4 1 5")
    told = (await story.mail(story.witness))[-1].text
    assert "已有一人输入了" in told
    assert "3 1 4" not in told  # the second reads for themselves
    attempt, came = await story.read(task, "3 1 4 1 6", by=story.second)
    assert came is Read.MISMATCH
    assert (attempt.subjects.state, attempt.subjects.entropy_text) == (AttemptState.AWAITING, None)
    for account in (story.coordinator, story.second, story.witness):
        assert "两人输入的不一致" in (await story.mail(account))[-1].text

    await story.read(task, "3 1 4 1 5", by=story.second)
    assert (await story.read(task, "3 1 4 1 5"))[1] is Read.AGREED
    async with story.store.reading() as session:
        rows = (await session.exec(select(BeaconReading).order_by(col(BeaconReading.id)))).all()
        query = select(AuditEvent.kind).where(col(AuditEvent.kind).like("draw.beacon%"))
        kinds = (await session.exec(query.order_by(col(AuditEvent.id)))).all()
    assert [(row.turn, row.value[-1]) for row in rows] == [(1, "5"), (1, "6"), (2, "5"), (2, "5")]
    assert list(kinds) == [
        *["draw.beacon_read"] * 2,
        "draw.beacon_mismatch",
        *["draw.beacon_read"] * 2,
    ]


async def test_one_person_is_not_two(story: Story, task: int) -> None:
    await story.commit(task)
    await story.contribute(task)
    await story.read(task, "3 1 4")
    with refused("draws.beacon_second"):
        await story.read(task, "3 1 4")


async def test_a_source_is_read_after_the_contributions_and_once(story: Story, task: int) -> None:
    with refused("common.not_now"):
        await story.read(task, "3 1 4")
    await story.freeze(task)
    with refused("draws.beacon_early"):
        await story.read(task, "3 1 4")
    await story.preview(task)
    with refused("draws.beacon_early"):
        await story.read(task, "3 1 4")
    await story.contribute(task)
    for text, code in (
        ("", "draw.beacon_empty"),
        (" ，、 ", "draw.beacon_empty"),
        ("7" * 201, "draw.beacon_long"),
        ("\ud800", "draw.contribution_text"),
    ):
        with refused(code):
            await story.read(task, text)
    await story.read(task, "3 1 4")
    await story.read(task, "3 1 4", by=story.second)
    with refused("draws.beacon_fixed"):
        await story.read(task, "3 1 4")
    with refused("draws.given_already"):
        await story.contribute(task)


async def test_a_source_is_read_by_the_lead_department_and_the_witnesses_alone(
    story: Story, task: int
) -> None:
    async with story.step() as step:
        fire = story.county.departments[1].id
        other = await people.appoint(step, "anlan", "陆知夏", [RoleName.COORDINATOR], department_id=fire)
        late = await people.appoint(step, "anlan", "后来的", [RoleName.WITNESS])
    await story.bind(other, late)
    await story.commit(task)
    await story.contribute(task)
    for account in (other, late):
        with refused("draws.beacon_not_yours"):
            await story.read(task, "3 1 4", by=account)
    with refused("access.role"):
        await story.read(task, "3 1 4", by=story.county.inspectors["陈知远"])


async def test_a_draw_without_a_source_has_nothing_to_read(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.contribute_after_commit(task)
    with refused("draws.beacon_none"):
        await story.read(task, "3 1 4")


async def test_a_round_is_named_for_one_attempt_alone(story: Story, task: int) -> None:
    """It may have spoken since: whoever knows the result could wait for it."""
    await story.freeze(task)
    with refused("common.not_now"):
        await story.name_source(task, "排列5 26302")
    await story.fail(task)
    with refused("draws.beacon_used", beacon=SOURCE, number=1):
        await story.freeze(task, by=story.second)
    await story.name_source(task, "排列5 26302", by=story.second)
    assert (await story.freeze(task, by=story.second)).beacon == "排列5 26302"
    assert (await _attempt(story, task)).subjects.attempt == 2


@pytest.mark.parametrize(
    "text", ["", "排列5", "  ", "一 " + "长" * 60, "排列5 2=6", "排列5 1,2", "排列5 \u200b1"]
)
async def test_a_name_without_its_round_or_that_no_line_can_hold_is_refused(
    story: Story, task: int, text: str
) -> None:
    with refused("draw.beacon_name"):
        await story.name_source(task, text)
    assert (await story.task(task)).beacon == SOURCE


async def test_a_profile_says_whether_there_is_a_source(story: Story, task: int) -> None:
    usual = await story.profile()
    none = changed(usual, "draw", beacon=Need.NONE)
    with refused("draws.beacon_not_here"):
        await _name(story, none, task, SOURCE)
    assert await _name(story, none, task, None) is None

    required = changed(usual, "draw", beacon=Need.REQUIRED)
    with refused("draws.beacon_unnamed"):
        await story.freeze(task, profile=required)
    with refused("draws.beacon_required"):
        await _name(story, required, task, None)
    source = Cited[str](value="排列5", source=Source.DEFAULT, note="本县统一用一个来源")
    draw = required.draw.model_copy(update={"beacon_source": source})
    one_for_all = required.model_copy(update={"draw": draw})
    assert await _name(story, one_for_all, task, "26309") == "排列5 26309"
    assert await _name(story, one_for_all, task, "排列5 26310") == "排列5 26310"
    assert (await story.freeze(task, profile=one_for_all)).beacon == "排列5 26310"


async def test_without_witnesses_the_source_alone_is_awaited(story: Story, task: int) -> None:
    nobody = changed(await story.profile(), "draw", witnesses=0)
    attempt = await story.commit(task, profile=nobody)
    assert attempt.subjects.state is AttemptState.AWAITING
    assert "没有见证人" in "".join(letter.text for letter in await story.mail(story.coordinator))
    await story.read(task, "3 1 4")
    await story.read(task, "3 1 4", by=story.second)
    await story.open(task)


async def test_whoever_waits_for_a_source_may_still_give_up(story: Story, task: int) -> None:
    await story.commit(task)
    await story.contribute(task)
    await story.read(task, "3 1 4")
    await story.fail(task, "当期停售")
    with refused("draws.closed"):
        await story.read(task, "3 1 4", by=story.second)
    async with story.store.reading() as session:
        past = await attempts.history(session, task)
    assert [(one.number, one.failure, one.unconfirmed, one.silent) for one in past] == [
        (1, "当期停售", (), ())
    ]
