"""What in the store is never changed and never deleted. Migrations lay triggers that hold it against whoever asks the database.

These are tables and columns that no service ever changes. Whoever has the database's password can take a trigger away; then the chain and
the checkpoints that witnesses keep show what was done (services/audit.py).
"""

from models.migrations.triggers import Guard

GUARDED = (
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
    # Who gave the pen to whom, and why.
    Guard("passing"),
    Guard("result", unique=((("inspection_id", "version"), ""),)),
    Guard("review"),
    Guard("duty_entry"),
    # A signature holds for one version of the record; a later one is another row.
    Guard("signature"),
    Guard(
        "inquiry",
        never=(
            *("id", "jurisdiction", "inspection_id", "item_id", "department_id", "question"),
            *("asked_by", "asked_at"),
        ),
        once=("answer", "answered_by", "answered_at"),
    ),
    # What was written of a lead stays.
    Guard(
        "transfer",
        never=(
            *("id", "jurisdiction", "inspection_id", "kind", "department_id", "receiver", "facts"),
            *("opened_by", "opened_at"),
        ),
        once=("handed_at",),
    ),
)
