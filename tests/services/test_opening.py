"""The opening: lists, teams, numbers; then the dispatch, and the places for which chance had nobody."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from models.inspections import InspectionState, Place, PlaceState
from models.mail import OutboxState
from models.people import Account, RoleName
from models.registers import Inspector, Recusal, RecusalKind
from models.tasks import Drawn, Standing, TaskState
from services import attempts, opening, people
from services.opening import SUBSTITUTES, Opened
from tests.conftest import BEGINNING
from tests.services.refusals import refused
from tests.services.story import Story


async def _opened(story: Story, *items: int, ratio_bp: int | None = None) -> tuple[int, Opened]:
    await story.bind()
    task = await story.plan(*items, ratio_bp=ratio_bp)
    await story.contribute_after_commit(task)
    return task, await story.open(task)


async def _recused(story: Story, *names: str, subjects: Sequence[int] = range(12)) -> None:
    """These people have an interest in these subjects, known beforehand."""
    async with story.step() as step:
        for name in names:
            for subject in subjects:
                step.session.add(
                    Recusal(
                        jurisdiction="anlan",
                        inspector_id=story.county.inspectors[name].inspector_id or 0,
                        subject_id=story.county.subjects[subject].id,
                        kind=RecusalKind.STANDING,
                        reason="亲属",
                        declared_at=step.now,
                    )
                )


async def _fill(story: Story, place: int, name: str, reason: str = "本队人员都须回避") -> Place:
    inspector = story.county.inspectors[name].inspector_id
    async with story.step(story.coordinator) as step:
        return await opening.fill(step, place, inspector or 0, reason)


async def test_as_many_are_selected_as_the_quota_says_and_the_next_are_named(story: Story) -> None:
    task, came = await _opened(story, ratio_bp=2500)
    async with story.store.reading() as session:
        attempt = await attempts.require(session, task)
        query = select(Drawn).where(Drawn.attempt_id == attempt.subjects.id).order_by(col(Drawn.position))
        drawn = (await session.exec(query)).all()

    chosen = [one for one in drawn if one.standing is Standing.SELECTED]
    following = [one for one in drawn if one.standing is Standing.SUBSTITUTE]
    assert (len(chosen), len(following)) == (3, min(SUBSTITUTES, 9))
    assert [one.ticket for one in drawn] == sorted(one.ticket for one in drawn)
    assert attempt.subjects.cutoffs == {"ALL": chosen[-1].ticket}
    assert [one.subject_id for one in came.inspections] == [one.subject_id for one in chosen]
    assert attempt.subjects.opened_by == story.coordinator.id


async def test_visits_are_numbered_in_ticket_order(story: Story) -> None:
    task, came = await _opened(story, ratio_bp=2500)
    number = (await story.task(task)).number
    assert [one.number for one in came.inspections] == [f"{number}-{serial:03d}" for serial in (1, 2, 3)]
    assert {one.state for one in came.inspections} == {InspectionState.DRAWN}
    assert (await story.task(task)).state is TaskState.DRAWN


async def test_each_visit_has_a_place_for_each_department_and_two_different_people(story: Story) -> None:
    """濮阳 二(七); 二(八) (staff sent once for all items)."""
    _, came = await _opened(story, 0, 2, ratio_bp=5000)
    market, fire = (department.id for department in story.county.departments)
    for inspection in came.inspections:
        team = await story.team(inspection.id)
        assert [place.department_id for place, _ in team] == [market, fire]
        assert [account.department_id for _, account in team] == [market, fire]
        assert len({account.id for _, account in team}) == 2
    assert came.open_places == ()


async def test_work_is_spread_evenly(story: Story) -> None:
    _, came = await _opened(story, ratio_bp=10000)
    loads: Counter[str] = Counter()
    for inspection in came.inspections:
        loads.update(account.name for _, account in await story.team(inspection.id))
    assert loads == {"陈知远": 8, "林晓棠": 8, "周望舒": 8}


async def test_who_has_an_interest_is_not_sent(story: Story) -> None:
    """濮阳 二(七); 五原 art. 19."""
    await _recused(story, "陈知远", subjects=range(0, 12, 2))
    _, came = await _opened(story, ratio_bp=10000)
    even = {story.county.subjects[at].id for at in range(0, 12, 2)}
    teams = {
        one.subject_id: {account.name for _, account in await story.team(one.id)} for one in came.inspections
    }
    without = {subject for subject, names in teams.items() if "陈知远" not in names}
    assert even <= without < set(teams)


async def test_witnesses_learn_the_outcome_in_numbers(story: Story) -> None:
    await _opened(story, ratio_bp=2500)
    letter = (await story.mail(story.witness))[-1]
    assert "抽出 3 户" in letter.text
    assert not [one.name for one in story.county.subjects if one.name in letter.text]


async def test_dispatched_each_is_told_of_their_own_visits_alone(story: Story) -> None:
    """濮阳 一(二)2: nobody else learns whom and when."""
    visits = await story.dispatched(0, 2, ratio_bp=5000)
    subjects = {subject.id: subject.name for subject in story.county.subjects}
    mine: dict[int, set[str]] = {account.id: set() for account in story.county.inspectors.values()}
    for visit in visits:
        name = subjects[(await story.inspection(visit)).subject_id]
        for _, account in await story.team(visit):
            mine[account.id].add(name)

    for account in story.county.inspectors.values():
        letters = await story.mail(account, "assignment")
        assert len(letters) == len(mine[account.id])
        told = "".join(letter.text for letter in letters)
        assert {name for name in subjects.values() if name in told} == mine[account.id]
        assert {letter.state for letter in letters} <= {OutboxState.QUEUED}
    for visit in visits:
        assert (await story.inspection(visit)).state is InspectionState.ASSIGNED
        assert {place.offered_at for place in await story.places(visit)} == {BEGINNING}


async def test_nobody_is_told_before_the_dispatch(story: Story) -> None:
    task, _ = await _opened(story)
    assert await story.mail(kind="assignment") == []
    await story.dispatch(task)
    assert len(await story.mail(kind="assignment")) == 2


async def test_a_list_is_dispatched_once_by_its_own_department(story: Story) -> None:
    task, _ = await _opened(story)
    async with story.step() as step:
        other = await people.appoint(
            step, "anlan", "陆知夏", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )
    with refused("access.department"):
        await story.dispatch(task, by=other)
    await story.dispatch(task)
    with refused("common.not_now"):
        await story.dispatch(task)


async def test_an_inspector_without_an_account_gets_one_and_a_notice_that_waits(story: Story) -> None:
    await story.bind()
    async with story.step() as step:
        step.session.add(
            Inspector(
                jurisdiction="anlan",
                department_id=story.county.departments[1].id,
                name="新来的",
                certificate_no="豫安消003",
                digest="",
                changed_at=BEGINNING,
            )
        )
    await _recused(story, "何景行", "沈若木")
    await story.dispatch(await story.draw_again(0, 2))

    async with story.store.reading() as session:
        account = (await session.exec(select(Account).where(Account.name == "新来的"))).one()
    (letter,) = await story.mail(account)
    assert (letter.kind, letter.state) == ("assignment", OutboxState.UNREACHABLE)


async def test_a_place_for_which_chance_had_nobody_holds_the_dispatch_up_until_a_person_decides(
    story: Story,
) -> None:
    await _recused(story, "何景行", "沈若木")
    task, came = await _opened(story, 0, 2)
    (place,) = came.open_places
    with refused("tasks.places_open", count=1):
        await story.dispatch(task)

    filled = await _fill(story, place.id, await _free(story, place))
    assert (filled.state, filled.filled_by, filled.filled_reason) == (
        PlaceState.OFFERED,
        story.coordinator.id,
        "本队人员都须回避",
    )
    assert await story.mail(kind="assignment") == []  # told with everybody else
    (visit,) = await story.dispatch(task)
    assert len(await story.mail(kind="assignment")) == 2
    assert len(await story.accepted(visit.id)) == 2


async def _free(story: Story, place: Place) -> str:
    """Somebody of the lead department who is not on the visit."""
    there = {account.name for _, account in await story.team(place.inspection_id)}
    return next(name for name in ("周望舒", "林晓棠", "陈知远") if name not in there)


async def test_every_visit_with_an_open_place_is_counted_once(story: Story) -> None:
    await _recused(story, "何景行", "沈若木")
    task, came = await _opened(story, 0, 2, ratio_bp=2500)
    assert len(came.open_places) == 3
    with refused("tasks.places_open", count=3):
        await story.dispatch(task)


async def test_a_person_may_be_put_where_they_could_have_been_drawn(story: Story) -> None:
    await _recused(story, "何景行", "沈若木")
    async with story.step() as step:
        for number, fault in enumerate(("active", "is_expert", "expired"), start=10):
            step.session.add(
                Inspector(
                    jurisdiction="anlan",
                    department_id=story.county.departments[1].id,
                    name=fault,
                    certificate_no=f"豫安消{number:03d}",
                    active=fault != "active",
                    is_expert=fault == "is_expert",
                    certificate_valid_until=date(2026, 11, 19) if fault == "expired" else None,
                    digest="",
                    changed_at=BEGINNING,
                )
            )
    # The three cannot be drawn either, so the place stays open.
    _, came = await _opened(story, 0, 2)
    (place,) = came.open_places
    async with story.step(story.coordinator) as step:
        found = {one.name for one in await opening.candidates(step, place.id)}
    there = {account.name for _, account in await story.team(place.inspection_id)}
    assert found == {"陈知远", "林晓棠", "周望舒"} - there

    for name in ("何景行", next(iter(there))):  # recused; on the visit already
        with refused("visits.not_eligible"):
            await _fill(story, place.id, name)
    async with story.step(story.coordinator) as step:
        with refused("visits.not_eligible"):
            await opening.fill(step, place.id, 4711, "没有这个人")


async def test_a_decision_about_a_place_needs_a_reason_and_the_lead_department(story: Story) -> None:
    await _recused(story, "何景行", "沈若木")
    _, came = await _opened(story, 0, 2)
    (place,) = came.open_places
    name = await _free(story, place)
    for reason in ("", " 短 ", "字" * 201):
        with refused("tasks.reason_length"):
            await _fill(story, place.id, name, reason)
    async with story.step() as step:
        other = await people.appoint(
            step, "anlan", "陆知夏", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )
    for act in (
        lambda step: opening.candidates(step, place.id),
        lambda step: opening.fill(step, place.id, 1, "理由充分"),
    ):
        async with story.step(other) as step:
            with refused("access.department"):
                await act(step)
        async with story.step(story.witness) as step:
            with refused("access.role"):
                await act(step)


async def test_a_place_is_filled_once(story: Story) -> None:
    await _recused(story, "何景行", "沈若木")
    _, came = await _opened(story, 0, 2)
    (place,) = came.open_places
    name = await _free(story, place)
    await _fill(story, place.id, name)
    with refused("visits.place_filled"):
        await _fill(story, place.id, name)
