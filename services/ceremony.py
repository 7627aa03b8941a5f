"""What the system does in a ceremony by itself, as soon as the last person has done their part: commit, close, fix."""

from models.tasks import AttemptState
from rules.draw.commitment import sha256_of
from rules.draw.entropy import close, contribution, entropy_text
from services import attempts, notices
from services.attempts import Attempt
from services.step import Step


async def commit(step: Step, attempt: Attempt) -> None:
    """Give the commitment out: into every witness's own chat, and to the coordinators.

    Source: ssj-draw/1, the ceremony (commit).
    """
    for half in (attempt.subjects, attempt.inspectors):
        half.state = AttemptState.COMMITTED
        half.committed_at = step.now
        step.session.add(half)
    step.record(
        "draw.committed",
        attempt.subjects,
        commit=attempt.subjects.commit_sha256,
        inspectors=attempt.inspectors.commit_sha256,
    )
    await step.session.flush()
    await notices.ask_witnesses(step, attempt)
    if not attempt.witnesses:
        await end_contributions(step, attempt)


async def end_contributions(step: Step, attempt: Attempt) -> None:
    """Every part is there: publish the contributions to the witnesses, and fix the entropy unless a public source has still to speak.

    Source: ssj-draw/1, the ceremony (close).
    """
    if attempt.beacon is None:
        await fix(step, attempt)
        return
    for half in (attempt.subjects, attempt.inspectors):
        half.state = AttemptState.AWAITING
        step.session.add(half)
        step.record("draw.awaiting", half)
    await step.session.flush()
    await notices.tell_awaiting(step, attempt)


async def fix(step: Step, attempt: Attempt, said: bytes | None = None) -> None:
    """Fix the entropy of both draws.

    Args:
        step: the transaction.
        attempt: whose contributions are complete.
        said: what the announced public source said; ``None`` without one.

    Source: ssj-draw/1, entropy text; the ceremony (close).
    """
    for half in (attempt.subjects, attempt.inspectors):
        rows = await attempts.contributions(step.session, half.id)
        given = {row.label: contribution(row.value) for row in rows if row.value is not None}
        text = entropy_text(close(half.commit_text, given, said))
        half.entropy_text = text
        half.entropy_sha256 = sha256_of(text)
        half.state = AttemptState.CLOSED
        half.closed_at = step.now
        step.session.add(half)
        step.record("draw.closed", half, entropy=half.entropy_sha256)
    await step.session.flush()
    await notices.tell_closing(step, attempt)
