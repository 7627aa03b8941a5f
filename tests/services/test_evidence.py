"""Photos: noted with the answer, fetched by a worker, never lost and never there twice."""

from datetime import timedelta

import pytest

from models.inspections import Evidence, EvidenceState
from services import evidence
from services.evidence import LEASE, LONGEST_WAIT, TRIES
from tests.conftest import SetClock
from tests.services.answering import document, photo
from tests.services.refusals import refused
from tests.services.story import Story

QUESTION = "base/arrival/arrival_photos"


@pytest.fixture
async def visit(story: Story) -> int:
    return (await story.begun())[0]


async def _note(story: Story, visit: int, *names: str, question: str = QUESTION) -> list[int]:
    ids = []
    for name in names:
        async with story.step(story.coordinator) as step:
            row, is_new = await evidence.note(
                step, await story.inspection(visit), question, photo(name, step.now)
            )
            assert is_new
        ids.append(row.id)
    return ids


async def _due(story: Story, limit: int = 10) -> list[int]:
    async with story.step() as step:
        return [row.id for row in await evidence.due(step, limit)]


async def _row(story: Story, key: int) -> Evidence:
    async with story.step() as step:
        return await step.get(Evidence, key)


async def test_the_same_file_twice_is_one_piece_of_evidence(story: Story, visit: int) -> None:
    (first,) = await _note(story, visit, "门头")
    async with story.step(story.coordinator) as step:
        row, is_new = await evidence.note(
            step, await story.inspection(visit), QUESTION, photo("门头", step.now)
        )
    assert (row.id, is_new) == (first, False)
    (other,) = await _note(story, visit, "门头", question="base/conclusion/problem/problem_photos")
    assert other != first


async def test_a_worker_takes_what_is_there_once(story: Story, visit: int, clock: SetClock) -> None:
    rows = await _note(story, visit, "一", "二", "三")

    assert await _due(story, limit=2) == rows[:2]
    assert await _due(story) == rows[2:]
    assert await _due(story) == []
    clock.now += LEASE  # the worker died
    assert await _due(story) == rows


async def test_two_workers_at_once_share_the_photos(story: Story, visit: int) -> None:
    rows = await _note(story, visit, "一", "二")
    if story.store.url.get_backend_name() == "sqlite":
        return  # one writer: the second asks when the first has its rows
    async with story.step() as one, story.step() as other:
        first = [row.id for row in await evidence.due(one, 1)]
        await one.session.flush()
        assert (first, [row.id for row in await evidence.due(other, 5)]) == (rows[:1], rows[1:])


async def test_what_is_in_the_vault_is_stored_with_its_hash(
    story: Story, visit: int, clock: SetClock
) -> None:
    (row,) = await _note(story, visit, "门头")
    clock.advance(minutes=2)
    async with story.step() as step:
        await evidence.stored(step, row, "a" * 64, 51_234)

    found = await _row(story, row)
    assert (found.state, found.sha256, found.size) == (EvidenceState.STORED, "a" * 64, 51_234)
    assert found.stored_at == clock()
    clock.advance(days=1)
    assert await _due(story) == []


async def test_a_fetch_that_failed_is_tried_again_ever_later_and_at_last_given_up(
    story: Story, visit: int, clock: SetClock
) -> None:
    (row,) = await _note(story, visit, "门头")
    waits = []
    for attempt in range(1, TRIES + 1):
        assert await _due(story) == [row]
        async with story.step() as step:
            given_up = await evidence.failed(step, row, "NetworkError", final=False)
        assert (given_up is not None) is (attempt == TRIES)
        found = await _row(story, row)
        assert found.next_try_at is not None
        waits.append(found.next_try_at - clock())
        clock.now = found.next_try_at
    assert (found.state, found.tries) == (EvidenceState.FAILED, TRIES)
    assert waits[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert max(waits) <= LONGEST_WAIT
    assert await _due(story) == []


async def test_a_file_that_is_gone_is_given_up_at_once(story: Story, visit: int) -> None:
    (row,) = await _note(story, visit, "门头")
    async with story.step() as step:
        given_up = await evidence.failed(step, row, "BadRequest", final=True)
    assert given_up is not None
    assert given_up.state is EvidenceState.FAILED


async def test_what_is_stored_cannot_fail_any_more(story: Story, visit: int) -> None:
    (row,) = await _note(story, visit, "门头")
    async with story.step() as step:
        await evidence.stored(step, row, "a" * 64, 1)
    async with story.step() as step:
        assert await evidence.failed(step, row, "late", final=True) is None
    assert (await _row(story, row)).state is EvidenceState.STORED


async def test_a_photo_sent_again_after_a_failure_is_fetched_again(story: Story, visit: int) -> None:
    (row,) = await _note(story, visit, "门头")
    async with story.step() as step:
        await evidence.failed(step, row, "BadRequest", final=True)
    async with story.step(story.coordinator) as step:
        again, is_back = await evidence.note(
            step, await story.inspection(visit), QUESTION, photo("门头", step.now)
        )
        assert (again.id, is_back) == (row, True)
    assert await _due(story) == [row]


async def test_a_photo_that_was_taken_back_keeps_its_bytes_and_comes_back_with_them(
    story: Story, visit: int
) -> None:
    (row,) = await _note(story, visit, "门头")
    async with story.step() as step:
        (await step.get(Evidence, row)).state = EvidenceState.REMOVED
    async with story.step() as step:
        await evidence.stored(step, row, "b" * 64, 1)  # the fetch was under way
    assert (await _row(story, row)).state is EvidenceState.REMOVED
    async with story.store.reading() as session:
        assert await evidence.of_inspection(session, visit) == []

    async with story.step(story.coordinator) as step:
        again, is_back = await evidence.note(
            step, await story.inspection(visit), QUESTION, photo("门头", step.now)
        )
        assert (again.id, is_back) == (row, True)
    assert (await _row(story, row)).state is EvidenceState.STORED


async def test_the_file_as_it_was_sent_is_noted_with_it(story: Story, visit: int, clock: SetClock) -> None:
    sent_at = clock() - timedelta(hours=2)
    async with story.step(story.coordinator) as step:
        row, _ = await evidence.note(
            step, await story.inspection(visit), QUESTION, document("证照", sent_at, "image/png")
        )
    found = await _row(story, row.id)
    assert (found.kind, found.media_type, found.file_name) == ("document", "image/png", "证照.bin")
    assert (found.sent_at, found.given_at) == (sent_at, clock())
    assert found.given_by == story.coordinator.id


async def test_a_piece_of_evidence_that_is_not_there_is_refused(story: Story, visit: int) -> None:
    del visit
    async with story.step() as step:
        with refused("common.gone"):
            await evidence.stored(step, 4711, "a" * 64, 1)
