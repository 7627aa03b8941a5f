"""A visit from an inspector's side: take it on, give it up, begin."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from models.inspections import Answer, Inspection, InspectionState, Place, PlaceState
from models.people import Account
from models.registers import Inspector, Recusal, RecusalKind
from models.tasks import Task, TaskState
from rules.errors import Refused
from services import opening, records, visits
from tests.conftest import SetClock
from tests.services.refusals import refused
from tests.services.story import Story


async def _own(story: Story, account: Account) -> list[tuple[int, PlaceState]]:
    async with story.step(account) as step:
        return [(one.inspection.id, one.place.state) for one in await visits.own(step.session, step.person)]


async def _other(story: Story, visit: int) -> Account:
    """An inspector who is not on a visit."""
    there = {account.id for _, account in await story.team(visit)}
    return next(account for account in story.county.inspectors.values() if account.id not in there)


async def _until_open(story: Story, visit: int) -> Place:
    """The fire brigade's two people have an interest one after the other: nobody is left for their seat."""
    for _ in range(2):
        await story.recuse(visit, (await story.team(visit))[1][1])
    return (await story.places(visit))[-1]


async def _fill(story: Story, place: Place) -> Account:
    """A person puts somebody of the other department on an open place."""
    async with story.step(story.coordinator) as step:
        found = await opening.candidates(step, place.id)
        await opening.fill(step, place.id, found[0].id, "本队没有其他人员")
    return next(one for one in story.county.inspectors.values() if one.inspector_id == found[0].id)


async def test_a_visit_can_begin_when_everybody_has_taken_it_on(story: Story) -> None:
    visit = (await story.dispatched())[0]
    first, second = [account for _, account in await story.team(visit)]

    assert (await story.accept(visit, first)).state is InspectionState.ASSIGNED
    with refused("visits.not_all_accepted"):
        await story.begin(visit, first)
    assert (await story.accept(visit, second)).state is InspectionState.ACCEPTED
    assert [place.responded_at for place, _ in await story.team(visit)] == [story.clock()] * 2
    assert "都已接受" in (await story.mail(first))[-1].text
    assert [row.kind for row in await story.mail(second)] == ["assignment"]  # who was last knows


async def test_both_who_accept_at_once_are_seen(story: Story) -> None:
    visit = (await story.dispatched())[0]
    team = [account for _, account in await story.team(visit)]
    await asyncio.gather(*(story.accept(visit, account) for account in team))
    assert (await story.inspection(visit)).state is InspectionState.ACCEPTED


async def test_taking_on_twice_is_taking_on_once(story: Story) -> None:
    visit = (await story.dispatched())[0]
    account = (await story.team(visit))[0][1]
    await story.accept(visit, account)
    before = (await story.places(visit), await story.inspection(visit))
    await story.accept(visit, account)
    assert (await story.places(visit), await story.inspection(visit)) == before


async def test_nobody_takes_on_a_visit_of_others_or_one_that_was_not_sent_out(story: Story) -> None:
    task = await story.drawn()
    async with story.store.reading() as session:
        visit = (await session.exec(select(Place.inspection_id))).first()
    assert visit is not None
    mine = (await story.team(visit))[0][1]
    with refused("common.not_now"):
        await story.accept(visit, mine)
    assert await _own(story, mine) == []

    await story.dispatch(task)
    stranger = await _other(story, visit)
    for account in (stranger, story.coordinator, story.witness):
        for act in (story.accept, story.begin, story.recuse):
            with refused("common.not_yours"):
                await act(visit, account)
    with refused("common.gone"):
        await story.accept(4711, mine)


async def test_the_next_in_order_is_told_and_the_others_know(story: Story) -> None:
    """濮阳 二(七); 五原 art. 19."""
    visit = (await story.dispatched())[0]
    (left, gone), (_, mate) = await story.team(visit)
    following = await story.recuse(visit, gone, " 与负责人是近亲属 ")

    (_, fresh), (_, still) = await story.team(visit)
    assert (still.id, following.seat, following.state) == (mate.id, left.seat, PlaceState.OFFERED)
    assert fresh.id not in {gone.id, mate.id}
    new_kinds = {
        account.id: [row.kind for row in await story.mail(account)] for account in (fresh, mate, gone)
    }
    assert new_kinds == {
        fresh.id: ["assignment"],
        mate.id: ["assignment", "mate_changed"],
        gone.id: ["assignment"],
    }
    letter = (await story.mail(story.coordinator))[-1]
    assert "与负责人是近亲属" in letter.text
    given_up = (await story.places(visit))[left.seat]
    assert (given_up.state, given_up.reason) == (PlaceState.RECUSED, "与负责人是近亲属")


async def test_who_gave_a_place_up_has_nothing_to_do_with_the_visit_any_more(story: Story) -> None:
    visit = (await story.dispatched())[0]
    gone = (await story.team(visit))[0][1]
    await story.recuse(visit, gone)

    assert await _own(story, gone) == []
    for act in (story.accept, story.begin, story.recuse):
        with refused("common.not_yours"):
            await act(visit, gone)


async def test_an_interest_is_remembered_for_every_later_draw(story: Story) -> None:
    visit = (await story.dispatched())[0]
    gone = (await story.team(visit))[0][1]
    await story.recuse(visit, gone)
    async with story.store.reading() as session:
        (known,) = (await session.exec(select(Recusal))).all()
    assert (known.kind, known.inspector_id) == (RecusalKind.DECLARED, gone.inspector_id)
    assert known.subject_id == (await story.inspection(visit)).subject_id


async def test_an_interest_that_was_known_before_is_not_written_twice(story: Story) -> None:
    visit = (await story.dispatched())[0]
    gone = (await story.team(visit))[0][1]
    inspection = await story.inspection(visit)
    async with story.step() as step:
        step.session.add(
            Recusal(
                jurisdiction="anlan",
                inspector_id=gone.inspector_id or 0,
                subject_id=inspection.subject_id,
                kind=RecusalKind.STANDING,
                reason="亲属",
                declared_at=step.now,
            )
        )
    await story.recuse(visit, gone)
    async with story.store.reading() as session:
        assert [one.kind for one in (await session.exec(select(Recusal))).all()] == [RecusalKind.STANDING]


async def test_a_recusal_says_why(story: Story) -> None:
    visit = (await story.dispatched())[0]
    account = (await story.team(visit))[0][1]
    for reason in ("", " 亲 ", "字" * 201):
        with refused("tasks.reason_length"):
            await story.recuse(visit, account, reason)
    assert Counter(place.state for place in await story.places(visit)) == {PlaceState.OFFERED: 2}


async def test_a_recusal_after_everybody_has_accepted_waits_for_the_next(story: Story) -> None:
    visit = (await story.dispatched())[0]
    gone, mate = await story.accepted(visit)
    await story.recuse(visit, gone)

    assert (await story.inspection(visit)).state is InspectionState.ASSIGNED
    with refused("visits.not_all_accepted"):
        await story.begin(visit, mate)
    fresh = next(account for place, account in await story.team(visit) if place.state is PlaceState.OFFERED)
    assert (await story.accept(visit, fresh)).state is InspectionState.ACCEPTED


async def test_the_record_outlives_whoever_took_it_down(story: Story) -> None:
    """A recusal during the check: the answers stay, and a colleague goes on with them."""
    visit, recorder, mate = await story.begun()
    await story.press(visit, recorder, "done")
    await story.recuse(visit, recorder)

    inspection = await story.inspection(visit)
    assert (inspection.state, inspection.recorder_id) == (InspectionState.ASSIGNED, None)
    assert inspection.begun_at is not None
    fresh = next(account for place, account in await story.team(visit) if place.state is PlaceState.OFFERED)
    assert (await story.accept(visit, fresh)).state is InspectionState.CHECKING
    await story.begin(visit, mate)
    work = await story.look(visit)
    assert work.draft.answers == {"base/arrival/methods": ["on_site"]}
    assert work.inspection.recorder_id == mate.inspector_id
    async with story.store.reading() as session:
        (answer,) = (await session.exec(select(Answer))).all()
    assert answer.given_by == recorder.id  # who said what stays known


async def test_a_colleague_s_recusal_leaves_the_record_with_whoever_takes_it_down(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    await story.press(visit, recorder, "done")
    await story.recuse(visit, mate)

    with refused("records.waits"):  # fewer than two are on the visit
        await story.press(visit, recorder, "back")
    fresh = next(account for place, account in await story.team(visit) if place.state is PlaceState.OFFERED)
    await story.accept(visit, fresh)
    work = await story.press(visit, recorder, "back")
    assert work.inspection.recorder_id == recorder.inspector_id


async def test_a_record_that_was_handed_in_is_not_escaped_from(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    for account in (recorder, mate):
        with refused("common.not_now"):
            await story.recuse(result.inspection_id, account)


async def test_where_nobody_is_left_a_person_decides_and_the_visit_goes_on(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    place = await _until_open(story, visit)

    assert (place.state, place.inspector_id, place.offered_at) == (PlaceState.OPEN, None, None)
    letter = (await story.mail(story.coordinator))[-1]
    assert "没有可以递补的人" in letter.text
    assert letter.keyboard[0][0]["data"] == f"task:place:{place.id}:0:"

    chosen = await _fill(story, place)
    assert [row.kind for row in await story.mail(chosen)] == ["assignment"]
    assert [account.id for _, account in await story.team(visit)][1] == chosen.id
    await story.accepted(visit)
    assert (await story.inspection(visit)).state is InspectionState.ACCEPTED


async def test_whoever_a_person_put_there_may_have_an_interest_too(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    chosen = await _fill(story, await _until_open(story, visit))
    following = await story.recuse(visit, chosen)

    assert (following.state, following.inspector_id) == (PlaceState.OPEN, None)  # chance has no part in it
    again = await _fill(story, following)
    assert again.id != chosen.id


async def test_whoever_begins_takes_the_record_down(story: Story, clock: SetClock) -> None:
    visit = (await story.dispatched())[0]
    recorder, mate = await story.accepted(visit)
    inspection = await story.begin(visit, recorder)

    assert (inspection.state, inspection.recorder_id) == (InspectionState.CHECKING, recorder.inspector_id)
    assert inspection.begun_at == clock()
    assert (await story.portions(visit))[0].cursor == "base/arrival/methods"
    assert [one["key"] for one in inspection.forms] == ["base", f"item{story.county.items[0].id}"]
    assert (await story.task(inspection.task_id)).state is TaskState.CHECKING
    with refused("visits.other_records"):
        await story.begin(visit, mate)
    begun = await story.inspection(visit)
    clock.advance(hours=1)
    assert await story.begin(visit, recorder) == begun  # coming back changes nothing


async def test_of_two_who_begin_at_once_one_takes_the_record_down(story: Story) -> None:
    visit = (await story.dispatched())[0]
    team = await story.accepted(visit)
    came = await asyncio.gather(*(story.begin(visit, account) for account in team), return_exceptions=True)

    (refusal,) = [one for one in came if isinstance(one, Refused)]
    assert refusal.code == "visits.other_records"
    assert (await story.inspection(visit)).recorder_id is not None


async def test_a_check_does_not_begin_with_fewer_than_two_people(story: Story) -> None:
    """濮阳 二(七); 偃师 art. 10. It cannot come to that by any button; the last word is here all the same."""
    visit = (await story.dispatched())[0]
    first, _ = await story.accepted(visit)
    async with story.step() as step:
        gone = delete(Place).where(col(Place.inspection_id) == visit, col(Place.seat) == 1)
        await step.session.exec(gone)
    with refused("visits.two_needed", needed=2):
        await story.begin(visit, first)


async def test_two_places_of_one_person_are_one_person(story: Story) -> None:
    visit = (await story.dispatched())[0]
    first, _ = await story.accepted(visit)
    async with story.step() as step:
        places = (await step.session.exec(select(Place).where(Place.inspection_id == visit))).all()
        for place in places:
            place.inspector_id = first.inspector_id
    with refused("visits.two_needed"):
        await story.begin(visit, first)


async def test_a_certificate_that_ran_out_since_the_draw_does_not_count(
    story: Story, clock: SetClock
) -> None:
    """濮阳 二(七); 国办发〔2024〕54号: nobody inspects without a valid certificate."""
    visit = (await story.dispatched())[0]
    first, second = await story.accepted(visit)
    async with story.step() as step:
        row = await step.get(Inspector, second.inspector_id or 0)
        row.certificate_valid_until = step.today
    clock.advance(days=1)
    with refused("visits.two_needed", needed=2):
        await story.begin(visit, first)
    await story.recuse(visit, second, "执法证已过期")
    fresh = next(account for place, account in await story.team(visit) if place.state is PlaceState.OFFERED)
    await story.accept(visit, fresh)
    assert (await story.begin(visit, first)).state is InspectionState.CHECKING


async def test_a_visit_that_is_over_is_in_nobody_s_list(story: Story) -> None:
    visits_ = await story.dispatched(ratio_bp=2500)
    result = await story.finish(visits_[0])
    team = [account for _, account in await story.team(visits_[0])]
    assert visits_[0] in [visit for visit, _ in await _own(story, team[0])]
    await story.approve(result.id)
    for account in team:
        assert visits_[0] not in [visit for visit, _ in await _own(story, account)]


async def test_the_list_begins_with_the_task_that_ends_first(story: Story) -> None:
    first = await story.dispatched(ratio_bp=5000)
    second = [one.id for one in await story.dispatch(await story.draw_again(ratio_bp=10000))]
    async with story.step() as step:
        task = await step.get(Task, (await step.get(Inspection, first[0])).task_id)
        task.period_end += timedelta(days=30)
    account = next(iter(story.county.inspectors.values()))
    mine = [visit for visit, _ in await _own(story, account)]
    assert mine == [*sorted(set(mine) & set(second)), *sorted(set(mine) & set(first))]
    assert set(mine) & set(first)
    assert set(mine) & set(second)


async def test_open_records_come_with_the_one_that_was_touched_last(story: Story, clock: SetClock) -> None:
    both = await story.dispatched(ratio_bp=10000)
    shared = None
    for account in story.county.inspectors.values():
        mine = [visit for visit, _ in await _own(story, account)]
        if len(mine) >= 2:
            shared = account, mine[:2]
            break
    assert shared is not None
    account, (first, second) = shared
    assert {first, second} <= set(both)
    for visit in (first, second):
        await story.accepted(visit)
        clock.advance(minutes=1)
        await story.begin(visit, account)

    async def open_now() -> list[int]:
        async with story.step(account) as step:
            return [one.id for one in await visits.open_drafts(step.session, step.person)]

    assert await open_now() == [second, first]
    clock.advance(minutes=1)
    await story.press(first, account, "done")
    assert await open_now() == [first, second]
    async with story.step(story.coordinator) as step:
        assert await visits.open_drafts(step.session, step.person) == []


@pytest.mark.parametrize(
    ("methods", "answer", "asks_for_the_place"),
    [
        ([], None, True),
        (["on_site"], None, True),
        (["written", "online"], ["written", "online"], False),
        (["on_site", "testing"], ["on_site", "testing"], True),
        (["remote"], None, True),
    ],
)
async def test_a_record_begins_with_the_task_s_ways_of_checking(
    story: Story, methods: list[str], answer: list[str] | None, asks_for_the_place: bool
) -> None:
    """五原 art. 21: on the spot, in writing, online; what belongs to a place is asked on the spot alone."""
    visit = (await story.dispatched())[0]
    async with story.step() as step:
        task = await step.get(Task, (await story.inspection(visit)).task_id)
        task.methods = methods
    recorder, _ = await story.accepted(visit)
    await story.begin(visit, recorder)
    work = await story.look(visit)
    assert work.draft.answers.get("base/arrival/methods") == answer
    assert work.draft.cursor == "base/arrival/methods"
    await story.press(visit, recorder, "done")
    asked = {one.name for one in records.asked(await story.look(visit), story.clock())}
    site = {"certificate_shown", "position", "arrival_photos"}
    assert site & asked == (site if asks_for_the_place else set())
