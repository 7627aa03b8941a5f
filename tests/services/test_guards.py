"""What the database itself refuses, whoever asks it."""

from datetime import date

import pytest
from alembic.command import downgrade
from sqlalchemy import Index, UniqueConstraint, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from bot.database import Store, _config
from models import metadata
from models.audit import Checkpoint
from models.duties import Duty, DutyEntry
from models.guards import GUARDED
from models.inquiries import Inquiry
from models.inspections import Answer, Inspection
from models.migrations.triggers import Guard, laying
from models.portions import Passing, Portion
from models.tasks import BeaconReading, Contribution
from models.transfers import ReceiverKind, Transfer, TransferState
from tests.conftest import BEGINNING
from tests.county import CODE
from tests.guards import lift
from tests.services.story import Story


async def _run(store: Store, *words: str) -> None:
    async with store.step() as step:
        await (await step.session.connection()).exec_driver_sql(" ".join(words))


async def _refuses(store: Store, *words: str) -> None:
    with pytest.raises(DBAPIError, match="never change"):
        await _run(store, *words)


async def _triggers(store: Store) -> dict[str, str]:
    """The triggers that the database has, with their text on SQLite."""
    if store.url.get_backend_name() == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname AS name, '' AS sql FROM pg_trigger WHERE NOT tgisinternal"
    async with store.reading() as session:
        found = await (await session.connection()).exec_driver_sql(query)
        return {row["name"]: row["sql"] for row in found.mappings()}


async def test_a_fresh_store_has_exactly_the_triggers_that_the_models_name(store: Store) -> None:
    dialect = store.url.get_backend_name()
    found = await _triggers(store)
    assert set(found) == {name for guard in GUARDED for name in guard.names(dialect)}
    if dialect == "sqlite":
        assert set(found.values()) == {one for guard in GUARDED for one in laying(guard, dialect)}


def test_guards_name_columns_and_unique_keys_as_the_models_have_them() -> None:
    for guard in GUARDED:
        table = metadata.tables[guard.table]
        assert {*guard.never, *guard.once, *guard.documents} <= set(table.columns.keys())
        keys = {
            tuple(column.name for column in one.columns)
            for one in (*table.constraints, *table.indexes)
            if isinstance(one, UniqueConstraint) or (isinstance(one, Index) and one.unique)
        }
        assert {columns for columns, _ in guard.unique} == keys, guard.table
        assert {"id", "jurisdiction"} <= {*guard.never} or not guard.never


@pytest.fixture
async def written(story: Story) -> Store:
    """A store in which every guarded table has a row."""
    visit = (await story.dispatched())[0]
    result = await story.finish(visit)
    await story.return_(result.id)
    async with story.store.step() as step:
        step.session.add(
            Checkpoint(
                jurisdiction=CODE,
                on_date=date(2026, 11, 20),
                sequence=1,
                hash="0" * 64,
                count=1,
                at=BEGINNING,
            )
        )
        contribution = (await step.session.exec(select(Contribution))).first()
        assert contribution is not None
        step.session.add(
            Transfer(
                jurisdiction=CODE,
                inspection_id=visit,
                kind=ReceiverKind.DEPARTMENT,
                department_id=story.county.departments[1].id,
                receiver=story.county.departments[1].name,
                facts="后院堆放易燃物",
                state=TransferState.HANDED,
                opened_by=contribution.account_id,
                opened_at=BEGINNING,
                handed_at=BEGINNING,
            )
        )
        step.session.add(
            BeaconReading(
                jurisdiction=CODE,
                attempt_id=contribution.attempt_id,
                turn=1,
                account_id=contribution.account_id,
                value="03 12 17",
                read_at=BEGINNING,
            )
        )
        duty = (await step.session.exec(select(Duty))).first()
        assert duty is not None
        step.session.add(
            DutyEntry(
                jurisdiction=CODE,
                duty_id=duty.id,
                title="县电视台报道",
                given_by=story.coordinator.id,
                given_at=BEGINNING,
            )
        )
        visited = (await step.session.exec(select(Inspection))).first()
        assert visited is not None
        step.session.add(
            Inquiry(
                jurisdiction=CODE,
                inspection_id=visited.id,
                item_id=story.county.items[0].id,
                department_id=story.county.departments[0].id,
                question="许可证要看原件吗？",
                asked_by=contribution.account_id,
                asked_at=BEGINNING,
                answer="要。",
                answered_by=contribution.account_id,
                answered_at=BEGINNING,
            )
        )
        portion = (await step.session.exec(select(Portion))).first()
        assert portion is not None
        taker = portion.recorder_id
        assert taker is not None
        step.session.add(
            Passing(
                jurisdiction=CODE,
                portion_id=portion.id,
                taker_id=taker,
                giver_id=taker,
                reason="手机没电",
                decided_by=story.coordinator.id,
                at=BEGINNING,
            )
        )
    await _run(
        story.store, "UPDATE answer SET superseded_at = given_at WHERE id = (SELECT min(id) FROM answer)"
    )
    return story.store


def _other(guard: Guard, column: str) -> str:
    """An SQL expression whose value differs from the column's."""
    kind = type(metadata.tables[guard.table].columns[column].type).__name__
    if kind == "JSON":
        return "'\"other\"'"
    if kind in {"Integer", "BigInteger"}:
        return f"{column} + 1000"
    if kind == "LargeBinary":
        return "NULL"
    if kind in {"UTCDateTime", "DateTime"}:
        return "'2020-01-01 00:00:00+00'"
    if kind == "Date":
        return "'2020-01-01'"
    return "'other'"


async def test_nothing_of_the_record_is_changed_deleted_or_replaced(written: Store) -> None:
    for guard in GUARDED:
        columns = metadata.tables[guard.table].columns.keys()
        for column in (*guard.never, *guard.once) or columns:
            if column in {"failed_at", "failure"}:
                continue  # this attempt did not fail; the test below has one that did
            where = f"WHERE {column} IS NOT NULL" if column in guard.once else ""
            await _refuses(written, "UPDATE", guard.table, "SET", column, "=", _other(guard, column), where)
        await _refuses(written, "DELETE FROM", guard.table)
        if written.url.get_backend_name() == "sqlite":
            replace = ("INSERT OR REPLACE INTO", guard.table, "SELECT")
            await _refuses(written, *replace, "*", "FROM", guard.table)
            if guard.unique:
                fresh = ", ".join("id + 100000" if name == "id" else name for name in columns)
                await _refuses(written, *replace, fresh, "FROM", guard.table)
        else:
            await _refuses(written, "TRUNCATE", guard.table, "CASCADE")


async def test_why_an_attempt_failed_stays(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.fail(task)
    for column in ("failed_at", "failure"):
        await _refuses(story.store, "UPDATE draw_attempt SET", column, "= NULL")


async def test_what_a_service_changes_can_be_changed(written: Store) -> None:
    await _run(written, "UPDATE answer SET aside = NOT aside")
    await _run(written, "UPDATE answer SET superseded_at = given_at WHERE superseded_at IS NULL")
    await _run(written, "UPDATE drawn SET standing = 'replaced'")
    async with written.reading() as session:
        assert all(row.superseded_at for row in (await session.exec(select(Answer))).all())


async def test_whoever_has_the_password_takes_a_trigger_away(written: Store) -> None:
    """So the triggers are a fence, and the chain with its checkpoints is the proof."""
    await lift(written, "review")
    await _run(written, "DELETE FROM review")


async def test_a_store_of_an_earlier_revision_climbs_with_its_rows_and_gets_the_triggers(
    written: Store,
) -> None:
    before = await _triggers(written)
    async with written._writer.begin() as connection:
        await connection.run_sync(lambda sync: downgrade(_config(sync), "0007_task_scope"))
    assert await _triggers(written) == {}
    async with written.reading() as session:
        connection = await session.connection()
        assert "checkpoint" not in await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        rows = (await session.exec(text("SELECT count(*) FROM audit_event"))).scalar_one()  # type: ignore[call-overload]  # plain SQL
    await written.upgrade()
    assert await _triggers(written) == before
    await _refuses(written, "DELETE FROM audit_event")
    async with written.reading() as session:
        assert (await session.exec(text("SELECT count(*) FROM audit_event"))).scalar_one() == rows  # type: ignore[call-overload]  # plain SQL
