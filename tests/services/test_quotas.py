"""The year's shares from what was really drawn and sent out."""

from datetime import date

import pytest
from sqlmodel import select

from models.registers import Subject
from models.tasks import Task
from rules.profile.terms import TaskKind
from rules.quotas import QuotaKind, QuotaState, Share, Tally
from services import overview, quotas
from tests.services.conftest import Under
from tests.services.story import Story

TODAY = date(2026, 11, 20)


async def _classes(story: Story, credit_class: str | None) -> None:
    async with story.step() as step:
        for subject in (await step.session.exec(select(Subject))).all():
            subject.credit_class = credit_class
            step.session.add(subject)


async def _sent(story: Story, *items: int) -> int:
    task = await story.draw_again(*items)
    await story.dispatch(task)
    return task


async def _shares(story: Story, today: date = TODAY) -> dict[QuotaKind, Share]:
    async with story.store.reading() as session:
        outlook = await quotas.outlook(session, await story.profile(), "anlan", today)
    return {one.kind: one for one in outlook.shares}


async def test_joint_and_credit_risk_draws_are_counted(under: Under) -> None:
    story = await under("xingtai")
    await story.bind()
    assert {one.state for one in (await _shares(story)).values()} == {QuotaState.EMPTY}
    await _classes(story, "D")
    await _sent(story, 0, 2)  # 10 % of twelve of class D, rounded up
    await _classes(story, None)
    await _sent(story, 0)  # unclassified: 3 % of twelve, rounded up
    await story.plan(0)  # a draft is not yet a draw
    shares = await _shares(story)
    assert {kind: (one.part, one.whole) for kind, one in shares.items()} == {
        QuotaKind.CREDIT_RISK: (1, 2),
        QuotaKind.JOINT: (1, 2),
        QuotaKind.JOINT_SUBJECTS: (2, 3),
    }
    assert shares[QuotaKind.CREDIT_RISK].state is QuotaState.SHORT
    assert shares[QuotaKind.JOINT].state is QuotaState.MET
    async with story.store.reading() as session:
        year = await quotas.year_of(session, "anlan", date(2027, 1, 1))
        told = await quotas.everywhere(session, TODAY)
    assert year.all == Tally(), "another year begins at nothing"
    assert [(one["kind"], one["part"], one["whole"], one["state"]) for one in told] == [
        ("credit_risk", 1, 2, "short"),
        ("joint", 1, 2, "met"),
        ("joint_subjects", 2, 3, "met"),
    ]


async def test_special_inspections_stand_outside(under: Under) -> None:
    story = await under("shifanqu")
    await story.bind()
    task = await _sent(story, 0)
    async with story.step() as step:
        row = await step.get(Task, task)
        row.kind = TaskKind.SPECIAL
        step.session.add(row)
    assert (await _shares(story))[QuotaKind.CREDIT_RISK].state is QuotaState.EMPTY


async def test_a_jurisdiction_without_quotas_shows_none(story: Story) -> None:
    assert await _shares(story) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_card_warns_of_what_the_task_would_break(under: Under) -> None:
    story = await under("shifanqu")
    await story.bind()
    await _classes(story, "C")
    await _sent(story, 0)
    profile = await story.profile()

    async def warned(task: int) -> list[tuple[QuotaKind, bool]]:
        async with story.step(story.coordinator) as step:
            known = await overview.glance(step, profile, await step.get(Task, task))
        return [(one.after.kind, one.breaks) for one in known.warnings]

    task = await story.plan(0)
    assert await warned(task) == []
    await _classes(story, None)
    assert await warned(task) == [(QuotaKind.CREDIT_RISK, True)], "1 of 2 is not above 80 %"
    async with story.step() as step:
        row = await step.get(Task, task)
        row.kind = TaskKind.SPECIAL
        step.session.add(row)
    assert await warned(task) == []
