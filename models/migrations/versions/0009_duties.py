"""Duties of every kind: who owes them, fixed dates, what was given and by whom they were done.

Revision: 0009_duties, after 0008_checkpoints.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_duties"
down_revision = "0008_checkpoints"
branch_labels = None
depends_on = None

DUTY = sa.table(
    "duty",
    *(sa.column(name, sa.String()) for name in ("kind", "key")),
    *(sa.column(name, sa.Integer()) for name in ("inspection_id", "task_id", "working_days")),
    *(sa.column(name, sa.Date()) for name in ("due_on", "remind_on", "started_on", "next_on")),
)
INSPECTION = sa.table("inspection", *(sa.column(name, sa.Integer()) for name in ("id", "task_id")))
REFERENCES = {"department_id": "department", "holder_id": "account", "task_id": "task"}


def upgrade() -> None:
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("title", sa.String(), nullable=False, server_default=""))
        for name, target in REFERENCES.items():
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_duty_{name}_{target}"), target, [name], ["id"])
            batch_op.create_index(op.f(f"ix_duty_{name}"), [name], unique=False)
        batch_op.add_column(sa.Column("remind_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("next_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("source", sa.String(length=16), nullable=False, server_default="document")
        )
        batch_op.add_column(sa.Column("needed", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("given", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("done_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_duty_done_by_account"), "account", ["done_by"], ["id"])
        batch_op.add_column(sa.Column("late_reason", sa.String(), nullable=True))
        batch_op.alter_column("inspection_id", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("working_days", existing_type=sa.Integer(), nullable=True)
        batch_op.drop_constraint(op.f("uq_duty_kind_inspection_id"), type_="unique")
    its_task = (
        sa.select(INSPECTION.c.task_id).where(INSPECTION.c.id == DUTY.c.inspection_id).scalar_subquery()
    )
    op.execute(
        DUTY.update().values(
            key=sa.cast(DUTY.c.inspection_id, sa.String(length=120)),
            task_id=its_task,
            remind_on=DUTY.c.due_on,
            next_on=DUTY.c.started_on,
        )
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(length=120), nullable=False)
        batch_op.alter_column("remind_on", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("next_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_duty_kind_key"), ["kind", "key"])
        batch_op.create_index("ix_duty_next", ["jurisdiction", "state", "next_on"], unique=False)
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_column("read_at")
        batch_op.drop_column("escalated")
    # What has no visit was not known before.
    op.execute("DELETE FROM reminder WHERE duty_id IN (SELECT id FROM duty WHERE inspection_id IS NULL)")
    op.execute(sa.delete(DUTY).where(DUTY.c.inspection_id.is_(None)))
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index("ix_duty_next")
        batch_op.drop_constraint(op.f("uq_duty_kind_key"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_duty_kind_inspection_id"), ["kind", "inspection_id"])
        batch_op.alter_column("working_days", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("inspection_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("late_reason")
        batch_op.drop_constraint(op.f("fk_duty_done_by_account"), type_="foreignkey")
        for name in ("done_by", "given", "needed", "source", "next_on", "remind_on"):
            batch_op.drop_column(name)
        for name, target in reversed(REFERENCES.items()):
            batch_op.drop_index(op.f(f"ix_duty_{name}"))
            batch_op.drop_constraint(op.f(f"fk_duty_{name}_{target}"), type_="foreignkey")
            batch_op.drop_column(name)
        batch_op.drop_column("title")
        batch_op.drop_column("key")
