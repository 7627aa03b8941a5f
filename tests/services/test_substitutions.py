"""A drawn subject that is gone: reported with a photo, confirmed by a second person, replaced by the next in order."""

import asyncio

import pytest
from sqlmodel import col, select

from models.inspections import (
    Evidence,
    EvidenceState,
    Inspection,
    InspectionState,
    Place,
    PlaceState,
    Substitution,
    SubstitutionState,
)
from models.people import Account
from models.registers import Recusal, RecusalKind, Subject, SubjectStatus
from models.tasks import Drawn, Standing, TaskState
from rules.draw.verification import verify
from rules.errors import Refused
from rules.substitution import Absence
from services import bundles, opening, profiles, substitutions
from services.evidence import Sent
from services.substitutions import Outcome
from tests.rules.draw import independent
from tests.services.answering import photo
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

NUMBERS = ("419998-2026-0001", "419998-2026-0002")


async def _begin(story: Story, visit: int, by: Account, reason: Absence = Absence.CANCELLED) -> int:
    async with story.step(by) as step:
        return (await substitutions.begin(step, visit, reason)).id


async def _photograph(story: Story, report: int, by: Account, name: str = "门头") -> Outcome:
    async with story.step(by) as step:
        return await substitutions.photograph(step, report, photo(name, story.clock()))


async def _report(story: Story, visit: int, by: Account, reason: Absence = Absence.CANCELLED) -> int:
    report = await _begin(story, visit, by, reason)
    await _photograph(story, report, by, f"照片{report}")
    async with story.step(by) as step:
        await substitutions.report(step, report)
    return report


async def _approve(story: Story, report: int, by: Account | None = None) -> Outcome:
    async with story.step(by or story.coordinator) as step:
        return await substitutions.approve(step, report)


async def replaced_by(story: Story, visit: int) -> Inspection | None:
    """The whole way, from the report of the first inspector to the next visit."""
    report = await _report(story, visit, (await story.team(visit))[0][1])
    return (await _approve(story, report)).substitute


async def _drawn(story: Story) -> list[Drawn]:
    async with story.store.reading() as session:
        return list((await session.exec(select(Drawn).order_by(col(Drawn.position)))).all())


async def _bundles_hold(story: Story) -> list[dict[str, object]]:
    found = []
    for number in NUMBERS:
        async with story.store.reading() as session:
            bundle = independent.through_json(await bundles.export(session, number))
        assert [check.name for check in verify(bundle).failed] == []
        assert independent.holds(bundle)
        found.append(bundle)
    return found


async def test_the_next_ticket_takes_the_place_of_who_is_gone(story: Story) -> None:
    """ssj-draw/1, substitution."""
    visit = (await story.dispatched(0, 2, ratio_bp=2500))[1]
    substitute = await replaced_by(story, visit)

    assert substitute is not None
    old = await story.inspection(visit)
    assert (old.state, old.closed_reason, old.closed_at) == (
        InspectionState.CLOSED,
        "cancelled",
        story.clock(),
    )
    drawn = await _drawn(story)
    assert [one.standing for one in drawn[:5]] == [
        Standing.SELECTED,
        Standing.REPLACED,
        Standing.SELECTED,
        Standing.CALLED,
        Standing.SUBSTITUTE,
    ]
    assert substitute.subject_id == drawn[3].subject_id
    assert substitute.number.endswith("-004")
    assert (await story.inspection(substitute.id)).state is InspectionState.ASSIGNED
    team = await story.team(substitute.id)
    assert len({account.id for _, account in team}) == 2
    for place, account in team:
        assert (place.state, place.offered_at) == (PlaceState.OFFERED, story.clock())
        assert (await story.mail(account, "assignment"))[-1].created_at == story.clock()


async def test_both_bundles_hold_and_show_the_substitution(story: Story) -> None:
    visit = (await story.dispatched(0, 2, ratio_bp=2500))[0]
    await story.recuse(visit, (await story.team(visit))[1][1])
    first = await replaced_by(story, visit)
    assert first is not None
    await story.recuse(first.id, (await story.team(first.id))[0][1])
    second = await replaced_by(story, first.id)  # a substitute may be gone as well
    assert second is not None

    subjects, inspectors = await _bundles_hold(story)
    rows = subjects["substitutions"]
    assert isinstance(rows, list)
    assert [(row["reason"], row["substitute"] is None) for row in rows] == [("cancelled", False)] * 2
    assert rows[1]["replaced"] == rows[0]["substitute"]
    additions = inspectors["additions"]
    assert isinstance(additions, list)
    assert [one["after"] for one in additions] == [1, 2]

    rows[0]["substitute"], rows[1]["substitute"] = rows[1]["substitute"], rows[0]["substitute"]
    assert [check.name for check in verify(subjects).failed] == ["substitutions"]
    additions[0]["inspectors"].reverse()
    assert [check.name for check in verify(inspectors).failed] == ["redraws"]


async def test_the_inspectors_of_a_substitute_are_not_recused_from_it(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    following = (await _drawn(story))[1].subject_id
    async with story.step() as step:
        step.session.add(
            Recusal(
                jurisdiction="anlan",
                inspector_id=story.county.inspectors["何景行"].inspector_id or 0,
                subject_id=following,
                kind=RecusalKind.STANDING,
                reason="亲属",
                declared_at=step.now,
            )
        )
    substitute = await replaced_by(story, visit)
    assert substitute is not None
    assert "何景行" not in {account.name for _, account in await story.team(substitute.id)}
    await _bundles_hold(story)


async def test_everybody_concerned_is_told(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    team = [account for _, account in await story.team(visit)]
    report = await _report(story, visit, team[0], Absence.MOVED)
    assert [row.kind for row in await story.mail(story.coordinator)][-2:] == ["photos", "substitution"]
    await _approve(story, report)
    for account in team:
        (letter,) = await story.mail(account, "substitution")
        assert "已迁出本辖区" in letter.text
        assert "替补" not in letter.text  # whom the next ones visit is not theirs to know
    assert "由候补的下一户替补" in (await story.mail(story.second, "substitution"))[-1].text
    assert len(await story.mail(story.coordinator, "substitution")) == 1  # who decides sees what comes of it


async def test_a_report_needs_a_photo(story: Story) -> None:
    visit = (await story.dispatched())[0]
    by = (await story.team(visit))[0][1]
    report = await _begin(story, visit, by)
    async with story.step(by) as step:
        with refused("substitution.photo"):
            await substitutions.report(step, report)
    async with story.step(by) as step:
        with refused("records.not_a_picture"):
            await substitutions.photograph(
                step, report, Sent("f", "u", "document", "application/pdf", "x.pdf", 9, story.clock())
            )
    assert len((await _photograph(story, report, by)).photos) == 1
    assert len((await _photograph(story, report, by)).photos) == 1  # the same picture is one
    async with story.step(by) as step:
        outcome = await substitutions.report(step, report)
    assert outcome.substitution.state is SubstitutionState.REPORTED


async def test_a_second_person_confirms_where_the_profile_asks(story: Story) -> None:
    visit = (await story.dispatched())[0]
    by = (await story.team(visit))[0][1]
    report = await _report(story, visit, by)
    assert (await story.inspection(visit)).state is InspectionState.ASSIGNED
    async with story.step() as step:  # the reporter coordinates the task too
        row = await step.get(Substitution, report)
        row.opened_by = story.coordinator.id
        step.session.add(row)
    with refused("substitution.second_person"):
        await _approve(story, report)
    with refused("access.role"):
        await _approve(story, report, by)
    assert (await _approve(story, report, story.second)).substitute is not None


async def test_where_the_profile_asks_for_nobody_the_next_follows_at_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = changed(await story.profile(), "draw", second_person_for_substitution=False)
    monkeypatch.setattr(profiles, "load", lambda _code: profile)
    visit = (await story.dispatched())[0]
    by = (await story.team(visit))[0][1]
    report = await _report(story, visit, by)
    assert (await story.inspection(visit)).state is InspectionState.CLOSED
    async with story.store.reading() as session:
        row = (await session.exec(select(Substitution).where(Substitution.id == report))).one()
    assert row.substitute_id is not None


async def test_two_taps_are_one_substitution(story: Story) -> None:
    visit = (await story.dispatched())[0]
    by = (await story.team(visit))[0][1]
    report = await _report(story, visit, by)
    async with story.step(by) as step:
        with refused("substitution.reported_already"):
            await substitutions.report(step, report)
    with refused("substitution.reported_already"):
        await _begin(story, visit, (await story.team(visit))[1][1])
    both = (story.coordinator, story.second)
    came = await asyncio.gather(*(_approve(story, report, one) for one in both), return_exceptions=True)
    (refusal,) = [one for one in came if isinstance(one, Refused)]
    assert refusal.code == "substitution.decided"
    async with story.store.reading() as session:
        assert len((await session.exec(select(Inspection))).all()) == 2


async def test_who_is_not_on_the_visit_reports_nothing(story: Story) -> None:
    visit = (await story.dispatched())[0]
    there = {account.id for _, account in await story.team(visit)}
    other = next(one for one in story.county.inspectors.values() if one.id not in there)
    for account in (other, story.coordinator, story.witness):
        with refused("common.not_yours"):
            await _begin(story, visit, account)
    report = await _begin(story, visit, (await story.team(visit))[0][1])
    with refused("common.not_yours"):
        await _photograph(story, report, other)


async def test_what_was_checked_is_not_replaced(story: Story) -> None:
    result, recorder, _ = await story.submitted()
    with refused("substitution.checked"):
        await _begin(story, result.inspection_id, recorder)


async def test_a_record_that_came_in_between_stands_and_the_report_is_turned_down(story: Story) -> None:
    visit, recorder, _ = await story.begun()
    report = await _report(story, visit, recorder)
    await story.fill_in(visit, recorder)
    await story.submit(visit, recorder)
    with refused("substitution.checked"):
        await _approve(story, report)
    async with story.step(story.coordinator) as step:
        row = await substitutions.reject(step, report, "记录已经提交")
    assert row.state is SubstitutionState.REJECTED


async def test_a_report_that_is_not_agreed_with_lets_the_visit_go_on(story: Story) -> None:
    visit, recorder, _ = await story.begun()
    report = await _report(story, visit, recorder)
    async with story.step(story.coordinator) as step:
        with refused("tasks.reason_length"):
            await substitutions.reject(step, report, " ")
    async with story.step(story.coordinator) as step:
        await substitutions.reject(step, report, "登记机关查询仍为存续")
    assert "登记机关查询仍为存续" in (await story.mail(recorder, "substitution_decided"))[-1].text
    await story.press(visit, recorder, "done")  # the record is where it was
    with refused("substitution.decided"):
        await _approve(story, report)
    assert await _report(story, visit, recorder) != report  # it may be reported once more


async def test_a_report_that_is_taken_back_leaves_no_photo(story: Story) -> None:
    visit = (await story.dispatched())[0]
    by = (await story.team(visit))[0][1]
    report = await _begin(story, visit, by)
    await _photograph(story, report, by)
    async with story.step(by) as step:
        await substitutions.withdraw(step, report)
    async with story.store.reading() as session:
        assert [one.state for one in (await session.exec(select(Evidence))).all()] == [EvidenceState.REMOVED]


async def test_a_substitute_known_to_be_gone_is_passed_over_and_named(story: Story) -> None:
    visit = (await story.dispatched())[0]
    async with story.step() as step:
        gone = await step.get(Subject, (await _drawn(story))[1].subject_id)
        gone.status = SubjectStatus.REVOKED
        step.session.add(gone)
    substitute = await replaced_by(story, visit)
    assert substitute is not None
    assert substitute.subject_id == (await _drawn(story))[2].subject_id
    subjects, _ = await _bundles_hold(story)
    rows = subjects["substitutions"]
    assert isinstance(rows, list)
    assert rows[0]["passed_over"] == [gone.key]


async def test_with_nobody_left_the_coordinator_is_told_and_the_task_ends(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=10000)
    await story.finish(visits[0])
    for visit in visits[1:]:
        assert await replaced_by(story, visit) is None
    assert "已经没有候补" in (await story.mail(story.second, "substitution"))[-1].text
    task = await story.task((await story.inspection(visits[0])).task_id)
    assert task.state is TaskState.COMPLETED
    subjects, _ = await _bundles_hold(story)
    rows = subjects["substitutions"]
    assert isinstance(rows, list)
    assert {row["substitute"] for row in rows} == {None}


async def test_when_those_named_beforehand_are_used_up_the_order_goes_on(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.opening.SUBSTITUTES", 1)
    monkeypatch.setattr(substitutions, "MORE", 2)
    await story.bind()
    visit = (await story.dispatch(await story.draw_again()))[0].id
    for _ in range(3):
        substitute = await replaced_by(story, visit)
        assert substitute is not None
        visit = substitute.id
    drawn = await _drawn(story)
    assert [one.ticket for one in drawn] == sorted(one.ticket for one in drawn)
    assert [one.standing for one in drawn] == [Standing.REPLACED] * 3 + [Standing.CALLED]
    await _bundles_hold(story)


async def test_a_place_that_nobody_can_take_waits_for_a_person(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    following = (await _drawn(story))[1].subject_id
    async with story.step() as step:
        for name in ("何景行", "沈若木"):
            step.session.add(
                Recusal(
                    jurisdiction="anlan",
                    inspector_id=story.county.inspectors[name].inspector_id or 0,
                    subject_id=following,
                    kind=RecusalKind.STANDING,
                    reason="亲属",
                    declared_at=step.now,
                )
            )
    substitute = await replaced_by(story, visit)
    assert substitute is not None
    async with story.store.reading() as session:
        query = select(Place).where(Place.inspection_id == substitute.id, Place.state == PlaceState.OPEN)
        place = (await session.exec(query)).one()
    assert place.hindrances == {"other_department": 3, "barred": 2}
    assert "其他部门 3 人" in (await story.mail(story.coordinator, "place_open"))[-1].text
    await _bundles_hold(story)
    # Nobody is sent until two can go.
    assert substitute.state is InspectionState.DRAWN
    (other,) = [account for seat, account in await story.team(substitute.id) if seat.id != place.id]
    offers = len(await story.mail(other, "assignment"))
    async with story.step(story.coordinator) as step:
        offered = await opening.candidates(step, place.id)
        await opening.fill(step, place.id, offered[0].id, "本队人员都须回避")
    assert (await story.inspection(substitute.id)).state is InspectionState.ASSIGNED
    assert len(await story.mail(other, "assignment")) == offers + 1
    assert {seat.offered_at for seat, _ in await story.team(substitute.id)} == {story.clock()}
