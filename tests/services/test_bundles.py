"""What an auditor gets holds: by our own reading, and by one that shares no line with ours."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.database import Store
from models.inspections import Inspection, Place, PlaceState
from models.items import CheckItem
from models.registers import Inspector, Recusal, RecusalKind, Subject, SubjectStatus
from models.tasks import DrawAttempt, Drawn
from rules.draw.piece import Spread
from rules.draw.verdict import CheckName, Verdict
from rules.draw.verification import verify
from services import bundles, computing, opening
from services.step import Step
from tests.guards import lift
from tests.rules.draw import independent
from tests.services.refusals import refused
from tests.services.story import Story

SUBJECTS, INSPECTORS = "419998-2026-0001", "419998-2026-0002"


async def _export(store: Store, number: str) -> Any:
    """A bundle as another program reads it."""
    async with store.reading() as session:
        return independent.through_json(await bundles.export(session, number))


async def _verdict(store: Store, number: str) -> Verdict:
    return verify(await _export(store, number))


async def _all_hold(store: Store) -> dict[str, Any]:
    """Both bundles of the first task hold, twice read; the inspectors' one."""
    for number in (SUBJECTS, INSPECTORS):
        bundle = await _export(store, number)
        assert [check.name for check in verify(bundle).failed] == []
        assert independent.holds(bundle)
    assert independent.visits(bundle) == bundle["visits"]
    return dict(bundle)


async def _recuse_all(story: Story, *names: str) -> None:
    """A standing interest in every subject."""
    async with story.step() as step:
        for name in names:
            for subject in story.county.subjects:
                step.session.add(
                    Recusal(
                        jurisdiction="anlan",
                        inspector_id=story.county.inspectors[name].inspector_id or 0,
                        subject_id=subject.id,
                        kind=RecusalKind.STANDING,
                        reason="亲属",
                        declared_at=step.now,
                    )
                )


async def _fill(story: Story, visit: int, name: str) -> None:
    """A person decides about the open place of a visit."""
    (place,) = [one for one in await story.places(visit) if one.state is PlaceState.OPEN]
    async with story.step(story.coordinator) as step:
        await opening.fill(step, place.id, story.county.inspectors[name].inspector_id or 0, "没有其他人")


async def _holder(story: Story, visit: int, seat: int) -> str:
    return next(account.name for place, account in await story.team(visit) if place.seat == seat)


async def _recuse(story: Story, visit: int, name: str) -> None:
    await story.recuse(visit, story.county.inspectors[name])


async def test_both_bundles_of_a_task_hold(story: Story) -> None:
    await story.drawn(0, 2, ratio_bp=5000)
    bundle = await _all_hold(story.store)
    assert bundle["kind"] == "inspectors"
    assert len(bundle["visits"]) == 6
    assert CheckName.VISITS in {check.name for check in verify(bundle).checks}


async def test_bundles_hold_of_a_draw_that_was_computed_beside_the_event_loop(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    async def apart(work: Callable[[Spread], Any], size: int) -> Any:
        sizes.append(size)
        return await asyncio.to_thread(work, map)

    monkeypatch.setattr(computing, "apart", apart)
    await story.drawn(0, 2, ratio_bp=4500)
    await _all_hold(story.store)
    assert len(story.county.subjects) in sizes


async def test_the_subjects_bundle_has_everybody_and_the_next_ones(story: Story) -> None:
    await story.drawn(ratio_bp=2500)
    bundle = await _export(story.store, SUBJECTS)
    assert [name for name, _ in bundle["candidates"]] == sorted(one.key for one in story.county.subjects)
    assert (len(bundle["selected"]["ALL"]), len(bundle["substitutes"]["ALL"])) == (3, 9)
    assert json.loads(bundle["plan_text"])["draw"] == SUBJECTS


async def test_bundles_hold_of_a_draw_with_marks_absences_and_specialists(story: Story) -> None:
    async with story.step() as step:
        marked, gone = [await step.get(Subject, story.county.subjects[at].id) for at in (0, 1)]
        marked.tags, gone.status = ["投诉举报多"], SubjectStatus.CANCELLED
        inspectors = (await step.session.exec(select(Inspector).order_by(col(Inspector.id)))).all()
        inspectors[1].certificate_valid_until = date(2026, 1, 1)
        inspectors[3].specialties = ["电气"]
        (await step.get(CheckItem, story.county.items[2].id)).expertise = "电气"
    await story.drawn(0, 2, ratio_bp=5000)

    bundle = await _all_hold(story.store)
    assert ["insp:豫安监002", "-certificate"] in bundle["candidates"]
    assert bundle["expertise"] == {"insp:豫安消001": ["电气"]}
    assert {team[1] for _, team in bundle["visits"]} == {"insp:豫安消001"}


async def test_bundles_hold_of_a_second_task_with_loads_carried_in(story: Story) -> None:
    await story.dispatched(ratio_bp=2500)
    await story.draw_again(ratio_bp=5000)
    for number in ("419998-2026-0003", "419998-2026-0004"):
        bundle = await _export(story.store, number)
        assert verify(bundle).ok
        assert independent.holds(bundle)
    assert independent.visits(bundle) == bundle["visits"]
    assert sum(bundle["loads"].values()) == 6


async def test_bundles_hold_after_an_attempt_that_failed(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.fail(task)
    await story.commit(task, by=story.second)
    await story.contribute(task)
    await story.open(task)
    bundle = await _all_hold(story.store)
    assert "attempt: 2\n" in bundle["commit_text"]


async def test_bundles_hold_after_recusals_in_the_order_in_which_they_happened(story: Story) -> None:
    """All of one instant, and not in the order of the visits."""
    visits = await story.dispatched(ratio_bp=5000)
    for visit in (visits[4], visits[0], visits[2], visits[0]):
        await _recuse(story, visit, await _holder(story, visit, 0))

    bundle = await _all_hold(story.store)
    assert len(bundle["redraws"]) == 4
    numbers = [subject for subject, _ in bundle["visits"]]
    assert [numbers.index(one["subject"]) for one in bundle["redraws"]] == [4, 0, 2, 0]
    assert bundle["redraws"][1]["inspector"] == bundle["redraws"][3]["recused"]
    assert bundle["redraws"][3]["inspector"] is None  # three in the department: one here, two have recused
    assert CheckName.REDRAWS in {check.name for check in verify(bundle).checks}


async def test_bundles_hold_after_recusals_at_the_same_time(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=5000)
    holders = [await _holder(story, visit, 1) for visit in visits]
    await asyncio.gather(*(_recuse(story, visit, name) for visit, name in zip(visits, holders, strict=True)))
    assert len((await _all_hold(story.store))["redraws"]) == 6


async def test_bundles_hold_when_a_place_stayed_open_and_a_person_decided(story: Story) -> None:
    await _recuse_all(story, "何景行", "沈若木")
    task = await story.drawn(0, 2)
    visit = await _only_visit(story, task)
    await _fill(story, visit, "林晓棠" if await _holder(story, visit, 0) != "林晓棠" else "周望舒")
    await story.dispatch(task)

    bundle = await _all_hold(story.store)
    assert [team[1] for _, team in bundle["visits"]] == [None]  # chance had nobody
    assert "redraws" not in bundle


async def _only_visit(story: Story, task: int) -> int:
    async with story.store.reading() as session:
        return (await session.exec(select(Inspection.id).where(Inspection.task_id == task))).one()


async def test_bundles_hold_when_nobody_was_left_after_recusals_and_a_person_decided(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    for _ in range(2):
        await _recuse(story, visit, await _holder(story, visit, 1))
    drawn = await _holder(story, visit, 0)
    chosen = next(name for name in ("陈知远", "林晓棠", "周望舒") if name != drawn)
    await _fill(story, visit, chosen)

    bundle = await _all_hold(story.store)
    assert [one["inspector"] is None for one in bundle["redraws"]] == [False, True]
    await _recuse(story, visit, chosen)  # a decision that falls is no draw
    assert (await _all_hold(story.store))["redraws"] == bundle["redraws"]


async def test_whoever_a_person_put_on_a_visit_is_not_drawn_for_it_a_second_time(story: Story) -> None:
    """Two places, and the rule wants two people: 濮阳 二(七)."""
    visit = (await story.dispatched(0, 2))[0]
    for _ in range(2):
        await _recuse(story, visit, await _holder(story, visit, 1))
    drawn = await _holder(story, visit, 0)
    others = [name for name in ("陈知远", "林晓棠", "周望舒") if name != drawn]
    await _fill(story, visit, others[0])
    await _recuse(story, visit, drawn)

    assert await _holder(story, visit, 0) == others[1]
    bundle = await _all_hold(story.store)
    assert len(bundle["redraws"][-1]["barred"]) == 1
    assert bundle["redraws"][-1]["inspector"] != bundle["redraws"][-1]["barred"][0]

    await _recuse(story, visit, others[1])  # all three are spoken for now
    assert [place.state for place in await story.places(visit)][-1] is PlaceState.OPEN
    await _all_hold(story.store)


async def test_whoever_no_longer_qualifies_is_passed_over_and_the_bundle_says_so(story: Story) -> None:
    visit = (await story.dispatched(ratio_bp=300))[0]
    there = {account.name for _, account in await story.team(visit)}
    (third,) = {"陈知远", "林晓棠", "周望舒"} - there
    async with story.step() as step:
        row = await step.get(Inspector, story.county.inspectors[third].inspector_id or 0)
        row.certificate_valid_until = date(2026, 11, 19)
    await _recuse(story, visit, await _holder(story, visit, 0))

    assert (await story.places(visit))[-1].state is PlaceState.OPEN
    bundle = await _all_hold(story.store)
    assert bundle["redraws"][0]["barred"] == [f"insp:{row.certificate_no}"]


async def test_an_interest_that_came_up_elsewhere_counts_here_too(story: Story) -> None:
    visit = (await story.dispatched())[0]
    there = {account.name for _, account in await story.team(visit)}
    (third,) = {"陈知远", "林晓棠", "周望舒"} - there
    subject = (await story.inspection(visit)).subject_id
    async with story.step() as step:
        step.session.add(
            Recusal(
                jurisdiction="anlan",
                inspector_id=story.county.inspectors[third].inspector_id or 0,
                subject_id=subject,
                kind=RecusalKind.DECLARED,
                reason="亲属",
                declared_at=step.now,
            )
        )
    await _recuse(story, visit, await _holder(story, visit, 0))
    assert (await story.places(visit))[-1].state is PlaceState.OPEN
    await _all_hold(story.store)


async def test_the_attempt_keeps_nothing_when_nobody_was_barred(story: Story) -> None:
    visit = (await story.dispatched())[0]
    await _recuse(story, visit, await _holder(story, visit, 0))
    bundle = await _all_hold(story.store)
    assert "barred" not in bundle["redraws"][0]


async def test_a_draw_that_is_not_open_is_not_exported(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    with refused("draws.unknown", number=SUBJECTS):
        await _export(story.store, SUBJECTS)
    await story.commit(task)
    for number in (SUBJECTS, INSPECTORS):
        with refused("draws.not_opened", number=number):
            await _export(story.store, number)
    await story.contribute(task)
    with refused("draws.not_opened"):
        await _export(story.store, SUBJECTS)


async def _swap_inspector(step: Step) -> None:
    place = (await step.session.exec(select(Place).order_by(col(Place.id)))).first()
    assert place is not None
    others = select(Place.inspector_id).where(Place.inspection_id == place.inspection_id)
    there = set((await step.session.exec(others)).all())
    place.inspector_id = next(one for one in (1, 2, 3) if one not in there)


async def _change_ticket(step: Step) -> None:
    await step.session.exec(update(Drawn).where(col(Drawn.position) == 0).values(ticket="0" * 64))


async def _choose_secret(step: Step) -> None:
    await step.session.exec(update(DrawAttempt).values(secret=bytes(32)))


async def _lengthen_list(step: Step) -> None:
    half = (await step.session.exec(select(DrawAttempt).order_by(col(DrawAttempt.id)))).first()
    assert half is not None
    listed = zlib.decompress(half.manifest)
    half.manifest = zlib.compress(listed + b"419998999999999\tALL\n")


@pytest.mark.parametrize(
    ("tamper", "number", "check"),
    [
        (_swap_inspector, INSPECTORS, CheckName.VISITS),
        (_change_ticket, SUBJECTS, CheckName.SELECTED),
        (_choose_secret, SUBJECTS, CheckName.SECRET),
        (_lengthen_list, SUBJECTS, CheckName.ROOT),
    ],
)
async def test_what_is_changed_in_the_store_afterwards_shows_in_the_bundle(
    story: Story, tamper: Callable[[Step], Awaitable[None]], number: str, check: CheckName
) -> None:
    await story.drawn(0, 2, ratio_bp=5000)
    assert (await _verdict(story.store, number)).ok
    await lift(story.store, "draw_attempt", "drawn")
    async with story.step() as step:
        await tamper(step)
    assert check in {one.name for one in (await _verdict(story.store, number)).failed}


async def test_attempts_are_listed_without_names(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.fail(task, "见证人生病")
    await story.commit(task, by=story.second)
    async with story.store.reading() as session:
        found = await bundles.listed(session)

    assert [(one["id"], one["kind"], one["attempt"], one["state"]) for one in found] == [
        (SUBJECTS, "subjects", 1, "failed"),
        (SUBJECTS, "subjects", 2, "committed"),
        (INSPECTORS, "inspectors", 1, "failed"),
        (INSPECTORS, "inspectors", 2, "committed"),
    ]
    text = json.dumps(found, ensure_ascii=False)
    assert not [one.name for one in story.county.everybody if one.name in text]
    assert not [one.name for one in story.county.subjects if one.name in text]
