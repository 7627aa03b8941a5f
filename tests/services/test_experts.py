"""Experts: beside the inspectors, never counted, with no word on the record."""

from collections import Counter

import pytest
from sqlmodel import col, select

from models.inspections import ExpertPlace, Inspection, InspectionState, PlaceState
from models.people import Account, RoleName
from models.registers import Certification, Inspector
from services import experts, notices, people, profiles, recusals, visits
from tests.conftest import BEGINNING
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story


async def _experts(story: Story, number: int) -> list[Account]:
    made = []
    async with story.step() as step:
        for at in range(number):
            row = Inspector(
                jurisdiction="anlan",
                department_id=story.county.departments[1].id,
                name=f"专家{at}",
                certificate_no=f"专{at}",
                certification=Certification.NONE,
                is_expert=True,
                digest="",
                changed_at=BEGINNING,
            )
            step.session.add(row)
            await step.session.flush()
            made.append(
                await people.appoint(
                    step,
                    "anlan",
                    row.name,
                    [RoleName.EXPERT],
                    department_id=row.department_id,
                    inspector_id=row.id,
                )
            )
    return made


async def _visit(story: Story, ratio_bp: int | None = None) -> int:
    await story.bind()
    return (await story.dispatch(await story.draw_again(0, ratio_bp=ratio_bp)))[0].id


async def _draw(story: Story, visit: int) -> ExpertPlace:
    async with story.step(story.coordinator) as step:
        return await experts.draw(step, visit)


async def _choose(story: Story, visit: int, expert: Account, reason: str = "熟悉电气设备") -> ExpertPlace:
    async with story.step(story.coordinator) as step:
        return await experts.choose(step, visit, expert.inspector_id or 0, reason)


async def _recuse(story: Story, visit: int, by: Account) -> ExpertPlace | None:
    async with story.step(by) as step:
        return await experts.recuse(step, visit, "曾任顾问")


async def test_an_expert_is_asked_along_and_the_two_inspectors_are_who_they_were(story: Story) -> None:
    """五原 art. 10, 19."""
    (expert,) = await _experts(story, 1)
    visit = await _visit(story)
    before = [account.id for _, account in await story.team(visit)]
    place = await _choose(story, visit, expert)

    assert [account.id for _, account in await story.team(visit)] == before
    assert (place.chosen_by, place.reason) == (story.coordinator.id, "熟悉电气设备")
    assert "作为专家" in (await story.mail(expert, "assignment"))[-1].text
    async with story.step(expert) as step:
        (mine,) = await experts.own(step.session, step.person)
        assert mine.inspection.id == visit
        known = await notices.case(step.session, visit)
    assert [one.name for one in known.experts] == ["专家0"]
    assert [mate.leads for mate in known.mates] == [True, False]
    await story.accepted(visit)  # nobody waits for the expert
    assert (await story.inspection(visit)).state is InspectionState.ACCEPTED


async def test_an_expert_neither_begins_nor_confirms(story: Story) -> None:
    (expert,) = await _experts(story, 1)
    visit = await _visit(story)
    await _choose(story, visit, expert)
    for act in (story.accept, story.begin, story.recuse):
        with refused("common.not_yours"):
            await act(visit, expert)
    result = await story.finish(visit)  # complete without a word of the expert's
    with refused("common.not_yours"):
        await story.confirm(result.id, expert)
    async with story.step(expert) as step:
        with refused("common.not_now"):
            await experts.accept(step, visit)
        assert await visits.own(step.session, step.person) == []


async def test_chance_takes_the_least_busy_of_those_who_were_in_the_list(story: Story) -> None:
    """五原 art. 20; ssj-draw/1, inspectors."""
    made = await _experts(story, 3)
    await story.bind()
    sent = [one.id for one in await story.dispatch(await story.draw_again(0, ratio_bp=5000))]
    drawn = [(await _draw(story, visit)).inspector_id for visit in sent]
    assert Counter(drawn) == {one.inspector_id: 2 for one in made}

    async with story.step() as step:
        late = await step.get(Inspector, made[0].inspector_id or 0)
        step.session.add(
            Inspector(
                **late.model_dump(exclude={"id", "certificate_no", "name"}),
                certificate_no="专晚到",
                name="晚到",
            )
        )
    for _ in range(2):
        await _draw(story, sent[0])
    with refused("experts.nobody"):  # who came into the pool after the commitment may be chosen, not drawn
        await _draw(story, sent[0])


async def test_an_expert_with_an_interest_is_drawn_again_or_chosen_again(story: Story) -> None:
    first, second, third = await _experts(story, 3)
    visit = await _visit(story)
    drawn = (await _draw(story, visit)).inspector_id
    by = next(one for one in (first, second, third) if one.inspector_id == drawn)
    following = await _recuse(story, visit, by)
    assert following is not None
    assert following.inspector_id != drawn
    assert "已另抽一名" in (await story.mail(story.coordinator, "expert_recused"))[-1].text
    with refused("common.not_yours"):
        await _recuse(story, visit, by)
    with refused("experts.not_eligible"):
        await _choose(story, visit, by)

    free = next(
        one for one in (first, second, third) if one.inspector_id not in {drawn, following.inspector_id}
    )
    await _choose(story, visit, free)
    assert await _recuse(story, visit, free) is None  # a person had chosen: a person chooses again
    async with story.store.reading() as session:
        rows = (await session.exec(select(ExpertPlace).order_by(col(ExpertPlace.id)))).all()
    assert [row.state for row in rows] == [PlaceState.RECUSED, PlaceState.OFFERED, PlaceState.RECUSED]


async def test_a_standing_interest_takes_an_expert_off_the_visit(story: Story) -> None:
    first, second = await _experts(story, 2)
    visit = await _visit(story)
    drawn = (await _draw(story, visit)).inspector_id
    by, other = (first, second) if drawn == first.inspector_id else (second, first)
    subject = (await story.inspection(visit)).subject_id
    async with story.step(by) as step:
        _, off = await recusals.declare(step, drawn, subject, "持有股份", None)
    assert [one.id for one in off] == [visit]
    async with story.step(other) as step:
        assert len(await experts.own(step.session, step.person)) == 1


async def test_who_was_asked_before_the_dispatch_is_told_with_the_others(story: Story) -> None:
    (expert,) = await _experts(story, 1)
    await story.bind()
    task = await story.draw_again(0)
    async with story.store.reading() as session:
        visit = (await session.exec(select(Inspection.id))).one()
    await _choose(story, visit, expert)
    assert await story.mail(expert) == []
    await story.dispatch(task)
    assert len(await story.mail(expert, "assignment")) == 1


async def test_bad_input_is_one_sentence(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    (expert,) = await _experts(story, 1)
    visit = await _visit(story)
    chen = story.county.inspectors["陈知远"]
    with refused("experts.not_eligible"):
        await _choose(story, visit, chen)
    with refused("tasks.reason_length"):
        await _choose(story, visit, expert, "无")
    async with story.step(story.witness) as step:
        with refused("access.role"):
            await experts.candidates(step, visit)
    await story.finish(visit)
    with refused("experts.too_late"):
        await _choose(story, visit, expert)
    none = changed(await story.profile(), "inspectors", experts=False)
    monkeypatch.setattr(profiles, "load", lambda _code: none)
    with refused("experts.not_here"):
        await _choose(story, visit, expert)
