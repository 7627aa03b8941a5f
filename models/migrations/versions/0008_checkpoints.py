"""Checkpoints of the chain, and triggers that hold the record as it was written.

Revision: 0008_checkpoints, after 0007_task_scope.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.triggers import Guard, founding, laying, lifting, unfounding

revision = "0008_checkpoints"
down_revision = "0007_task_scope"
branch_labels = None
depends_on = None

# As models/guards.py had it at this revision.
_GUARDED = (
    Guard("audit_event", unique=((("jurisdiction", "sequence"), ""),)),
    Guard("checkpoint", unique=((("jurisdiction", "on_date"), ""),)),
    # ssj-draw/1: what was committed stays, and so does every attempt.
    Guard(
        "draw_attempt",
        never=(
            *(
                "id",
                "jurisdiction",
                "draw_id",
                "attempt",
                "plan_text",
                "manifest",
                "secret",
                "counts",
                "quotas",
            ),
            *("commit_text", "commit_sha256", "committed_by"),
        ),
        once=(
            *("entropy_text", "entropy_sha256", "closed_at", "opened_by", "opened_at"),
            *("failed_at", "failure"),
        ),
        documents=("counts", "quotas"),
        unique=((("draw_id", "attempt"), ""), (("commit_sha256",), "")),
    ),
    Guard(
        "contribution",
        never=("id", "jurisdiction", "attempt_id", "label", "account_id"),
        once=("confirmed_at", "value", "receipt", "given_at"),
        unique=((("attempt_id", "label"), ""), (("attempt_id", "account_id"), "")),
    ),
    # What two people read off a public source.
    Guard("beacon_reading", unique=((("attempt_id", "turn", "account_id"), ""),)),
    Guard(
        "drawn",
        never=("id", "jurisdiction", "attempt_id", "subject_id", "stratum", "ticket"),
        unique=((("attempt_id", "stratum", "position"), ""),),
    ),
    # A changed answer is a new row; the earlier one is superseded, never lost.
    Guard(
        "answer",
        never=("id", "jurisdiction", "inspection_id", "question", "value", "given_by", "given_at", "sent_at"),
        once=("superseded_at",),
        documents=("value",),
        unique=((("inspection_id", "question"), "superseded_at IS NULL AND NEW.superseded_at IS NULL"),),
    ),
    Guard("confirmation", unique=((("place_id", "record_sha256"), ""),)),
    Guard("result", unique=((("inspection_id", "version"), ""),)),
    Guard("review"),
)


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_to", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_checkpoint_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("jurisdiction", "on_date", name=op.f("uq_checkpoint_jurisdiction_on_date")),
    )
    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkpoint_jurisdiction"), ["jurisdiction"], unique=False)

    dialect = op.get_bind().dialect.name
    for statement in founding(dialect):
        op.execute(statement)
    for guard in _GUARDED:
        for statement in laying(guard, dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for guard in _GUARDED:
        for statement in lifting(guard, dialect):
            op.execute(statement)
    for statement in unfounding(dialect):
        op.execute(statement)

    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkpoint_jurisdiction"))

    op.drop_table("checkpoint")
