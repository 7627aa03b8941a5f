"""Leads on other matters: noted at the place, handed to who leads the task, told in the record."""

import pytest
from sqlmodel import select

from models.inspections import Evidence, EvidenceState
from models.people import Account
from models.transfers import ReceiverKind, Transfer, TransferState
from rules.errors import Refused
from services import transfers
from services.transfers import Note
from tests.services.answering import photo
from tests.services.refusals import refused
from tests.services.story import Story

FACTS = "11月20日上午，后院堆放大量未贴标签的油漆桶"


async def _begin(story: Story, visit: int, by: Account, to: int | str | None, facts: str = FACTS) -> Note:
    async with story.step(by) as step:
        return await transfers.begin(step, visit, to, facts)


async def _photograph(story: Story, note: Note, by: Account, name: str) -> Note:
    async with story.step(by) as step:
        return await transfers.photograph(step, note.row.id, photo(name, story.clock()))


async def _hand(story: Story, note: Note, by: Account) -> Note:
    async with story.step(by) as step:
        return await transfers.hand(step, note.row.id)


async def test_a_lead_goes_to_who_leads_the_task_with_its_photos_and_stands_in_the_record(
    story: Story,
) -> None:
    """五原 art. 24; 偃师 art. 11."""
    visit, me, mate = await story.begun()
    fire = story.county.departments[1]
    note = await _begin(story, visit, mate, fire.id)
    for name in ("a", "b", "a"):
        note = await _photograph(story, note, mate, name)
    assert len(note.photos) == 2
    handed = await _hand(story, note, mate)
    assert (handed.row.state, handed.row.kind, handed.row.receiver) == (
        TransferState.HANDED,
        ReceiverKind.DEPARTMENT,
        fire.name,
    )
    for coordinator in (story.coordinator, story.second):
        letters = await story.mail(coordinator)
        assert letters[-1].kind == "transfer"
        assert FACTS in letters[-1].text
        assert len(letters[-2].extra["album"]) == 2
    await story.fill_in(visit, me)
    result = await story.submit(visit, me)
    annex = next(section for section in result.record if section["part"] == "annex")
    assert [f"移送线索：{fire.name}", f"{FACTS}（11月20日 09:30交出，照片 2 张）"] in annex["lines"]


async def test_a_suspected_crime_and_another_authority_can_be_named(story: Story) -> None:
    """濮阳 二(九)."""
    visit, me, _ = await story.begun()
    for to, kind, name in (
        (None, ReceiverKind.JUDICIAL, ""),
        (" 安澜县  税务局 ", ReceiverKind.AUTHORITY, "安澜县 税务局"),
    ):
        row = (await _hand(story, await _begin(story, visit, me, to), me)).row
        assert (row.kind, row.receiver) == (kind, name)
    async with story.store.reading() as session:
        found = await transfers.leads(session, visit, "公安")
    assert [lead.receiver for lead in found] == ["公安", "安澜县 税务局"]


async def test_one_s_own_department_is_offered_where_leads_are_handed_over_inside(story: Story) -> None:
    visit, me, _ = await story.begun()
    async with story.step(me) as step:
        known = await transfers.receivers(step, visit)
    assert me.department_id not in {one.id for one in known.departments}
    assert known.judicial


@pytest.mark.parametrize(
    ("to", "facts", "code"),
    [
        (4711, FACTS, "common.stale"),
        ("税", FACTS, "transfers.name_length"),
        (None, "油漆 ", "transfers.facts_length"),
        (None, "长" * 1001, "transfers.facts_length"),
    ],
)
async def test_what_is_no_lead_is_not_kept(story: Story, to: int | str | None, facts: str, code: str) -> None:
    visit, me, _ = await story.begun()
    with pytest.raises(Refused) as refusal:
        await _begin(story, visit, me, to, facts)
    assert refusal.value.code == code
    async with story.store.reading() as session:
        assert (await session.exec(select(Transfer))).all() == []


async def test_a_note_that_was_withdrawn_or_handed_in_is_done_with(story: Story) -> None:
    visit, me, mate = await story.begun()
    note = await _photograph(story, await _begin(story, visit, me, None), me, "a")
    with refused("common.not_yours"):
        await _hand(story, note, mate)
    async with story.step(me) as step:
        await transfers.withdraw(step, note.row.id)
    with refused("transfers.done"):
        await _hand(story, note, me)
    async with story.store.reading() as session:
        (piece,) = (await session.exec(select(Evidence))).all()
        assert piece.state is EvidenceState.REMOVED
        assert await transfers.leads(session, visit, "公安") == []
    assert "transfer" not in [letter.kind for letter in await story.mail(story.coordinator)]


async def test_a_lead_can_be_noted_until_the_result_is_public_by_those_who_are_there(story: Story) -> None:
    visit = (await story.dispatched())[0]
    (_, me), _ = await story.team(visit)
    with refused("common.not_now"):
        await _begin(story, visit, me, None)
    result = await story.finish(visit)
    await _hand(story, await _begin(story, visit, me, None), me)
    there = {account.id for _, account in await story.team(visit)}
    other = next(one for one in story.county.inspectors.values() if one.id not in there)
    with refused("common.not_yours"):
        await _begin(story, visit, other, None)
    await story.approve(result.id)
    with refused("common.not_now"):
        await _begin(story, visit, me, None)
