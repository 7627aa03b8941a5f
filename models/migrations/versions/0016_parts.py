"""Portions of a record, each with its recorder, and who gave the pen to whom.

Revision: 0016_parts, after 0015_reminding.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.triggers import Guard, laying, lifting

revision = "0016_parts"
down_revision = "0015_reminding"
branch_labels = None
depends_on = None

# As models/guards.py had it at this revision.
_GUARDED = Guard("passing")

_VISITS = sa.table(
    "inspection",
    sa.column("id", sa.Integer),
    sa.column("jurisdiction", sa.String),
    sa.column("forms", sa.JSON),
    sa.column("cursor", sa.String),
    sa.column("skipped", sa.JSON),
    sa.column("recorder_id", sa.Integer),
    sa.column("revision", sa.Integer),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    sa.column("begun_at", sa.DateTime(timezone=True)),
)
_PLACES = sa.table(
    "place",
    sa.column("inspection_id", sa.Integer),
    sa.column("seat", sa.Integer),
    sa.column("department_id", sa.Integer),
)


def upgrade() -> None:
    op.create_table(
        "portion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_portion_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_portion_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_portion_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["inspector.id"], name=op.f("fk_portion_recorder_id_inspector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portion")),
        sa.UniqueConstraint(
            "inspection_id", "department_id", name=op.f("uq_portion_inspection_id_department_id")
        ),
    )
    op.create_index(op.f("ix_portion_inspection_id"), "portion", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_portion_jurisdiction"), "portion", ["jurisdiction"], unique=False)
    op.create_index(op.f("ix_portion_recorder_id"), "portion", ["recorder_id"], unique=False)

    op.create_table(
        "passing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("portion_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=True),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_passing_decided_by_account")),
        sa.ForeignKeyConstraint(["giver_id"], ["inspector.id"], name=op.f("fk_passing_giver_id_inspector")),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_passing_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["portion_id"], ["portion.id"], name=op.f("fk_passing_portion_id_portion")),
        sa.ForeignKeyConstraint(["taker_id"], ["inspector.id"], name=op.f("fk_passing_taker_id_inspector")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passing")),
    )
    op.create_index(op.f("ix_passing_jurisdiction"), "passing", ["jurisdiction"], unique=False)
    op.create_index(op.f("ix_passing_portion_id"), "passing", ["portion_id"], unique=False)
    for statement in laying(_GUARDED, op.get_bind().dialect.name):
        op.execute(statement)

    _carry_over()
    # In place, where a batch would make the table anew, to which half of the others refer.
    op.drop_column("inspection", "cursor")
    op.drop_column("inspection", "skipped")


def downgrade() -> None:
    op.add_column("inspection", sa.Column("cursor", sa.String(), nullable=True))
    op.add_column(
        "inspection", sa.Column("skipped", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
    for statement in lifting(_GUARDED, op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("passing")
    op.drop_table("portion")


def _carry_over() -> None:
    """A record that was begun by one for all stays so: a portion of its leading department with every part."""
    bind = op.get_bind()
    leading = {
        row.inspection_id: row.department_id
        for row in bind.execute(sa.select(_PLACES).where(_PLACES.c.seat == 0))
    }
    begun = bind.execute(sa.select(_VISITS).where(_VISITS.c.begun_at.is_not(None))).all()
    rows = [
        {
            "jurisdiction": one.jurisdiction,
            "inspection_id": one.id,
            "department_id": leading.get(one.id),
            "leads": True,
            "parts": [pin["key"] for pin in one.forms],
            "recorder_id": one.recorder_id,
            "cursor": one.cursor,
            "skipped": one.skipped,
            "revision": one.revision,
            "changed_at": one.changed_at,
        }
        for one in begun
    ]
    if rows:
        portion = sa.table(
            "portion",
            *(sa.column(name) for name in rows[0] if name not in {"parts", "skipped", "changed_at"}),
            sa.column("parts", sa.JSON),
            sa.column("skipped", sa.JSON),
            sa.column("changed_at", sa.DateTime(timezone=True)),
        )
        op.bulk_insert(portion, rows)
