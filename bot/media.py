"""Fetches evidence from Telegram into the vault, with python-telegram-bot's ``ExtBot``."""

import asyncio
import logging
from io import BytesIO

from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.barcodes import Unreadable, codes_of
from bot.delivery import Turn
from bot.vault import Vault
from models.inspections import Evidence
from models.people import Account
from services import barcodes, evidence, mail
from services.step import Steps
from templates.render import render

log = logging.getLogger(__name__)

BATCH = 8
IDLE_SECONDS = 1.0


class Media:
    """Fetches what is noted and not stored yet.

    Args:
        store: opens the steps.
        bot: downloads.
        vault: keeps.
    """

    def __init__(self, store: Steps, bot: ExtBot[Turn], vault: Vault) -> None:
        self._store = store
        self._bot = bot
        self._vault = vault
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was noted."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until told to stop."""
        while not stop.is_set():
            self._wake.clear()
            if await self.once() == 0 and not self._wake.is_set():
                waits = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(stop.wait())]
                try:
                    await asyncio.wait(waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for wait in waits:
                        wait.cancel()

    async def once(self) -> int:
        """Fetch one batch.

        Returns:
            How many files it took on.
        """
        async with self._store.step() as step:
            rows = await evidence.due(step, BATCH)
        await asyncio.gather(*(self._fetch(row) for row in rows))
        return len(rows)

    async def _fetch(self, row: Evidence) -> None:
        try:
            file = await self._bot.get_file(row.file_id)
            content = BytesIO()
            await file.download_to_memory(content)
        except TelegramError as error:
            # The error's text can hold the download address, and with it the token: only its kind is kept.
            # «Wrong file_id or the file is temporarily unavailable», says Telegram of both.
            may_pass = "temporarily unavailable" in error.message
            final = isinstance(error, BadRequest | Forbidden | InvalidToken) and not may_pass
            log.warning("evidence %d: %s", row.id, type(error).__name__)
            await self._failed(row.id, type(error).__name__, final=final)
            return
        data = content.getvalue()
        sha256 = await asyncio.to_thread(self._vault.put, data)
        async with self._store.step() as step:
            await evidence.stored(step, row.id, sha256, len(data))
            is_barcode = await barcodes.wanted(step.session, row)
        if is_barcode:
            await self._read(row.id, data)

    async def _read(self, evidence_id: int, data: bytes) -> None:
        """Look for a barcode. Whoever sent it is told what came of it; if the process ends before, they type it."""
        codes: tuple[str, ...] | None
        try:
            codes = await asyncio.to_thread(codes_of, data)
        except Unreadable:
            codes = None
        async with self._store.step() as step:
            await barcodes.answer(step, evidence_id, codes)

    async def _failed(self, evidence_id: int, failure: str, *, final: bool) -> None:
        async with self._store.step() as step:
            row = await evidence.failed(step, evidence_id, failure, final=final)
            if row is not None:
                sender = await step.get(Account, row.given_by)
                await mail.post(step, sender, "evidence", render("evidence_failed"))
