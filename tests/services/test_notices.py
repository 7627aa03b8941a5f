"""Notices: what is pushed to phones, and how little of it there may be."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

import scheduler
from models.inspections import Evidence
from models.people import Account
from rules.profile.terms import MessageStyle
from services import notices, profiles
from templates.render import render
from tests.conftest import SetClock
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story


async def _whole_way(story: Story, clock: SetClock) -> str:
    """A task with everything that can happen to a visit; its number."""
    visit = (await story.dispatched(0, 2))[0]
    await story.recuse(visit, (await story.team(visit))[0][1])
    recorder, mate = await story.accepted(visit)
    await story.begin(visit, recorder)
    await story.fill_in(visit, recorder)
    first = await story.submit(visit, recorder)
    await story.confirm(first.id, mate, "再核对一次")
    second = await story.submit(visit, recorder)
    await _send_photos(story, visit, mate)
    await story.confirm(second.id, mate)
    await story.return_(second.id)
    third = await story.submit(visit, recorder)
    await story.confirm(third.id, mate)
    clock.now = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)
    await scheduler.remind(story.store)
    await story.approve(third.id)
    return (await story.inspection(visit)).number


async def _send_photos(story: Story, visit: int, account: Account) -> None:
    async with story.step() as step:
        query = select(Evidence).where(Evidence.inspection_id == visit).order_by(col(Evidence.id))
        evidence = list((await step.session.exec(query)).all())
        known = await notices.case(step.session, visit)
        found = await step.get(Account, account.id)
        await notices.send_photos(step, found, evidence, render("photos", case=known))


async def test_thin_messages_name_nobody(
    story: Story, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jurisdiction may want nothing in a message but number, date and button: they go through servers abroad."""
    thin = changed(profiles.load("puyang"), "messages", style=MessageStyle.THIN)
    monkeypatch.setattr(profiles, "load", lambda _name: thin)
    number = await _whole_way(story, clock)
    pushed = [row for row in await story.mail() if row.kind not in {"witness", "draw"}]
    kinds = {row.kind for row in pushed}
    assert kinds >= {
        *("assignment", "mate_changed", "recused", "all_accepted", "confirmation", "objected", "photos"),
        *("review", "returned", "reminder", "published"),
    }
    for row in pushed:
        told = row.text + str(row.keyboard)
        assert number in told, row.kind
        for subject in story.county.subjects:
            assert subject.name not in told, row.kind
            assert (subject.address or "-") not in told, row.kind


async def test_full_messages_say_what_they_are_about(story: Story, clock: SetClock) -> None:
    await _whole_way(story, clock)
    names = [subject.name for subject in story.county.subjects]
    for row in await story.mail():
        if row.kind not in {"witness", "draw"}:
            assert any(name in row.text for name in names), row.kind


async def test_photos_go_in_albums_of_ten_and_files_apart(story: Story) -> None:
    visit, recorder, _ = await story.begun()
    async with story.step() as step:
        account = await step.get(Account, recorder.id)
        evidence = [
            Evidence(
                jurisdiction="anlan",
                inspection_id=visit,
                question="q",
                file_id=f"{kind}{number}",
                file_unique_id=f"{kind}{number}",
                kind=kind,
                given_by=account.id,
                given_at=step.now,
                sent_at=step.now,
            )
            for kind, many in (("photo", 21), ("document", 1))
            for number in range(many)
        ]
        known = await notices.case(step.session, visit)
        await notices.send_photos(step, account, evidence, render("photos", case=known))
    albums = [row.extra["album"] for row in await story.mail(kind="photos")]
    assert [(len(album), {one["kind"] for one in album}) for album in albums] == [
        (10, {"photo"}),
        (10, {"photo"}),
        (1, {"photo"}),
        (1, {"document"}),
    ]
    assert [one["file_id"] for album in albums for one in album] == [one.file_id for one in evidence]


async def test_a_visit_that_there_is_not_is_gone(story: Story) -> None:
    async with story.step() as step:
        with refused("common.gone"):
            await notices.case(step.session, 4711)


async def test_a_case_holds_whoever_goes_by_seat_without_those_who_gave_up(story: Story) -> None:
    visit = (await story.dispatched(0, 2))[0]
    gone = (await story.team(visit))[0][1]
    await story.recuse(visit, gone)
    async with story.store.reading() as session:
        known = await notices.case(session, visit)
    assert [mate.name for mate in known.mates] == [account.name for _, account in await story.team(visit)]
    assert gone.name not in {mate.name for mate in known.mates}
    assert [item.code for item in known.items] == ["SJ01", "XF01"]
    assert known.thin is False
