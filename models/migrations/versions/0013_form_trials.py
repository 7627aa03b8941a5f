"""Departments' own forms on their way into use, the requirement of an item, and what inspectors ask a department.

Revision: 0013_form_trials, after 0012_signatures.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.triggers import Guard, laying, lifting

revision = "0013_form_trials"
down_revision = "0012_signatures"
branch_labels = None
depends_on = None

REFERENCES = (("department_id", "department"), ("sent_by", "account"), ("enabled_by", "account"))
MOMENTS = ("tried_at", "enabled_at")

# As models/guards.py had it at this revision.
_GUARD = Guard(
    "inquiry",
    never=(
        *("id", "jurisdiction", "inspection_id", "item_id", "department_id", "question"),
        *("asked_by", "asked_at"),
    ),
    once=("answer", "answered_by", "answered_at"),
)


def upgrade() -> None:
    # The reference stands in the column itself: a table of SQLite that others refer to can't be made anew while it has rows.
    for column, target in REFERENCES:
        refers = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_check_form_{column}_{target}"))
        op.add_column(
            "check_form", sa.Column(column, sa.Integer(), refers, nullable=True), inline_references=True
        )
    for column in MOMENTS:
        op.add_column("check_form", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_check_form_department_id"), "check_form", ["department_id"], unique=False)
    op.add_column("check_item", sa.Column("requirement", sa.String(), nullable=True))

    op.create_table(
        "form_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_form_trial_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["check_form.id"], name=op.f("fk_form_trial_form_id_check_form")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_form_trial_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_trial")),
    )
    with op.batch_alter_table("form_trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_trial_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_trial_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_trial_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "form_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("form_id", sa.Integer(), nullable=True),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_form_upload_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["check_form.id"], name=op.f("fk_form_upload_form_id_check_form")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_form_upload_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["account.id"], name=op.f("fk_form_upload_sent_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_upload")),
    )
    with op.batch_alter_table("form_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_upload_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_upload_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_upload_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_upload_state"), ["state"], unique=False)

    op.create_table(
        "form_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(length=64), nullable=False),
        sa.Column("item_sub_name", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["begun_by"], ["account.id"], name=op.f("fk_form_use_begun_by_account")),
        sa.ForeignKeyConstraint(["form_id"], ["check_form.id"], name=op.f("fk_form_use_form_id_check_form")),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_form_use_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_use")),
    )
    with op.batch_alter_table("form_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_use_form_id"), ["form_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_use_item_code"), ["item_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_use_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_inquiry_answered_by_account")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_inquiry_asked_by_account")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_inquiry_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inquiry_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["check_item.id"], name=op.f("fk_inquiry_item_id_check_item")),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_inquiry_jurisdiction_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiry_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inquiry_jurisdiction"), ["jurisdiction"], unique=False)

    for statement in laying(_GUARD, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in lifting(_GUARD, op.get_bind().dialect.name):
        op.execute(statement)

    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inquiry_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_inquiry_inspection_id"))
        batch_op.drop_index(batch_op.f("ix_inquiry_department_id"))

    op.drop_table("inquiry")
    with op.batch_alter_table("form_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_use_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_form_use_item_code"))
        batch_op.drop_index(batch_op.f("ix_form_use_form_id"))

    op.drop_table("form_use")
    with op.batch_alter_table("form_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_upload_state"))
        batch_op.drop_index(batch_op.f("ix_form_upload_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_form_upload_form_id"))
        batch_op.drop_index(batch_op.f("ix_form_upload_department_id"))

    op.drop_table("form_upload")
    with op.batch_alter_table("form_trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_trial_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_form_trial_form_id"))
        batch_op.drop_index(batch_op.f("ix_form_trial_account_id"))

    op.drop_table("form_trial")

    op.drop_column("check_item", "requirement")
    with op.batch_alter_table("check_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_form_department_id"))
        for column in (*MOMENTS, *(column for column, _ in REFERENCES)):
            batch_op.drop_column(column)
