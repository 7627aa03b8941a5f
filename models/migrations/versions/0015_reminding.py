"""When people want their reminders, who stands in for whom, what was put off and handed over, and when a message is too old to go.

Revision: 0015_reminding, after 0014_feeds.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015_reminding"
down_revision = "0014_feeds"
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, Any, bool], ...]]] = {
    "leave": (
        ("account_id", "deputy_id"),
        ("made_by",),
        (
            ("first_on", sa.Date(), False),
            ("last_on", sa.Date(), False),
            ("made_at", sa.DateTime(timezone=True), False),
            ("ended_at", sa.DateTime(timezone=True), True),
        ),
    ),
    "snooze": (
        ("duty_id", "account_id"),
        (),
        (
            ("until", sa.Date(), False),
            ("reason", sa.String(), False),
            ("made_at", sa.DateTime(timezone=True), False),
            ("over_on", sa.Date(), True),
        ),
    ),
    "handover": (
        ("duty_id",),
        ("from_id", "to_id"),
        (
            ("made_at", sa.DateTime(timezone=True), False),
            ("declined_at", sa.DateTime(timezone=True), True),
            ("reason", sa.String(), True),
        ),
    ),
}
"""By name: references that are looked up, other references, and the other columns with their types and whether they may be empty."""


def upgrade() -> None:
    op.add_column("account", sa.Column("digest_at", sa.Time(), nullable=True))
    op.add_column("account", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.add_column("outbox", sa.Column("not_after", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instead_of", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_reminder_instead_of_account"), "account", ["instead_of"], ["id"])
    op.create_index("ix_reminder_day", "reminder", ["jurisdiction", "on_date"], unique=False)
    for table, (looked_up, others, columns) in TABLES.items():
        references = {name: "duty" if name == "duty_id" else "account" for name in (*looked_up, *others)}
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("jurisdiction", sa.String(), nullable=False),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in references),
            *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in columns),
            sa.ForeignKeyConstraint(
                ["jurisdiction"], ["jurisdiction.code"], name=op.f(f"fk_{table}_jurisdiction_jurisdiction")
            ),
            *(
                sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}_{target}"))
                for name, target in references.items()
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        for name in ("jurisdiction", *looked_up):
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)
    op.create_index(op.f("ix_leave_last_on"), "leave", ["last_on"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_reminder_day", table_name="reminder")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_reminder_instead_of_account"), type_="foreignkey")
        batch_op.drop_column("instead_of")
    op.drop_column("outbox", "not_after")
    op.drop_column("account", "reminded_on")
    op.drop_column("account", "digest_at")
