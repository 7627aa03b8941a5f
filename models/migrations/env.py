"""Runs migrations on a connection that the caller hands over (bot/database.py)."""

from alembic import context

from models import metadata
from models.migrations.rendering import plain

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain,
    user_module_prefix="sa.",
)
with context.begin_transaction():
    context.run_migrations()
