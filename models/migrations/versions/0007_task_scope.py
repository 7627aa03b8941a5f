"""a task's scope, trigger, numbers, methods and who chooses its inspectors.

Revision: 0007_task_scope, after 0006_proof.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_task_scope"
down_revision = "0006_proof"
branch_labels = None
depends_on = None

TEXTS = ("kind_reason", "trigger_source", "trigger_reference", "year_reason", "mode_reason")
LISTS = ("subject_kinds", "scales", "regions", "tags", "lists", "methods", "named")


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=True))
        batch_op.add_column(sa.Column("trigger_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("mode", sa.String(length=24), nullable=True))
        for name in LISTS:
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("numbers", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("task_department", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("task_department", schema=None) as batch_op:
        batch_op.drop_column("by_hand")
    with op.batch_alter_table("task", schema=None) as batch_op:
        for name in ("numbers", *reversed(LISTS), "mode", "trigger_on", *reversed(TEXTS)):
            batch_op.drop_column(name)
