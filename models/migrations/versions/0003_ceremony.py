"""the ceremony in full: previews, a public source, opening by two.

Revision: 0003_ceremony, after 0002_calendar.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_ceremony"
down_revision = "0002_calendar"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("beacon", sa.String(length=80), nullable=True))
    op.add_column("draw_attempt", sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "draw_attempt",
        sa.Column("opening_by_two", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("draw_attempt", sa.Column("opening_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contribution", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever was named before there were previews has seen the numbers together with the commitment.
    op.execute(
        "UPDATE contribution SET confirmed_at = "
        "(SELECT committed_at FROM draw_attempt WHERE draw_attempt.id = contribution.attempt_id)"
    )
    # The reference stands in the column itself: a table of SQLite that others refer to can't be made anew while it has rows.
    for table, column, target in (
        ("draw_attempt", "opening_asked_by", "account"),
        ("contribution", "notice_id", "outbox"),
    ):
        refers = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{column}_{target}"))
        op.add_column(table, sa.Column(column, sa.Integer(), refers, nullable=True), inline_references=True)
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    op.create_table(
        "beacon_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_beacon_reading_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["draw_attempt.id"], name=op.f("fk_beacon_reading_attempt_id_draw_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_beacon_reading_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beacon_reading")),
        sa.UniqueConstraint(
            "attempt_id", "turn", "account_id", name=op.f("uq_beacon_reading_attempt_id_turn_account_id")
        ),
    )
    for column in ("jurisdiction", "attempt_id", "account_id"):
        op.create_index(op.f(f"ix_beacon_reading_{column}"), "beacon_reading", [column], unique=False)
