"""Mail out: everything that nobody is waiting for is a row, written in the transaction of what it tells about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import select

from models.mail import Outbox, OutboxState
from models.people import Account
from services.step import Step
from templates.keyboard import Button
from templates.render import Message


def packed(rows: list[list[Button]]) -> list[list[dict[str, str]]]:
    """Buttons as the outbox keeps them."""
    return [
        [
            {"label": b.label, "data": b.data} if b.data else {"label": b.label, "url": b.url or ""}
            for b in row
        ]
        for row in rows
    ]


async def post(
    step: Step,
    account: Account,
    kind: str,
    message: Message,
    *,
    dedup: str | None = None,
    not_before: datetime | None = None,
    **extra: Any,
) -> Outbox | None:
    """Write a message to somebody into the outbox.

    Args:
        step: the transaction whose effect the message tells about.
        account: who gets it. Somebody who is not bound can't get it: the row says so and the coordinator sees it.
        kind: what it is: ``assignment``, ``reminder`` …
        message: its text and buttons.
        dedup: a key under which it is written once; a second call with it writes nothing.
        not_before: when to send it at the earliest; at once by default.
        **extra: what the worker needs beside: file ids of an album, a disabled sound.

    Returns:
        The row, or ``None`` when the key was there already.
    """
    if dedup is not None:
        known = await step.session.exec(select(Outbox.id).where(Outbox.dedup == dedup))
        if known.first() is not None:
            return None
    row = _row(step, account, kind, message, not_before)
    row.dedup, row.extra = dedup, extra
    step.session.add(row)
    await step.session.flush()
    return row


async def post_all(
    step: Step, kind: str, letters: Sequence[tuple[Account, Message]], not_after: datetime
) -> list[Outbox]:
    """Write many messages of a kind at once.

    Args:
        step: the transaction whose effect the messages tell about.
        kind: what they are.
        letters: who gets what.
        not_after: from when on they must not go out any more.

    Returns:
        The rows, in the same order.
    """
    rows = [_row(step, account, kind, message, None) for account, message in letters]
    for row in rows:
        row.not_after = not_after
    step.session.add_all(rows)
    await step.session.flush()
    return rows


def _row(step: Step, account: Account, kind: str, message: Message, not_before: datetime | None) -> Outbox:
    return Outbox(
        jurisdiction=account.jurisdiction,
        account_id=account.id,
        telegram_id=account.telegram_id,
        kind=kind,
        text=message.text,
        keyboard=packed(message.rows),
        state=OutboxState.QUEUED if account.telegram_id else OutboxState.UNREACHABLE,
        not_before=not_before or step.now,
        created_at=step.now,
    )


async def amend(step: Step, dedup: str, kind: str, message: Message) -> None:
    """Edit a message that was sent under ``dedup`` to what holds now; one that is still queued is changed before it goes.

    A message that never arrived is left alone.
    """
    found = await step.session.exec(select(Outbox).where(Outbox.dedup == dedup).with_for_update())
    row = found.first()
    if row is not None:
        await amend_row(step, row, kind, message)


async def amend_row(step: Step, row: Outbox, kind: str, message: Message) -> None:
    """The same for a row that is at hand; an edit that is still queued is changed rather than followed by another."""
    if row.state in {OutboxState.QUEUED, OutboxState.UNREACHABLE}:
        row.text, row.keyboard = message.text, packed(message.rows)
        step.session.add(row)
        return
    if row.message_id is None:
        return
    waits = select(Outbox).where(
        Outbox.telegram_id == row.telegram_id,
        Outbox.state == OutboxState.QUEUED,
        Outbox.edits == row.message_id,
    )
    waiting = (await step.session.exec(waits.with_for_update(skip_locked=True))).first()
    if waiting is not None:
        waiting.text, waiting.keyboard = message.text, packed(message.rows)
        step.session.add(waiting)
        return
    step.session.add(
        Outbox(
            jurisdiction=row.jurisdiction,
            account_id=row.account_id,
            telegram_id=row.telegram_id,
            kind=kind,
            text=message.text,
            keyboard=packed(message.rows),
            edits=row.message_id,
            not_before=step.now,
            created_at=step.now,
        )
    )
