"""What a place asks for decides who is drawn; what nobody meets goes to a person, with the reason."""

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from models.inspections import Place, PlaceState
from models.registers import Inspector, Subject
from models.tasks import DrawAttempt
from rules.draw.expertise import OWN_REGION
from rules.draw.verification import verify
from services import bundles, demands, inspectors, opening, tasks
from services.demands import Asked
from tests.conftest import SetClock
from tests.rules.draw import independent
from tests.services.refusals import refused
from tests.services.story import Story

FIRE = 1

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What asks nothing of the database that another test here does not ask of both."""


async def _change(story: Story, name: str, **values: Any) -> None:
    async with story.step() as step:
        row = await step.get(Inspector, story.county.inspectors[name].inspector_id or 0)
        row.sqlmodel_update(values)
        step.session.add(row)


async def _part(story: Story, task: int, department: int = FIRE) -> int:
    async with story.store.reading() as session:
        parts = await tasks.departments_of(session, task)
    return next(part.id for part, found in parts if found.id == story.county.departments[department].id)


async def _ask(story: Story, task: int, asked: Asked, value: str | None) -> None:
    part = await _part(story, task)
    async with story.step(story.coordinator) as step:
        await demands.ask(step, task, part, asked, value)


async def _open(story: Story, task: int) -> list[dict[int, str]]:
    """The names on each visit, by seat."""
    await story.commit(task)
    await story.contribute(task)
    came = await story.open(task)
    return [
        {place.seat: account.name for place, account in await story.team(one.id)} for one in came.inspections
    ]


async def _bundle_holds(story: Story) -> dict[str, Any]:
    async with story.store.reading() as session:
        bundle = independent.through_json(await bundles.export(session, "419998-2026-0002"))
    assert verify(bundle).ok
    assert independent.visits(bundle) == bundle["visits"]
    return dict(bundle)


@on_sqlite
@pytest.mark.parametrize(
    ("asked", "value", "column"),
    [
        (Asked.SPECIALTY, "电气", {"specialties": ["电气"]}),
        (Asked.REGION, "城关镇", {"region": "城关镇、柳河镇"}),
        (Asked.LEVEL, "市级", {"level": "市级"}),
    ],
)
async def test_who_meets_what_is_asked_is_drawn(
    story: Story, asked: Asked, value: str, column: dict[str, Any]
) -> None:
    """五原 art. 10, 19; 示范区 三."""
    await story.bind()
    await _change(story, "何景行", **column)
    await _change(story, "沈若木", region="白塔乡", level="县级")
    task = await story.plan(0, 2, ratio_bp=5000)
    await _ask(story, task, asked, value)
    assert {team[1] for team in await _open(story, task)} == {"何景行"}
    await _bundle_holds(story)


@on_sqlite
async def test_asking_twice_asks_no_more_and_a_frozen_list_is_not_changed(story: Story) -> None:
    await story.bind()
    task = await story.plan(0, 2)
    await _ask(story, task, Asked.LEVEL, "市级")
    with refused("tasks.too_few_inspectors"):
        await story.commit(task)
    await _ask(story, task, Asked.LEVEL, "市级")
    await story.commit(task)
    with refused("common.not_now"):
        await _ask(story, task, Asked.LEVEL, "市级")


async def test_a_subject_s_own_region_is_met_visit_by_visit(story: Story) -> None:
    """五原 art. 19 (属地管理)."""
    await story.bind()
    await _change(story, "何景行", region="城关镇")
    await _change(story, "沈若木", region="柳河镇")
    towns = ("城关镇", "柳河镇", "白塔乡")
    async with story.step() as step:
        for at, one in enumerate(story.county.subjects):
            row = await step.get(Subject, one.id)
            row.region = towns[at % 3]
            step.session.add(row)
    task = await story.plan(0, 2, ratio_bp=10000)
    await _ask(story, task, Asked.REGION, OWN_REGION)
    await story.commit(task)
    await story.contribute(task)
    came = await story.open(task)
    async with story.store.reading() as session:
        region = dict((await session.exec(select(Subject.id, Subject.region))).all())
    held = {"城关镇": "何景行", "柳河镇": "沈若木", "白塔乡": None}
    for visit in came.inspections:
        names = {place.seat: account.name for place, account in await story.team(visit.id)}
        assert names.get(1) == held[region[visit.subject_id] or ""]
    bundle = await _bundle_holds(story)
    assert "区域:城关镇" in bundle["expertise"]["insp:豫安消001"]

    place = came.open_places[0]
    assert place.hindrances == {"other_department": 3, "other_expertise": 2}
    async with story.step(story.coordinator) as step:
        _, offered = await opening.offered(step, place.id)
    assert [(one.suited, one.lent is None) for one in offered][:3] == [
        (False, True),
        (False, True),
        (True, False),
    ]  # the place's own department first, then who would be lent


@on_sqlite
async def test_an_item_range_keeps_somebody_from_other_items(story: Story) -> None:
    await story.bind()
    await _change(story, "陈知远", item_range=["SJ02"])
    await _change(story, "林晓棠", item_range=["公示信息检查"])
    teams = await _open(story, await story.plan(0, ratio_bp=5000))
    assert {name for team in teams for name in team.values()} == {"林晓棠", "周望舒"}
    bundle = await _bundle_holds(story)
    assert ["insp:豫安监001", "-items"] in bundle["candidates"]


async def test_the_load_of_the_year_is_in_the_plan_and_decides(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=2500)  # six places for three people
    gone = (await story.team(visits[0]))[0][1]
    await story.recuse(visits[0], gone)  # given back: it counts for whoever follows
    async with story.store.reading() as session:
        loads = await inspectors.loads(session, "anlan", date(2026, 11, 20))
    assert sum(loads.values()) == 6
    await story.draw_again(ratio_bp=5000)
    async with story.store.reading() as session:
        halves = (await session.exec(select(DrawAttempt).order_by(col(DrawAttempt.id)))).all()
        after = await inspectors.loads(session, "anlan", date(2026, 11, 20))
    plan = json.loads(halves[-1].plan_text)
    by_id = {
        f"insp:{certificate}": loads[story.county.inspectors[name].inspector_id or 0]
        for name, certificate in (("陈知远", "豫安监001"), ("林晓棠", "豫安监002"), ("周望舒", "豫安监003"))
    }
    assert plan["loads"] == {key: number for key, number in by_id.items() if number}
    assert plan["loads_since"] == "2026-01-01"
    market = [
        after[story.county.inspectors[name].inspector_id or 0] for name in ("陈知远", "林晓棠", "周望舒")
    ]
    assert max(market) - min(market) <= 1
    async with story.store.reading() as session:
        assert (
            await inspectors.loads(session, "anlan", date(2027, 1, 2)) == {}
        )  # a new year begins with nothing


@on_sqlite
async def test_a_certificate_that_ran_out_since_the_opening_holds_the_dispatch_up(
    story: Story, clock: SetClock
) -> None:
    """濮阳 二(七): at least two who qualify."""
    task = await story.drawn()
    async with story.store.reading() as session:
        place = (await session.exec(select(Place).where(Place.state == PlaceState.OFFERED))).first()
    assert place is not None
    async with story.step() as step:
        row = await step.get(Inspector, place.inspector_id or 0)
        row.certificate_valid_until = step.today
        step.session.add(row)
    clock.advance(days=1)
    with refused("draw.too_few_inspectors", needed=2, found=1):
        await story.dispatch(task)
