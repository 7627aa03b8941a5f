"""What was done towards a duty, and which department hosts the conference's office.

Revision: 0010_duty_sources, after 0009_duties.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.triggers import Guard, laying, lifting

revision = "0010_duty_sources"
down_revision = "0009_duties"
branch_labels = None
depends_on = None

_GUARD = Guard("duty_entry")


def upgrade() -> None:
    op.add_column("department", sa.Column("office", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "duty_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_duty_entry_duty_id_duty")),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_duty_entry_given_by_account")),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_duty_entry_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_entry")),
    )
    for name in ("jurisdiction", "duty_id"):
        op.create_index(op.f(f"ix_duty_entry_{name}"), "duty_entry", [name], unique=False)
    for statement in laying(_GUARD, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in lifting(_GUARD, op.get_bind().dialect.name):
        op.execute(statement)
    for name in ("duty_id", "jurisdiction"):
        op.drop_index(op.f(f"ix_duty_entry_{name}"), table_name="duty_entry")
    op.drop_table("duty_entry")
    op.drop_column("department", "office")  # not in batch mode: other tables refer to this one
