"""Replies that may not go now: they wait in the outbox, and a screen waits at most once and only while it holds.

A screen that comes late over a newer one would show an earlier question, and whoever types then answers another one than they read.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from models.mail import Outbox, OutboxState
from models.people import Account
from services.step import Step


async def defer(
    step: Step,
    account: Account,
    text: str,
    keyboard: list[list[dict[str, str]]],
    wait: timedelta,
    *,
    edits: int | None = None,
    screen: int | None = None,
) -> None:
    """Let a reply go out by the worker.

    Args:
        step: the transaction.
        account: who gets it.
        text: Telegram's HTML.
        keyboard: its buttons as the outbox keeps them.
        wait: how long Telegram said to wait.
        edits: the message that it changes.
        screen: the inspection whose draft it shows; an earlier screen of it that still waits is not sent.
    """
    key = None
    if screen is not None:
        await withdraw(step, account.id, screen)
        key = await _free_key(step, account.id, screen)
    step.session.add(
        Outbox(
            jurisdiction=account.jurisdiction,
            account_id=account.id,
            telegram_id=account.telegram_id,
            dedup=key,
            kind="reply",
            text=text,
            keyboard=keyboard,
            edits=edits,
            not_before=step.now + wait,
            created_at=step.now,
        )
    )


async def withdraw(step: Step, account_id: int, screen: int) -> None:
    """A newer screen of this draft was shown: one that still waits must not come over it.

    Args:
        step: the transaction.
        account_id: whose screen.
        screen: the inspection whose draft it shows.
    """
    waits = col(Outbox.state) == OutboxState.QUEUED
    await step.session.exec(
        delete(Outbox)
        .where(col(Outbox.dedup) == _key(account_id, screen), waits)
        .execution_options(synchronize_session=False)
    )


async def _free_key(step: Step, account_id: int, screen: int) -> str:
    """The key of a screen that waits; one that has gone out, or is going out, gives it back."""
    key = _key(account_id, screen)
    earlier = (await step.session.exec(select(Outbox).where(Outbox.dedup == key))).first()
    if earlier is not None:
        earlier.dedup = None
        step.session.add(earlier)
        await step.session.flush()
    return key


def _key(account_id: int, screen: int) -> str:
    return f"screen:{account_id}:{screen}"
