"""After a stop or a crash: screens that may show what no longer holds are drawn again, in place.

An answer is stored before its screen is drawn. A process that dies in between leaves the screen behind; drawing it again is an edit and
does no harm when it was right already. Nothing is sent anew, so nobody is told twice.
"""

import logging
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from sqlmodel import col, func, select

from handlers import drafts
from handlers.reply import edit
from models.mail import InboxUpdate
from models.people import Account
from services import portions, records, replies, screens
from services.step import Steps

log = logging.getLogger(__name__)

MARGIN = timedelta(minutes=2)
"""Before the last update that took effect: longer than a screen takes to be drawn."""


async def redraw(store: Steps, bot: Bot) -> int:
    """Draw the screens again that changed just before the process ended.

    A screen that cannot be edited is left: its person finds the way back with any button, or with ``/resume``.

    Returns:
        How many screens were tried.
    """
    async with store.step() as step:
        last = (await step.session.exec(select(func.max(col(InboxUpdate.done_at))))).one()
        if last is None:
            return 0
        edits = []
        for screen in await screens.changed_since(step.session, last - MARGIN):
            account = await step.get(Account, screen.account_id)
            pen = await portions.pen_of(step.session, screen.inspection_id, account)
            if pen is None or account.telegram_id is None:
                continue
            await replies.withdraw(step, account.id, pen.inspection.id)
            work = await records.look(step.session, pen)
            edits.append(edit(account.telegram_id, screen.message_id, await drafts.message_of(step, work)))
    for one in edits:
        try:
            await bot(one)
        except TelegramAPIError as error:
            log.info("screen not drawn again: %s", type(error).__name__)
    log.info("%d screens drawn again", len(edits))
    return len(edits)
