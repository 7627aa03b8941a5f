"""Whoever tries what they may not, in planning or in a draw, changes nothing and leaves a line that says so."""

from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.people import Account, Role, RoleName
from services import audit
from tests.county import CODE
from tests.handlers.desk import Desk


@dataclass(slots=True)
class Bench:
    """A desk with a task whose draw is committed.

    Args:
        desk: the desk.
        task: its task.
    """

    desk: Desk
    task: int

    async def tries(self, who: Account, do: str) -> None:
        """Press what may be on no screen."""
        await self.desk.write(who, "/help")
        await self.desk.send_data(who, do.format(self.task))

    async def refused(self) -> list[tuple[int | None, str, int | None, object]]:
        """Lines of what was refused: who, what about, which refusal."""
        async with self.desk.story.store.reading() as session:
            assert await audit.verify(session) == []
            query = select(AuditEvent).where(AuditEvent.kind == "step.refused").order_by(col(AuditEvent.id))
            lines = (await session.exec(query)).all()
        return [(one.actor_id, one.object_kind, one.object_id, one.data) for one in lines]


@pytest.fixture
async def bench(at_desk: Desk) -> Bench:
    task = await at_desk.story.plan()
    await at_desk.story.commit(task)
    return Bench(at_desk, task)


async def test_an_opening_before_the_closing(bench: Bench) -> None:
    me = bench.desk.story.coordinator
    await bench.tries(me, "task:lists:{}:0:")
    assert await bench.refused() == [(me.id, "task", bench.task, {"code": "tasks.not_closed"})]


async def test_a_second_contribution_and_one_after_the_end(bench: Bench) -> None:
    witness = bench.desk.story.witness
    await bench.tries(witness, "draw:give:{}:0:")
    await bench.tries(witness, "draw:give:{}:0:")
    task = await bench.desk.story.plan()
    await bench.desk.story.commit(task)
    await bench.desk.story.fail(task)
    await bench.desk.send_data(witness, f"draw:give:{task}:0:")
    assert await bench.refused() == [
        (witness.id, "task", bench.task, {"code": "draws.given_already"}),
        (witness.id, "task", task, {"code": "draws.closed"}),
    ]


async def test_an_operator_who_is_a_witness_as_well(bench: Bench) -> None:
    me = bench.desk.story.coordinator
    async with bench.desk.story.store.step() as step:
        step.session.add(Role(jurisdiction=CODE, account_id=me.id, name=RoleName.WITNESS))
    await bench.tries(me, "draw:give:{}:0:")
    assert await bench.refused() == [(me.id, "task", bench.task, {"code": "draws.not_witness"})]


@pytest.mark.parametrize("do", ["draw", "lists", "dispatch", "fail", "items", "name", "discard", "open"])
async def test_a_coordinator_of_another_department(bench: Bench, do: str) -> None:
    other = bench.desk.story.second
    async with bench.desk.story.store.step() as step:
        (await step.get(Account, other.id)).department_id = bench.desk.story.county.departments[1].id
    await bench.tries(other, f"task:{do}:{{}}:0:")
    assert await bench.refused() == [(other.id, "task", bench.task, {"code": "access.department"})]


@pytest.mark.parametrize(
    ("do", "about"),
    [("task:draw:{}:0:", "task"), ("task:open:{}:0:", "task"), ("task:fill:1:0:2", "account")],
)
async def test_somebody_without_the_role(bench: Bench, do: str, about: str) -> None:
    """A button that no service has been asked about yet is a line about who pressed it."""
    inspector = next(iter(bench.desk.story.county.inspectors.values()))
    await bench.tries(inspector, do)
    ((who, kind, number, data),) = await bench.refused()
    assert (who, kind, data) == (inspector.id, about, {"code": "access.role"})
    assert number == (bench.task if about == "task" else inspector.id)


async def test_a_task_that_there_is_not(bench: Bench) -> None:
    inspector = next(iter(bench.desk.story.county.inspectors.values()))
    await bench.tries(inspector, "task:draw:99999999999999999999:0:")
    assert await bench.refused() == [(inspector.id, "task", None, {"code": "access.role"})]


async def test_what_somebody_wrote_stays_out_of_the_line(bench: Bench) -> None:
    me = bench.desk.story.coordinator
    await bench.tries(me, "task:fail:{}:0:")
    await bench.desk.write(me, "字" * 201)
    assert await bench.refused() == [(me.id, "task", bench.task, {"code": "tasks.reason_length"})]


async def test_a_slip_elsewhere_is_no_matter_for_the_record(bench: Bench) -> None:
    await bench.desk.write(bench.desk.story.coordinator, "在吗")
    await bench.tries(next(iter(bench.desk.story.county.inspectors.values())), "visit:accept:1:0:")
    assert await bench.refused() == []
