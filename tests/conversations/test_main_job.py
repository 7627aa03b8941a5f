"""The main job, from the first press to the public page, on both databases."""

import httpx
from sqlmodel import select

from models.duties import Duty, DutyKind, DutyState
from models.inspections import Evidence, EvidenceState, InspectionState
from models.results import Publication
from models.tasks import Task, TaskState
from rules.draw.verification import verify
from services import audit, bundles
from tests.conversations.acting import confirmed
from tests.conversations.conftest import Stage
from web.app import create


async def test_a_drawn_visit_ends_on_the_public_page(stage: Stage) -> None:
    visit = await confirmed(stage)
    await visit.coordinator.press("查看并审核")
    await visit.coordinator.press("通过并公示")
    await visit.coordinator.wait_for("已通过并公示")
    await visit.recorder.wait_for("检查结果已公示")

    async with stage.store.reading() as session:
        publication = (await session.exec(select(Publication))).one()
        duty = (await session.exec(select(Duty).where(Duty.kind == DutyKind.PUBLICATION))).one()
        task = (await session.exec(select(Task))).one()
        evidence = (await session.exec(select(Evidence))).all()
        assert await audit.verify(session) == []
        for draw in await bundles.listed(session):
            assert verify(await bundles.export(session, draw["id"])).ok
    assert (await visit.inspection()).state is InspectionState.PUBLISHED
    assert duty.state is DutyState.DONE
    assert task.state is TaskState.CLOSED
    assert {one.state for one in evidence} == {EvidenceState.STORED}
    for one in evidence:
        assert one.sha256
        assert stage.settings.evidence_folder.joinpath(one.sha256[:2], one.sha256[2:4], one.sha256).is_file()

    app = create(stage.store, public_url="http://gongshi.example")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://gongshi.example"
    ) as site:
        page = (await site.get(f"/r/{publication.address}")).text
    assert visit.subject in page
    assert "未发现问题" in page
    assert visit.recorder.name not in page


async def test_each_inspector_sees_only_their_own_visit(stage: Stage) -> None:
    visit = await confirmed(stage)
    others = [name for name in stage.county.inspectors if name not in {visit.recorder.name, visit.mate.name}]
    for name in others:
        person = await stage.person(stage.county.inspectors[name])
        await person.tap("📋 我的任务")
        empty = await person.wait_for("没有待办")
        assert visit.subject not in "".join(message.text for message in person.messages)
        assert not empty.labels
