"""The page behind a certificate card: today it names the inspectors, afterwards it says that it is over, and nothing else."""

import httpx
import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from services import certificates
from tests.conftest import SetClock
from tests.services.story import Story

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_sqlite
async def test_a_card_is_scanned_today_and_tells_nothing_tomorrow(
    story: Story, client: httpx.AsyncClient, clock: SetClock
) -> None:
    visit, recorder, mate = await story.begun(0, 2)
    async with story.step(recorder) as step:
        made = await certificates.make(step, visit)
        task, subject = made.card.case.task.name, made.card.case.subject.name
    path = made.address("") or f"/c/{made.token}"
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    for word in (recorder.name, mate.name, "豫安", task, subject, "公示信息检查", "消防安全检查", "今天有效"):
        assert word in answer.text
    assert (await client.head(path)).status_code == 200

    clock.advance(days=1)
    over = await client.get(path)
    assert over.status_code == 410
    assert "失效" in over.text
    for word in (recorder.name, mate.name, "豫安", task, subject):
        assert word not in over.text
    for wrong in ("/c/x", "/c/" + "a" * 22, f"{path}a"):
        assert (await client.get(wrong)).status_code == 404
    async with story.store.reading() as session:
        query = select(AuditEvent.kind).where(col(AuditEvent.kind) == "certificate.opened")
        assert (
            len((await session.exec(query)).all()) == 1
        )  # the look alone, not the question whether it is there
