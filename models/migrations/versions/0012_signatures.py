"""Signatures under records, and the one-time links to the page where they are given.

Revision: 0012_signatures, after 0011_field.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.triggers import Guard, laying, lifting

revision = "0012_signatures"
down_revision = "0011_field"
branch_labels = None
depends_on = None

# As models/guards.py had it at this revision.
_GUARDED = Guard("signature")


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("means", sa.String(length=24), nullable=False),
        sa.Column("signer", sa.String(length=24), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("strokes", sa.JSON(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("witness", sa.String(), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_signature_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_signature_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_signature_result_id_result")),
        sa.ForeignKeyConstraint(["taken_by"], ["account.id"], name=op.f("fk_signature_taken_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_result_id"), ["result_id"], unique=False)

    op.create_table(
        "signing_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_signing_link_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_signing_link_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_signing_link_result_id_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_signing_link_token_sha256")),
    )
    with op.batch_alter_table("signing_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_link_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_signing_link_result_id"), ["result_id"], unique=False)

    for statement in laying(_GUARDED, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in lifting(_GUARDED, op.get_bind().dialect.name):
        op.execute(statement)

    with op.batch_alter_table("signing_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_link_result_id"))
        batch_op.drop_index(batch_op.f("ix_signing_link_jurisdiction"))

    op.drop_table("signing_link")
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_result_id"))
        batch_op.drop_index(batch_op.f("ix_signature_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_signature_inspection_id"))

    op.drop_table("signature")
