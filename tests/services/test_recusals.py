"""Standing recusals: declared beforehand, for a time or for good, and withdrawn."""

from datetime import date

from sqlmodel import select

from models.inspections import Inspection, InspectionState, PlaceState
from models.people import Account, RoleName
from models.registers import Recusal, RecusalKind
from rules.draw.verification import verify
from services import bundles, people, pools, recusals
from tests.conftest import SetClock
from tests.services.refusals import refused
from tests.services.story import Story

TODAY = date(2026, 11, 20)


def _inspector(story: Story, name: str) -> int:
    return story.county.inspectors[name].inspector_id or 0


async def _declare(
    story: Story, name: str, subject: int, by: Account | None = None, until: date | None = None
) -> int:
    async with story.step(by or story.county.inspectors[name]) as step:
        recusal, _ = await recusals.declare(step, _inspector(story, name), subject, "近亲属开办", until)
    return recusal.id


async def _withdraw(story: Story, recusal: int, by: Account, reason: str = "已经转让") -> Recusal:
    async with story.step(by) as step:
        return await recusals.withdraw(step, recusal, reason)


async def _in_force(story: Story, today: date = TODAY) -> dict[int, set[int]]:
    async with story.store.reading() as session:
        return await pools.recusals(session, "anlan", today)


async def test_what_was_declared_keeps_somebody_from_every_later_draw(story: Story) -> None:
    """濮阳 二(七); 五原 art. 19."""
    for subject in story.county.subjects:
        await _declare(story, "陈知远", subject.id)
    for visit in await story.dispatched(ratio_bp=10000):
        assert "陈知远" not in {account.name for _, account in await story.team(visit)}


async def test_one_that_runs_out_or_is_withdrawn_is_no_more(story: Story, clock: SetClock) -> None:
    first, second = (one.id for one in story.county.subjects[:2])
    chen = story.county.inspectors["陈知远"]
    await _declare(story, "陈知远", first, until=TODAY)
    known = await _declare(story, "陈知远", second)
    assert await _in_force(story) == {first: {chen.inspector_id}, second: {chen.inspector_id}}
    assert await _in_force(story, date(2026, 11, 21)) == {second: {chen.inspector_id}}

    over = await _withdraw(story, known, chen)
    assert (over.withdrawn_by, over.withdrawn_reason) == (chen.id, "已经转让")
    assert await _in_force(story) == {first: {chen.inspector_id}}
    clock.advance(days=1)
    again = [await _declare(story, "陈知远", one) for one in (first, second)]
    async with story.store.reading() as session:
        rows = (await session.exec(select(Recusal))).all()
    assert len(rows) == 4  # what was stays to be read
    assert {row.id for row in rows if row.withdrawn_at is None} == set(again)
    assert {row.kind for row in rows} == {RecusalKind.STANDING}


async def test_one_declares_for_oneself_and_a_coordinator_for_the_department(story: Story) -> None:
    subject = story.county.subjects[0].id
    with refused("common.not_yours"):
        await _declare(story, "陈知远", subject, by=story.county.inspectors["林晓棠"])
    with refused("common.not_yours"):
        await _declare(story, "何景行", subject, by=story.coordinator)  # the other department's
    known = await _declare(story, "陈知远", subject, by=story.coordinator)
    with refused("common.not_yours"):
        await _withdraw(story, known, story.county.inspectors["林晓棠"])
    async with story.step(story.county.inspectors["陈知远"]) as step:
        (mine,) = await recusals.listed(step.session, step.person, step.today)
    assert (mine.recusal.id, mine.recusal.declared_by) == (known, story.coordinator.id)
    async with story.step(story.county.inspectors["林晓棠"]) as step:
        assert await recusals.listed(step.session, step.person, step.today) == []


async def test_bad_input_is_one_sentence(story: Story) -> None:
    subject = story.county.subjects[0].id
    with refused("recusals.over"):
        await _declare(story, "陈知远", subject, until=date(2026, 11, 19))
    with refused("common.gone"):
        await _declare(story, "陈知远", 4711)
    known = await _declare(story, "陈知远", subject)
    with refused("recusals.known_already"):
        await _declare(story, "陈知远", subject)
    chen = story.county.inspectors["陈知远"]
    with refused("tasks.reason_length"):
        await _withdraw(story, known, chen, " ")
    await _withdraw(story, known, chen)
    with refused("recusals.withdrawn_already"):
        await _withdraw(story, known, chen)
    async with story.step(chen) as step:
        with refused("recusals.words_short"):
            await recusals.subjects_named(step.session, "anlan", " 店 ")
        with refused("recusals.nobody_named"):
            await recusals.subjects_named(step.session, "anlan", "100%")  # a sign of SQL's is a letter here
        with refused("access.role"):
            await recusals.people_named(step.session, step.person, "知远")
        (found,) = await recusals.subjects_named(step.session, "anlan", "小满 面馆")
    assert found.id == story.county.subjects[3].id


async def test_during_a_check_the_one_place_is_drawn_again_and_the_record_stays(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    await story.press(visit, recorder, "done")
    subject = (await story.inspection(visit)).subject_id
    before = await story.team(visit)
    await _declare(story, recorder.name, subject)

    inspection = await story.inspection(visit)
    assert (inspection.state, inspection.recorder_id) == (InspectionState.ASSIGNED, None)
    after = await story.team(visit)
    assert [account.id for _, account in after][1] == mate.id == [account.id for _, account in before][1]
    assert after[0][1].id not in {recorder.id, mate.id}
    assert (await story.look(visit)).draft.answers == {"base/arrival/methods": ["on_site"]}
    async with story.store.reading() as session:
        for one in await bundles.listed(session):
            assert verify(await bundles.export(session, one["id"])).ok


async def test_between_the_opening_and_the_dispatch_it_is_drawn_again_and_nobody_is_told(
    story: Story,
) -> None:
    task = await story.drawn()
    async with story.store.reading() as session:
        visit, subject = (await session.exec(select(Inspection.id, Inspection.subject_id))).one()
    gone = (await story.team(visit))[0][1]
    await _declare(story, gone.name, subject)
    assert await story.mail(kind="assignment") == []
    assert (await story.inspection(visit)).state is InspectionState.DRAWN
    await story.dispatch(task)
    team = await story.team(visit)
    assert gone.id not in {account.id for _, account in team}
    assert {place.state for place, _ in team} == {PlaceState.OFFERED}


async def test_a_record_that_was_handed_in_stands(story: Story) -> None:
    result, recorder, _ = await story.submitted()
    inspection = await story.inspection(result.inspection_id)
    await _declare(story, recorder.name, inspection.subject_id)
    assert (await story.inspection(inspection.id)).state is InspectionState.SUBMITTED
    assert recorder.id in {account.id for _, account in await story.team(inspection.id)}


async def test_a_coordinator_of_nowhere_sees_nobody(story: Story) -> None:
    async with story.step() as step:
        other = await people.appoint(step, "anlan", "陆知夏", [RoleName.COORDINATOR])
    await _declare(story, "陈知远", story.county.subjects[0].id)
    async with story.step(other) as step:
        assert await recusals.listed(step.session, step.person, step.today) == []
