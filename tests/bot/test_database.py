import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import select

from bot.database import Store
from models import metadata
from models.registers import Jurisdiction
from rules.errors import Refused
from tests.conftest import BEGINNING


def _jurisdiction(code: str = "puyang") -> Jurisdiction:
    return Jurisdiction(code=code, name="濮阳县", profile="puyang", division="410928", created_at=BEGINNING)


async def test_what_a_step_stores_is_there_after_it(store: Store) -> None:
    async with store.step() as step:
        step.session.add(_jurisdiction())
    async with store.reading() as session:
        found = (await session.exec(select(Jurisdiction))).one()
    assert found.created_at == BEGINNING


async def test_nothing_of_a_step_that_raises_is_stored(store: Store) -> None:
    async def broken() -> None:
        async with store.step() as step:
            step.session.add(_jurisdiction())
            await step.session.flush()
            raise Refused("common.gone")

    with pytest.raises(Refused):
        await broken()
    async with store.reading() as session:
        assert (await session.exec(select(Jurisdiction))).first() is None


async def test_read_modify_write_from_many_steps_loses_no_update(store: Store) -> None:
    async with store.step() as step:
        step.session.add(_jurisdiction())
        await step.session.exec(text("CREATE TABLE counter (n INTEGER NOT NULL)"))  # type: ignore[call-overload]  # plain SQL
        await step.session.exec(text("INSERT INTO counter VALUES (0)"))  # type: ignore[call-overload]  # plain SQL

    async def count() -> None:
        async with store.step() as step:
            await step.get(Jurisdiction, "puyang", lock=True)  # type: ignore[arg-type]  # this table's key is text
            value = (await step.session.exec(text("SELECT n FROM counter"))).scalar_one()  # type: ignore[call-overload]  # plain SQL
            await asyncio.sleep(0)
            await step.session.exec(text("UPDATE counter SET n = :n"), params={"n": value + 1})  # type: ignore[call-overload]  # plain SQL

    await asyncio.gather(*(count() for _ in range(40)))
    async with store.reading() as session:
        assert (await session.exec(text("SELECT n FROM counter"))).scalar_one() == 40  # type: ignore[call-overload]  # plain SQL


async def test_sqlite_is_tuned_to_lose_nothing(store: Store) -> None:
    if store.url.get_backend_name() != "sqlite":
        return
    async with store.step() as step:
        connection = await step.session.connection()
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


async def test_the_migrations_end_where_the_models_are(store: Store) -> None:
    async with store.step() as step:
        connection = await step.session.connection()
        difference = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
    assert difference == []


async def test_a_store_behind_the_newest_revision_is_refused(store: Store) -> None:
    await store.check()
    async with store.step() as step:
        await step.session.exec(text("UPDATE alembic_version SET version_num = '0000'"))  # type: ignore[call-overload]  # plain SQL
    with pytest.raises(Refused) as refusal:
        await store.check()
    assert refusal.value.code == "store.behind"
