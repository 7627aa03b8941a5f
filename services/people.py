"""People: who a Telegram user is, how they are bound, what they may do."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import bindparam, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.mail import Outbox, OutboxState
from models.people import Account, BindingTry, Invitation, Pointer, Role, RoleName
from services import told
from services.step import Actor, Step

TOKEN_BYTES = 16
"""128 random bits; a deep link's payload holds 64 characters (https://core.telegram.org/bots/features#deep-linking)."""

INVITATION_LIFE = timedelta(hours=24)

TRIES_AN_HOUR = 5


_WHOEVER = (
    select(Account, Role.name, Pointer)
    .outerjoin(Role, col(Role.account_id) == Account.id)
    .outerjoin(Pointer, col(Pointer.telegram_id) == Account.telegram_id)
    .where(Account.telegram_id == bindparam("telegram_id"))
)
"""Made once: it goes with every update."""


class Binding(StrEnum):
    """What came of opening an invitation."""

    BOUND = "bound"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    TAKEN = "taken"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Whoever:
    """Who sent an update, ``None`` inside for a stranger, and the pointer of their conversation if there is one."""

    actor: Actor | None
    pointer: Pointer | None = None


async def whoever(session: AsyncSession, telegram_id: int) -> Whoever:
    """Look up a Telegram user in one query.

    Args:
        session: the open session.
        telegram_id: the numeric id; names and user names are nobody's proof.

    Returns:
        The actor, ``None`` inside for a stranger, and the pointer of the conversation.
    """
    found = (await session.exec(_WHOEVER, params={"telegram_id": telegram_id})).all()
    if not found:
        return Whoever(None)
    account, _, pointer = found[0]
    actor = Actor(account, frozenset(RoleName(role) for _, role, _ in found if role is not None))
    return Whoever(actor, pointer)


async def actor_of(session: AsyncSession, account_id: int) -> Actor:
    """The actor for an account."""
    account = (await session.exec(select(Account).where(Account.id == account_id))).one()
    roles = (await session.exec(select(Role.name).where(Role.account_id == account_id))).all()
    return Actor(account, frozenset(RoleName(role) for role in roles))


async def with_role(session: AsyncSession, jurisdiction: str, *roles: RoleName) -> Sequence[Account]:
    """Accounts of a jurisdiction that have one of these roles, oldest first."""
    query = (
        select(Account)
        .where(
            Account.jurisdiction == jurisdiction,
            col(Account.id).in_(select(Role.account_id).where(col(Role.name).in_(roles))),
        )
        .order_by(col(Account.id))
    )
    return (await session.exec(query)).all()


async def of_inspector(session: AsyncSession, inspector_id: int) -> Account | None:
    """The account of an inspector of the register."""
    return (await session.exec(select(Account).where(Account.inspector_id == inspector_id))).first()


async def appoint(
    step: Step,
    jurisdiction: str,
    name: str,
    roles: Iterable[RoleName],
    *,
    department_id: int | None = None,
    inspector_id: int | None = None,
) -> Account:
    """Make a person known, or give a known inspector more roles.

    Args:
        step: the transaction.
        jurisdiction: whose person it is.
        name: as it is to be shown.
        roles: what the person may do.
        department_id: which department's; a witness may be nobody's.
        inspector_id: the row of the register, for an inspector.

    Returns:
        The account, not bound yet when it is new.
    """
    account = await of_inspector(step.session, inspector_id) if inspector_id is not None else None
    if account is None:
        account = Account(
            jurisdiction=jurisdiction, name=name, department_id=department_id, inspector_id=inspector_id
        )
        step.session.add(account)
        await step.session.flush()
    known = set((await step.session.exec(select(Role.name).where(Role.account_id == account.id))).all())
    for role in sorted(set(roles) - known):
        step.session.add(Role(jurisdiction=jurisdiction, account_id=account.id, name=role))
        step.record("role.given", account, role=role)
    await step.session.flush()
    return account


async def invite(step: Step, account: Account) -> str:
    """Make a one-time link's token for an account; earlier ones that were not used stop working.

    Returns:
        The token. Only its hash is stored.
    """
    token = urlsafe_b64encode(step.entropy(TOKEN_BYTES)).decode().rstrip("=")
    await step.session.exec(
        update(Invitation)
        .where(col(Invitation.account_id) == account.id, col(Invitation.used_at).is_(None))
        .values(expires_at=step.now)
        .execution_options(synchronize_session=False)
    )
    step.session.add(
        Invitation(
            jurisdiction=account.jurisdiction,
            account_id=account.id,
            token_sha256=_digest(token),
            created_at=step.now,
            expires_at=step.now + INVITATION_LIFE,
        )
    )
    step.record("account.invited", account)
    await step.session.flush()
    return token


async def bind(step: Step, telegram_id: int, token: str) -> tuple[Binding, Account | None]:
    """Bind a Telegram user to the account that an invitation is for.

    Nothing is raised: a try that failed is counted, and a transaction that is rolled back could not count.

    Args:
        step: the transaction.
        telegram_id: who opened the link.
        token: the link's payload.

    Returns:
        What came of it, and the account when it was bound.
    """
    since = step.now - timedelta(hours=1)
    tried = select(func.count()).where(
        BindingTry.telegram_id == telegram_id, col(BindingTry.tried_at) > since
    )
    if (await step.session.exec(tried)).one() >= TRIES_AN_HOUR:
        return Binding.BLOCKED, None
    query = select(Invitation).where(Invitation.token_sha256 == _digest(token)).with_for_update()
    invitation = (await step.session.exec(query)).first()
    outcome = await _fault(step, invitation, telegram_id)
    if outcome is not None or invitation is None:
        step.session.add(BindingTry(telegram_id=telegram_id, tried_at=step.now))
        return outcome or Binding.UNKNOWN, None
    account = await step.get(Account, invitation.account_id, lock=True)
    account.telegram_id = telegram_id
    account.bound_at = step.now
    account.unreachable_since = None
    invitation.used_at = step.now
    step.session.add_all([account, invitation])
    step.record("account.bound", account)
    await _requeue(step, account, telegram_id)
    return Binding.BOUND, account


async def was_for(session: AsyncSession, token: str, account_id: int) -> bool:
    """Whether an invitation, used or not, was for this account: its owner may open the link again."""
    query = select(Invitation.account_id).where(Invitation.token_sha256 == _digest(token))
    return (await session.exec(query)).first() == account_id


async def unbind(step: Step, account: Account) -> None:
    """Let go of the Telegram user; what is told to the person afterwards waits until they are bound again."""
    if account.telegram_id is not None:
        pointer = await step.session.get(Pointer, account.telegram_id)
        if pointer is not None:
            await step.session.delete(pointer)
    account.telegram_id = None
    account.bound_at = None
    step.session.add(account)
    step.record("account.unbound", account)


async def reachable(step: Step, account: Account, *, is_reachable: bool) -> None:
    """Note that somebody blocked the bot, or let it in again; then what waited for them goes out."""
    account.unreachable_since = None if is_reachable else account.unreachable_since or step.now
    step.session.add(account)
    if is_reachable and account.telegram_id is not None:
        await _requeue(step, account, account.telegram_id)


async def _requeue(step: Step, account: Account, telegram_id: int) -> None:
    """What could not be told before can be told now."""
    await told.drop_older(step, account)
    await step.session.exec(
        update(Outbox)
        .where(col(Outbox.account_id) == account.id, col(Outbox.state) == OutboxState.UNREACHABLE)
        .values(state=OutboxState.QUEUED, telegram_id=telegram_id, not_before=step.now, not_after=None)
        .execution_options(synchronize_session=False)
    )


async def _fault(step: Step, invitation: Invitation | None, telegram_id: int) -> Binding | None:
    if invitation is None:
        return Binding.UNKNOWN
    if invitation.used_at is not None:
        return Binding.USED
    if invitation.expires_at <= step.now:
        return Binding.EXPIRED
    other = select(Account.id).where(Account.telegram_id == telegram_id, Account.id != invitation.account_id)
    if (await step.session.exec(other)).first() is not None:
        return Binding.TAKEN
    return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
