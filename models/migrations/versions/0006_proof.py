"""Private links to a company's own line of a draw.

Revision: 0006_proof, after 0005_places.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_proof"
down_revision = "0005_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proof_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["draw_attempt.id"], name=op.f("fk_proof_link_attempt_id_draw_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_proof_link_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_proof_link_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_proof_link_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_proof_link_token_sha256")),
    )
    with op.batch_alter_table("proof_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_link_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_link_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_proof_link_subject_id"), ["subject_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("proof_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proof_link_subject_id"))
        batch_op.drop_index(batch_op.f("ix_proof_link_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_proof_link_attempt_id"))

    op.drop_table("proof_link")
