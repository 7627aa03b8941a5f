"""The main job under the rules of each of the five governments."""

import pytest
from sqlmodel import select

from models.duties import Duty, DutyKind
from models.tasks import Task
from rules.calendar import official_calendar
from rules.profile.terms import CheckEvent, TaskKind
from services import profiles
from tests.conversations.acting import confirmed
from tests.conversations.conftest import Stage

EVERY = ("puyang", "yanshi", "wuyuan", "shifanqu", "xingtai")


@pytest.mark.parametrize("profile", EVERY, indirect=True)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_visit_is_drawn_made_and_published_under_every_profile(stage: Stage, profile: str) -> None:
    rules = profiles.load(profile)
    visit = await confirmed(stage)
    async with stage.store.reading() as session:
        duty = (await session.exec(select(Duty).where(Duty.kind == DutyKind.PUBLICATION))).one()
        task = (await session.exec(select(Task))).one()
    # With one subject the task is complete when its check is, so that every clock has started.
    assert CheckEvent(duty.start_event) is rules.publication.starts.value
    assert duty.due_on == official_calendar().add_working_days(duty.started_on, 20).on
    assert duty.article
    assert (task.kind is TaskKind.TRIGGERED) == rules.tasks.trigger_required.value
    await visit.coordinator.press("查看并审核")
    await visit.coordinator.press("通过并公示")
    await visit.coordinator.wait_for("已通过并公示")
