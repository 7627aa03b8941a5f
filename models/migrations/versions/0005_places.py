"""who inspects, and substitutes: recusals with an end, experts, substitutions, what a place asks for.

Revision: 0005_places, after 0004_plans.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_places"
down_revision = "0004_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("item_range", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("task_department", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("level", sa.String(), nullable=True))
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed_reason", sa.String(), nullable=True))
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("hindrances", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("declared_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_reason", sa.String(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_recusal_inspector_id_subject_id"), type_="unique")
        batch_op.create_foreign_key(
            batch_op.f("fk_recusal_declared_by_account"), "account", ["declared_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_recusal_withdrawn_by_account"), "account", ["withdrawn_by"], ["id"]
        )
        batch_op.create_index(
            "ix_recusal_standing",
            ["inspector_id", "subject_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "expert_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("chosen_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recused_reason", sa.String(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["chosen_by"], ["account.id"], name=op.f("fk_expert_place_chosen_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_expert_place_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["inspector.id"], name=op.f("fk_expert_place_inspector_id_inspector")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_expert_place_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_place")),
    )
    with op.batch_alter_table("expert_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_place_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_expert_place_inspector_id"), ["inspector_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_expert_place_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("passed_over", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_substitution_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_substitution_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_substitution_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["account.id"], name=op.f("fk_substitution_opened_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["inspection.id"], name=op.f("fk_substitution_substitute_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitution_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_substitute_id"), ["substitute_id"], unique=False)


def downgrade() -> None:
    op.drop_table("substitution")
    op.drop_table("expert_place")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index("ix_recusal_standing")
        batch_op.drop_constraint(batch_op.f("fk_recusal_withdrawn_by_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_recusal_declared_by_account"), type_="foreignkey")
        batch_op.create_unique_constraint(
            batch_op.f("uq_recusal_inspector_id_subject_id"), ["inspector_id", "subject_id"]
        )
        for name in ("withdrawn_reason", "withdrawn_at", "withdrawn_by", "declared_by", "until"):
            batch_op.drop_column(name)
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_column("hindrances")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("closed_reason")
        batch_op.drop_column("closed_at")
    with op.batch_alter_table("task_department", schema=None) as batch_op:
        batch_op.drop_column("level")
        batch_op.drop_column("region")
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.drop_column("item_range")
