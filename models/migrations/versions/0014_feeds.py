"""Private links to somebody's deadlines.

Revision: 0014_feeds, after 0013_form_trials.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_feeds"
down_revision = "0013_form_trials"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_feed_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feed_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_feed_token_sha256")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_feed_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_account_id"))
        batch_op.drop_index(batch_op.f("ix_feed_jurisdiction"))
    op.drop_table("feed")
