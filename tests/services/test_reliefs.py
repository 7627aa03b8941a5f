"""Whoever cannot go gives the place back without an interest being noted; the draw says who follows."""

import pytest
from sqlmodel import select

from models.audit import AuditEvent
from models.inspections import PlaceState
from models.people import Account
from models.registers import Recusal
from rules.draw.verification import verify
from services import bundles, reliefs
from tests.services.refusals import refused
from tests.services.story import Story


async def _relieve(story: Story, visit: int, place: int, by: Account, reason: str = "突发疾病") -> PlaceState:
    async with story.step(by) as step:
        return (await reliefs.relieve(step, visit, place, reason)).state


async def test_the_next_in_order_follows_and_the_bundle_shows_it(story: Story) -> None:
    """ssj-draw/1: one place is drawn again, everybody else stays."""
    visit = (await story.dispatched())[0]
    (place, holder), (_, mate) = await story.team(visit)
    assert await _relieve(story, visit, place.id, holder) is PlaceState.OFFERED
    now = [account.id for _, account in await story.team(visit)]
    assert (holder.id in now, now[1]) == (False, mate.id)
    async with story.store.reading() as session:
        assert (await session.exec(select(Recusal))).all() == []
        kinds = (await session.exec(select(AuditEvent.kind))).all()
        assert "place.relieved" in kinds
        for row in await bundles.listed(session):
            assert verify(await bundles.export(session, row["id"])).ok


async def test_a_coordinator_of_the_lead_department_may_say_so_for_somebody(story: Story) -> None:
    visit = (await story.dispatched())[0]
    (place, holder), (_, mate) = await story.team(visit)
    for stranger in (mate, story.witness):
        with refused("common.not_yours"):
            await _relieve(story, visit, place.id, stranger)
    await _relieve(story, visit, place.id, story.coordinator)
    assert holder.id not in {account.id for _, account in await story.team(visit)}
    with refused("common.not_now"):  # nobody holds that place any more
        await _relieve(story, visit, place.id, story.coordinator)


@pytest.mark.parametrize("reason", ["", "病", "长" * 201])
async def test_it_takes_a_reason(story: Story, reason: str) -> None:
    visit = (await story.dispatched())[0]
    (place, holder), _ = await story.team(visit)
    with refused("tasks.reason_length"):
        await _relieve(story, visit, place.id, holder, reason)


async def test_after_handing_in_it_is_too_late_and_another_visit_s_place_is_none(story: Story) -> None:
    result, recorder, _ = await story.submitted()
    (place, _), _ = await story.team(result.inspection_id)
    with refused("common.not_now"):
        await _relieve(story, result.inspection_id, place.id, recorder)
    with refused("common.gone"):
        await _relieve(story, result.inspection_id + 1000, place.id, recorder)
