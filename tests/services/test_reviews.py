"""Review and publication: who may say yes, and what the public sees then."""

import asyncio
import json
from datetime import date

import pytest
from sqlmodel import col, select

from models.inspections import InspectionState
from models.people import Account, Role, RoleName
from models.results import Publication, Result, Review, ReviewVerdict
from models.tasks import TaskState
from rules.errors import Refused
from services import people, publications, publishing, reviews
from services.publications import ALLOWED
from tests.conftest import SetClock
from tests.services.refusals import refused
from tests.services.story import PUBLIC, Story


async def _waiting(story: Story, account: Account) -> list[int]:
    async with story.step(account) as step:
        return [result.id for _, result in await reviews.waiting(step.session, step.person)]


async def _reviewer(story: Story, name: str, department: int | None) -> Account:
    async with story.step() as step:
        return await people.appoint(step, "anlan", name, [RoleName.REVIEWER], department_id=department)


async def test_a_record_waits_for_review_when_everybody_has_confirmed_it(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    assert await _waiting(story, story.coordinator) == []
    with refused("common.not_now"):
        await story.approve(result.id)
    await story.confirm(result.id, mate)
    assert await _waiting(story, story.coordinator) == [result.id]
    assert await _waiting(story, recorder) == []


async def test_the_oldest_comes_first(story: Story, clock: SetClock) -> None:
    visits = await story.dispatched(ratio_bp=2500)
    finished = []
    for visit in (visits[2], visits[0], visits[1]):
        clock.advance(minutes=1)
        finished.append((await story.finish(visit)).id)
    assert await _waiting(story, story.coordinator) == finished


async def test_nobody_reviews_a_visit_of_their_own(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    async with story.step() as step:
        for account in (recorder, mate):
            step.session.add(Role(jurisdiction="anlan", account_id=account.id, name=RoleName.REVIEWER))
    await story.fill_in(visit, recorder)
    result = await story.submit(visit, recorder)
    await story.confirm(result.id, mate)

    for account in (recorder, mate):
        assert await _waiting(story, account) == []
        for act in (story.approve, story.return_):
            with refused("common.not_yours"):
                await act(result.id, by=account)
        assert await story.mail(account, "review") == []


async def test_reviewers_are_the_lead_department_s_or_the_office_s(story: Story) -> None:
    market, fire = (department.id for department in story.county.departments)
    office = await _reviewer(story, "联席办", None)
    other = await _reviewer(story, "消防的人", fire)
    own = await _reviewer(story, "市监的人", market)
    result = await story.confirmed(0, 2)

    assert await _waiting(story, office) == await _waiting(story, own) == [result.id]
    assert await _waiting(story, other) == []
    with refused("common.not_yours"):
        await story.approve(result.id, by=other)
    with refused("access.role"):
        await story.approve(result.id, by=story.witness)
    await story.approve(result.id, by=office)


async def test_approval_publishes_in_the_same_step(story: Story) -> None:
    """濮阳 二(九): 谁检查、谁录入、谁公示."""
    result = await story.confirmed(0, 2)
    publication = await story.approve(result.id)

    inspection = await story.inspection(result.inspection_id)
    assert inspection.state is InspectionState.PUBLISHED
    assert inspection.published_at == publication.published_at == story.clock()
    async with story.store.reading() as session:
        (said,) = (await session.exec(select(Review))).all()
    assert (said.verdict, said.reviewer_id, said.result_id) == (
        ReviewVerdict.APPROVED,
        story.coordinator.id,
        result.id,
    )
    assert (await story.task(inspection.task_id)).state is TaskState.CLOSED


async def test_the_public_sees_named_fields_and_nothing_that_a_person_wrote(story: Story) -> None:
    """五原 art. 23: the check itself only."""
    answers = {
        "results": ["corrected"],
        "situation": "机密情况：后厨垃圾桶没有盖",
        "measures": ["other"],
        "measures_other": "机密措施",
        "closed": "no",
        "remarks": "机密备注",
    }
    visit, recorder, mate = await story.begun(0, 2)
    await story.fill_in(visit, recorder, answers)
    result = await story.submit(visit, recorder)
    await story.confirm(result.id, mate)
    assert "机密备注" in json.dumps(result.record, ensure_ascii=False)
    publication = await story.approve(result.id)

    subject = next(one for one in story.county.subjects if one.key == publication.subject_key)
    assert publication.subject_name == subject.name
    assert publication.items == ["公示信息检查", "消防安全检查"]
    assert publication.results == ["发现问题已责令改正"]
    assert publication.departments == ["安澜县市场监督管理局", "安澜县消防救援大队"]
    assert publication.checked_on == date(2026, 11, 20)
    public = publications.published(publication).canonical().decode()
    names = [one.name for one in story.county.everybody]
    for hidden in ("机密", *names, "豫安", subject.address or "", "photo"):
        assert hidden not in public, hidden


def test_a_column_that_is_added_to_a_publication_is_not_public_by_itself() -> None:
    """Whoever adds one decides here whether the public reads it."""
    hidden = {"id", "inspection_id", "published_by"}
    assert set(Publication.model_fields) == set(ALLOWED) | hidden


async def test_what_is_published_is_what_was_fingerprinted(story: Story) -> None:
    publication = await story.approve((await story.confirmed()).id)
    async with story.store.reading() as session:
        shown = await publications.by_address(session, publication.address)
    assert shown is not None
    assert shown.intact
    assert shown.sha256 == publication.sha256


async def test_every_result_has_an_address_of_its_own_that_tells_nothing(story: Story) -> None:
    addresses = set()
    for visit in await story.dispatched(ratio_bp=2500):
        publication = await story.approve((await story.finish(visit)).id)
        assert len(publication.address) == 16
        assert publication.address.isalnum()
        assert publishing.address_of(publication, PUBLIC) == f"{PUBLIC}/r/{publication.address}"
        addresses.add(publication.address)
    assert len(addresses) == 3


async def test_inspectors_and_coordinators_learn_the_address_once_each(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    async with story.step() as step:  # somebody who inspects and coordinates
        step.session.add(Role(jurisdiction="anlan", account_id=mate.id, name=RoleName.COORDINATOR))
    await story.confirm(result.id, mate)
    publication = await story.approve(result.id)

    letters = await story.mail(kind="published")
    told = sorted(letter.account_id or 0 for letter in letters)
    assert told == sorted({recorder.id, mate.id, story.coordinator.id, story.second.id})
    assert all(f"{PUBLIC}/r/{publication.address}" in letter.text for letter in letters)


async def test_a_record_is_reviewed_once(story: Story) -> None:
    result = await story.confirmed()
    await story.approve(result.id)
    for act in (story.approve, story.return_):
        with refused("common.not_now"):
            await act(result.id, by=story.second)
    assert await _waiting(story, story.second) == []
    with refused("common.gone"):
        await story.approve(4711)


async def test_of_two_reviewers_at_once_one_is_heard(story: Story) -> None:
    result = await story.confirmed()
    came = await asyncio.gather(
        story.approve(result.id), story.approve(result.id, by=story.second), return_exceptions=True
    )
    (refusal,) = [one for one in came if isinstance(one, Refused)]
    assert refusal.code == "common.not_now"
    async with story.store.reading() as session:
        assert len((await session.exec(select(Publication))).all()) == 1


async def test_a_returned_record_says_why_and_is_written_on(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)
    for reason in ("", " 不 ", "字" * 201):
        with refused("tasks.reason_length"):
            await story.return_(result.id, reason)
    inspection = await story.return_(result.id, " 照片不清楚 ")

    assert inspection.state is InspectionState.RETURNED
    letter = (await story.mail(recorder))[-1]
    assert (letter.kind, letter.keyboard[0][0]["data"]) == ("returned", f"rec:resume:{inspection.id}:0:")
    assert "照片不清楚" in letter.text
    await story.goto(inspection.id, recorder, "remarks")
    await story.write(inspection.id, recorder, "已补拍")
    with refused("common.not_now"):
        await story.approve(result.id)
    again = await story.submit(inspection.id, recorder)
    await story.confirm(again.id, mate)
    async with story.store.reading() as session:
        versions = (await session.exec(select(Result.version).order_by(col(Result.id)))).all()
        verdicts = (await session.exec(select(Review.verdict))).all()
    assert list(versions) == [1, 2]
    assert list(verdicts) == [ReviewVerdict.RETURNED]
    await story.approve(again.id)


async def test_a_task_is_closed_with_its_last_publication(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=2500)
    task = (await story.inspection(visits[0])).task_id
    results = [(await story.finish(visit)).id for visit in visits]
    for result in results[:-1]:
        await story.approve(result)
        assert (await story.task(task)).state is TaskState.COMPLETED
    await story.approve(results[-1])
    assert (await story.task(task)).state is TaskState.CLOSED


@pytest.mark.parametrize("public_url", ["http://gongshi.example", "https://gs.example/chouchatong"])
async def test_the_address_follows_the_deployment_s(story: Story, public_url: str) -> None:
    result = await story.confirmed()
    async with story.step(story.coordinator) as step:
        publication = await reviews.approve(step, result.id, public_url)
    assert (await story.mail(kind="published"))[0].text.count(f"{public_url}/r/{publication.address}") == 2
