"""Certificate cards that a company scans, and transfer notes.

Revision: 0011_field, after 0010_duty_sources.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.triggers import Guard, laying, lifting

revision = "0011_field"
down_revision = "0010_duty_sources"
branch_labels = None
depends_on = None

# As models/guards.py had it at this revision.
_GUARDED = (
    Guard(
        "transfer",
        never=(
            *("id", "jurisdiction", "inspection_id", "kind", "department_id", "receiver", "facts"),
            *("opened_by", "opened_at"),
        ),
        once=("handed_at",),
    ),
)


def upgrade() -> None:
    op.create_table(
        "certificate_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_certificate_card_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_certificate_card_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"],
            ["jurisdiction.code"],
            name=op.f("fk_certificate_card_jurisdiction_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_card")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_certificate_card_token_sha256")),
    )
    with op.batch_alter_table("certificate_card", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_card_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_card_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("department", "judicial", "authority", name="receiverkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "handed", "withdrawn", name="transferstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_transfer_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_transfer_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_transfer_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_transfer_opened_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_jurisdiction"), ["jurisdiction"], unique=False)

    dialect = op.get_bind().dialect.name
    for guard in _GUARDED:
        for statement in laying(guard, dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for guard in _GUARDED:
        for statement in lifting(guard, dialect):
            op.execute(statement)

    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_transfer_inspection_id"))

    op.drop_table("transfer")

    with op.batch_alter_table("certificate_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_card_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_certificate_card_inspection_id"))

    op.drop_table("certificate_card")
