"""A step: who does it, when, and what it may touch."""

from datetime import UTC, date, datetime

import pytest

from bot.database import Store
from models.people import Account, RoleName
from models.registers import Jurisdiction
from models.tasks import Task
from services.step import Actor, Step
from tests.conftest import SetClock
from tests.services.refusals import refused
from tests.services.story import Story


async def test_the_day_of_a_step_is_the_day_in_china(store: Store, clock: SetClock) -> None:
    days = []
    for moment in (
        datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 0, tzinfo=UTC),
    ):
        clock.now = moment
        async with store.step() as step:
            days.append(step.today)
    assert days == [date(2026, 11, 20), date(2026, 11, 21), date(2027, 1, 1)]


async def test_what_only_a_person_can_do_is_refused_to_the_clock(store: Store) -> None:
    async with store.step() as step:
        with refused("access.person"):
            _ = step.person


@pytest.mark.parametrize(
    ("has", "needs", "may"),
    [
        ({RoleName.INSPECTOR}, (RoleName.INSPECTOR,), True),
        ({RoleName.INSPECTOR, RoleName.REVIEWER}, (RoleName.REVIEWER, RoleName.COORDINATOR), True),
        ({RoleName.INSPECTOR}, (RoleName.REVIEWER, RoleName.COORDINATOR), False),
        (set(), (RoleName.WITNESS,), False),
    ],
)
def test_one_of_the_roles_is_enough_and_none_is_not(
    has: set[RoleName], needs: tuple[RoleName, ...], may: bool
) -> None:
    actor = Actor(Account(jurisdiction="anlan", name="甲"), frozenset(has))
    if may:
        actor.require(*needs)
    else:
        with refused("access.role"):
            actor.require(*needs)


async def test_a_row_that_is_gone_is_said_to_be(store: Store) -> None:
    async with store.step() as step:
        for lock in (False, True):
            with refused("common.gone"):
                await step.get(Account, 4711, lock=lock)


async def test_a_lock_shows_the_row_as_the_last_step_left_it(story: Story) -> None:
    """What was read before the lock may have changed until it was had."""
    if story.store.url.get_backend_name() == "sqlite":
        return  # one writer: nothing changes during a step
    task = await story.plan()
    async with story.step() as reading:
        assert (await reading.get(Task, task)).revision == 3
        async with story.step() as writing:
            (await writing.get(Task, task)).revision = 99
        assert (await reading.get(Task, task, lock=True)).revision == 99


def test_a_line_in_the_record_says_whose_and_what() -> None:
    step = Step(session=None, now=datetime(2026, 11, 20, tzinfo=UTC), entropy=bytes)  # type: ignore[arg-type]  # nothing is stored
    step.record("account.invited", Account(id=7, jurisdiction="anlan", name="甲"), by=3)
    assert [(e.jurisdiction, e.kind, e.object_kind, e.object_id, e.data) for e in step.entries] == [
        ("anlan", "account.invited", "account", 7, {"by": 3})
    ]


async def test_the_same_clock_dates_everything_in_a_step(store: Store, clock: SetClock) -> None:
    async with store.step() as step:
        step.session.add(
            Jurisdiction(code="anlan", name="甲", profile="puyang", division="419998", created_at=step.now)
        )
        clock.advance(hours=3)
        assert step.now == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
