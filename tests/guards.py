"""Tampering as somebody does it who has the database's password: the triggers are taken away first."""

from bot.database import Store
from models.guards import GUARDED
from models.migrations.triggers import lifting


async def lift(store: Store, *tables: str) -> None:
    """Take the triggers of these tables away."""
    async with store.step() as step:
        connection = await step.session.connection()
        for guard in GUARDED:
            if guard.table in tables:
                for statement in lifting(guard, connection.dialect.name):
                    await connection.exec_driver_sql(statement)
