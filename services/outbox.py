"""Mail out, the worker's side: rows are claimed with a lease, sent once, and never sent again blindly.

A send is not idempotent: after a timeout nobody knows whether it arrived. So a row is marked SENDING before the call; a worker that
dies there leaves it UNCERTAIN, for a person to decide. An edit can be repeated and goes back into the queue.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.mail import Outbox, OutboxState
from models.people import Account
from services.step import Step

LEASE = timedelta(seconds=60)
"""How long a worker may hold a row; longer than a send with its own timeout can take."""

LONGEST_WAIT = timedelta(minutes=1)
"""Between two tries of a row that could not go yet; its chat's later rows wait behind it."""

EDIT_TRIES = 8
"""How often an edit is repeated of which nobody knows whether it was made."""

_AT_WORK = (OutboxState.LEASED, OutboxState.SENDING)


async def claim(step: Step, owner: str, limit: int) -> list[Outbox]:
    """Lease what is due, at most one row a chat, so that a chat's messages keep their order.

    Args:
        step: the transaction.
        owner: which worker; a lease is its own.
        limit: how many rows at the most.

    Returns:
        The rows, oldest first.
    """
    earlier = aliased(Outbox)
    timely = or_(col(Outbox.not_after).is_(None), col(Outbox.not_after) > step.now)
    blocked = (
        select(earlier.id)
        .where(
            earlier.telegram_id == Outbox.telegram_id,
            col(earlier.id) < col(Outbox.id),
            or_(
                col(earlier.state).in_(_AT_WORK),
                # One that is planned for a later time holds nobody up; one that was tried and has to wait does.
                and_(
                    col(earlier.state) == OutboxState.QUEUED,
                    or_(col(earlier.not_before) <= step.now, col(earlier.tries) > 0),
                    or_(col(earlier.not_after).is_(None), col(earlier.not_after) > step.now),
                ),
            ),
        )
        .exists()
    )
    query = (
        select(Outbox)
        .where(Outbox.state == OutboxState.QUEUED, col(Outbox.not_before) <= step.now, timely, ~blocked)
        .order_by(col(Outbox.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list((await step.session.exec(query)).all())
    for row in rows:
        row.state = OutboxState.LEASED
        row.lease_owner = owner
        row.lease_until = step.now + LEASE
        step.session.add(row)
    return rows


async def begin(step: Step, row_id: int, owner: str) -> bool:
    """Mark a leased row as being sent, just before the call.

    Returns:
        Whether the lease still holds and the row may still go; when not, this worker leaves it.
    """
    statement = (
        update(Outbox)
        .where(
            col(Outbox.id) == row_id,
            col(Outbox.state) == OutboxState.LEASED,
            col(Outbox.lease_owner) == owner,
            col(Outbox.lease_until) > step.now,
            or_(col(Outbox.not_after).is_(None), col(Outbox.not_after) > step.now),
        )
        .values(state=OutboxState.SENDING, lease_until=step.now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool((await step.session.exec(statement)).rowcount)


async def sent(step: Step, row_id: int, message_id: int | None) -> None:
    """Telegram took it."""
    row = await step.get(Outbox, row_id, lock=True)
    row.state = OutboxState.SENT
    row.message_id = message_id
    row.sent_at = step.now
    row.lease_owner = row.lease_until = row.failure = None
    step.session.add(row)


async def later(step: Step, row_id: int, failure: str, wait: timedelta | None = None) -> None:
    """It certainly was not taken: it goes back into the queue and is tried until it is, however long the line is dead.

    Args:
        step: the transaction.
        row_id: which row.
        failure: the kind of fault.
        wait: as long as Telegram said; without a word from it, longer after each try.
    """
    row = await step.get(Outbox, row_id, lock=True)
    _again(row, step.now, failure, wait)
    step.session.add(row)


async def uncertain(step: Step, row_id: int, failure: str) -> None:
    """Nobody knows whether it arrived. An edit is tried again; a message waits for a person."""
    row = await step.get(Outbox, row_id, lock=True)
    _unknown(row, step.now, failure)
    step.session.add(row)


async def dead(step: Step, row_id: int, failure: str) -> None:
    """Telegram will never take it."""
    row = await step.get(Outbox, row_id, lock=True)
    row.state = OutboxState.DEAD
    row.failure = failure
    row.lease_owner = row.lease_until = None
    step.session.add(row)


async def unreachable(step: Step, row_id: int, failure: str) -> None:
    """The person blocked the bot or never started it: the row says so, and so does the account, for the coordinator."""
    row = await step.get(Outbox, row_id, lock=True)
    row.state = OutboxState.UNREACHABLE
    row.failure = failure
    row.lease_owner = row.lease_until = None
    step.session.add(row)
    if row.account_id is not None:
        account = await step.get(Account, row.account_id, lock=True)
        account.unreachable_since = account.unreachable_since or step.now
        step.session.add(account)


async def reclaim(step: Step, is_gone: Callable[[str], bool] = lambda _: False) -> int:
    """Take back what a dead worker holds: what it had not begun is queued again, what it was sending is uncertain.

    Args:
        step: the transaction.
        is_gone: whether a worker is known to have ended, by its name; of others the lease has to run out.

    Returns:
        How many rows.
    """
    at_work = col(Outbox.state).in_(_AT_WORK)
    owners = (await step.session.exec(select(Outbox.lease_owner).where(at_work).distinct())).all()
    gone = [owner for owner in owners if owner is not None and is_gone(owner)]
    query = (
        select(Outbox)
        .where(at_work, or_(col(Outbox.lease_until) <= step.now, col(Outbox.lease_owner).in_(gone)))
        .with_for_update(skip_locked=True)
    )
    rows = list((await step.session.exec(query)).all())
    for row in rows:
        if row.state is OutboxState.LEASED:
            row.state = OutboxState.QUEUED
            row.lease_owner = row.lease_until = None
        else:
            _unknown(row, step.now, "worker died while sending")
        step.session.add(row)
    await step.session.flush()  # so that the same step can claim what is queued again
    return len(rows)


async def resend(step: Step, row_id: int) -> bool:
    """A person decided that a row goes out once more.

    Returns:
        Whether it does; not to somebody who is not bound.
    """
    row = await step.get(Outbox, row_id, lock=True)
    account = await step.get(Account, row.account_id) if row.account_id is not None else None
    if account is None or account.telegram_id is None:
        return False
    row.telegram_id = account.telegram_id
    row.state = OutboxState.QUEUED
    row.tries = 0
    row.not_before = step.now
    row.not_after = None
    step.session.add(row)
    return True


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many rows are in each state."""
    query = select(Outbox.state, func.count()).group_by(Outbox.state)
    return {str(state): number for state, number in (await session.exec(query)).all()}


def _unknown(row: Outbox, now: datetime, failure: str) -> None:
    if row.edits is not None and row.tries < EDIT_TRIES:
        _again(row, now, failure)
        return
    row.failure = failure
    row.lease_owner = row.lease_until = None
    row.state = OutboxState.UNCERTAIN


def _again(row: Outbox, now: datetime, failure: str, wait: timedelta | None = None) -> None:
    # The exponent has a limit as well: a line can be dead for days.
    row.not_before = now + (wait or min(LONGEST_WAIT, timedelta(seconds=2 ** min(row.tries, 10))))
    row.tries += 1
    row.state = OutboxState.QUEUED
    row.failure = failure
    row.lease_owner = row.lease_until = None
