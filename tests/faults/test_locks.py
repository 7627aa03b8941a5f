"""Steps that happen at the same time on PostgreSQL: they may wait for each other, but never in a circle."""

import asyncio

import pytest
from sqlmodel import select

from bot.database import Store
from models.audit import AuditEvent
from models.people import Account
from models.registers import Jurisdiction, Subject
from services import audit
from tests import county as counties
from tests.conftest import BEGINNING
from tests.county import CODE

SECONDS = 20.0
"""After which it hangs."""

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_postgresql
async def test_steps_that_all_write_and_all_leave_a_line_in_the_record_do_not_lock_each_other_out(
    store: Store,
) -> None:
    county = await counties.make(store)
    everybody = asyncio.Barrier(5)

    async def write(account: Account) -> None:
        async with store.step() as step:
            step.session.add(Account(jurisdiction=CODE, name=f"{account.name}的同事"))
            await step.session.flush()
            step.record("account.made", account)
            await everybody.wait()  # from here on everybody wants to be the next in the record

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(*(write(account) for account in county.inspectors.values()))
    async with store.reading() as session:
        assert await audit.verify(session) == []
        found = (await session.exec(select(AuditEvent.kind))).all()
    assert list(found).count("account.made") == 5


@on_postgresql
async def test_a_row_that_a_step_holds_can_be_referred_to_by_another(store: Store) -> None:
    county = await counties.make(store)
    async with asyncio.timeout(SECONDS), store.step() as holder:
        await holder.get(Account, county.inspectors["陈知远"].id, lock=True)
        await holder.get(Jurisdiction, CODE, lock=True)  # type: ignore[arg-type]  # this table's key is text
        async with store.step() as other:
            other.session.add(Account(jurisdiction=CODE, name="新人"))
            other.session.add(Subject(jurisdiction=CODE, key="x", name="x", digest="", changed_at=BEGINNING))


@on_postgresql
async def test_a_row_that_a_step_holds_is_not_held_by_another(store: Store) -> None:
    county = await counties.make(store)
    order: list[str] = []
    held, inside = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with store.step() as step:
            await step.get(Account, county.inspectors["陈知远"].id, lock=True)
            held.set()
            await inside.wait()
            for _ in range(10):  # long enough for the other to get it, if it could
                await step.session.exec(select(Jurisdiction.code))
            order.append("first")

    async def second() -> None:
        await held.wait()
        async with store.step() as step:
            await step.session.exec(
                select(Jurisdiction.code)
            )  # connected, so that only the lock is waited for
            inside.set()
            await step.get(Account, county.inspectors["陈知远"].id, lock=True)
            order.append("second")

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(first(), second())
    assert order == ["first", "second"]
