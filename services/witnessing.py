"""What a witness does in a ceremony: confirm the numbers before the commitment, contribute after it."""

from models.people import RoleName
from models.tasks import AttemptState, Contribution, DrawAttempt, Task
from rules.draw.entropy import button, contribution, receipt
from rules.errors import Refused
from services import attempts, ceremony, notices
from services.attempts import Attempt
from services.step import Step

BUTTON_BYTES = 32


async def confirm(step: Step, task_id: int, number: int = 0) -> Attempt:
    """A witness has looked at the numbers; when all have, the commitment is given out.

    Args:
        step: the transaction.
        task_id: whose draw.
        number: of the attempt that the person saw; 0 for the newest.

    Returns:
        The attempt, committed when this was the last word that was missing.

    Raises:
        Refused: ``draws.not_witness``, ``draws.old_attempt``, ``draws.confirmed_already``, ``draws.preview_over``.

    Source: ssj-draw/1, the ceremony (preview: confirmation of each).
    """
    attempt, mine = await _mine(step, task_id, number)
    if mine.confirmed_at is not None:
        raise Refused("draws.confirmed_already")
    if attempt.subjects.state is not AttemptState.FROZEN:
        raise Refused("draws.preview_over")
    for half in (attempt.subjects, attempt.inspectors):
        row = await _row(step, half, mine)
        row.confirmed_at = step.now
        step.session.add(row)
    step.record("draw.previewed", attempt.subjects, witness=mine.label)
    await step.session.flush()
    if attempt.confirmed == len(attempt.witnesses):
        await ceremony.commit(step, attempt)
    return attempt


async def contribute(
    step: Step, task_id: int, text: str | None = None, number: int = 0
) -> tuple[Attempt, Contribution]:
    """A witness gives their part: what they typed, or random bytes for a tap on the button.

    Args:
        step: the transaction.
        task_id: whose draw.
        text: what they typed; ``None`` for a tap.
        number: of the attempt that the person saw; 0 for the newest.

    Returns:
        The attempt, closed when this was the last part that was missing, and the contribution with its receipt.

    Raises:
        Refused: ``draws.not_witness``, ``draws.old_attempt``, ``draws.given_already``, ``draws.not_committed``, ``draws.closed``;
            ``draw.contribution_…``.

    Source: ssj-draw/1, the ceremony (contribute).
    """
    attempt, mine = await _mine(step, task_id, number)
    if mine.value is not None:
        raise Refused("draws.given_already")
    if attempt.subjects.state is AttemptState.FROZEN:
        raise Refused("draws.not_committed")
    if attempt.subjects.state is not AttemptState.COMMITTED:
        raise Refused("draws.closed")
    given = contribution(text) if text is not None else button(step.entropy(BUTTON_BYTES))
    for half in (attempt.subjects, attempt.inspectors):
        row = await _row(step, half, mine)
        row.value = given.decode()
        row.receipt = receipt(half.commit_sha256, row.label, given)
        row.given_at = step.now
        step.session.add(row)
        step.record("draw.contributed", half, witness=row.label, receipt=row.receipt)
    await step.session.flush()
    attempt = await attempts.require(step.session, task_id)
    if attempt.given == len(attempt.witnesses):
        await ceremony.end_contributions(step, attempt)
    else:
        await notices.tell_progress(step, attempt)
    return attempt, mine


async def _mine(step: Step, task_id: int, number: int) -> tuple[Attempt, Contribution]:
    """The newest attempt, locked, and what somebody has to do with it as a witness."""
    step.concerns(Task, task_id)
    actor = step.person
    actor.require(RoleName.WITNESS)
    await step.get(Task, task_id, lock=True)
    attempt = await attempts.require(step.session, task_id)
    attempt.require_newest(number)
    mine = attempt.of(actor.account)
    if mine is None:
        raise Refused("draws.not_witness")
    return attempt, mine


async def _row(step: Step, half: DrawAttempt, mine: Contribution) -> Contribution:
    """The same witness's row in either half."""
    rows = await attempts.contributions(step.session, half.id)
    return next(one for one in rows if one.account_id == mine.account_id)
