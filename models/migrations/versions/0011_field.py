"""Certificate cards that a company scans.

Revision: 0011_field, after 0010_duty_sources.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_field"
down_revision = "0010_duty_sources"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    with op.batch_alter_table("certificate_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_card_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_certificate_card_inspection_id"))

    op.drop_table("certificate_card")
