"""A certificate card: who may make one, and what whoever has it learns."""

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from models.audit import AuditEvent
from models.certificates import CertificateCard
from models.inspections import Place
from models.registers import Inspector
from services import certificates
from services.certificates import Card, Made
from tests.conftest import SetClock
from tests.services.refusals import refused
from tests.services.story import Story


async def _make(story: Story, visit: int, index: int = 0) -> Made:
    _, account = (await story.team(visit))[index]
    async with story.step(account) as step:
        return await certificates.make(step, visit)


async def _scan(story: Story, token: str) -> Card:
    async with story.step() as step:
        return await certificates.card_of(step.session, token, step.today)


async def test_a_card_names_the_two_with_their_certificates_the_task_and_what_is_checked(
    story: Story,
) -> None:
    visit = (await story.dispatched(0, 2))[0]
    team = await story.accepted(visit)
    made = await _make(story, visit)
    card = await _scan(story, made.token)
    assert [holder.name for holder in card.holders] == [account.name for account in team]
    assert all(holder.certificate_no.startswith("豫安") for holder in card.holders)
    assert card == made.card
    assert [item.code for item in card.case.items] == ["SJ01", "XF01"]
    assert made.address("https://here.example") == f"https://here.example/c/{made.token}"
    assert made.address("") is None


async def test_only_the_hash_of_a_card_s_token_is_kept_and_every_card_and_look_is_counted(
    story: Story,
) -> None:
    visit, _, _ = await story.begun()
    made = await _make(story, visit)
    async with story.step() as step:
        await certificates.opened(step, await certificates.card_of(step.session, made.token, step.today))
    async with story.store.reading() as session:
        row = (await session.exec(select(CertificateCard))).one()
        lines = (
            await session.exec(select(AuditEvent).where(col(AuditEvent.kind).like("certificate.%")))
        ).all()
    assert made.token not in str(row.model_dump())
    assert [(line.kind, line.data) for line in lines] == [
        ("certificate.shown", {"inspection": visit}),
        ("certificate.opened", {"inspection": visit}),
    ]


async def test_a_card_is_good_on_its_day_alone(story: Story, clock: SetClock) -> None:
    visit, _, _ = await story.begun()
    made = await _make(story, visit)
    clock.advance(days=1)
    with refused("page.card_over"):
        await _scan(story, made.token)
    with refused("page.card"):
        await _scan(story, "x" * 22)


async def test_a_card_shows_who_inspects_now_and_nothing_while_somebody_is_missing(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    made = await _make(story, visit)
    await story.recuse(visit, mate)
    with refused("page.card_over"):
        await _scan(story, made.token)
    fresh = (await story.team(visit))[1][1]
    await story.accept(visit, fresh)
    assert {one.name for one in (await _scan(story, made.token)).holders} == {recorder.name, fresh.name}


async def test_who_is_not_certified_today_is_on_no_card(story: Story, clock: SetClock) -> None:
    visit, _, mate = await story.begun()
    made = await _make(story, visit)
    async with story.step() as step:
        row = await step.get(Inspector, mate.inspector_id or 0)
        row.certificate_valid_until = step.today
    assert len((await _scan(story, made.token)).holders) == 2
    clock.advance(days=1)
    with refused("visits.two_needed", needed=2):
        await _make(story, visit)


async def test_a_card_is_made_by_those_who_go_once_all_have_taken_it_on(story: Story) -> None:
    visit = (await story.dispatched())[0]
    with refused("visits.not_all_accepted"):
        await _make(story, visit)
    await story.accepted(visit)
    await _make(story, visit, 1)
    there = {account.id for _, account in await story.team(visit)}
    other = next(one for one in story.county.inspectors.values() if one.id not in there)
    async with story.step(other) as step:
        with refused("common.not_yours"):
            await certificates.make(step, visit)


async def test_a_visit_whose_record_is_handed_in_has_no_new_card(story: Story) -> None:
    visit = (await story.dispatched())[0]
    await story.finish(visit)
    with refused("common.not_now"):
        await _make(story, visit)


@pytest.mark.parametrize("seat", [0, 1])
async def test_a_card_of_one_alone_tells_nothing(story: Story, seat: int) -> None:
    """濮阳 二(七): at least two."""
    visit, _, _ = await story.begun()
    made = await _make(story, visit)
    async with story.step() as step:
        gone = delete(Place).where(col(Place.inspection_id) == visit, col(Place.seat) == seat)
        await step.session.exec(gone)
    with refused("page.card_over"):
        await _scan(story, made.token)
