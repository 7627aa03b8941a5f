"""Fetches evidence from Telegram into the vault, and forms that departments have sent, with python-telegram-bot's ``ExtBot``."""

import asyncio
import logging
from dataclasses import dataclass
from io import BytesIO

from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.barcodes import Unreadable, codes_of
from bot.delivery import Turn
from bot.vault import Vault
from models.forms import FormUpload
from models.inspections import Evidence
from rules.errors import Refused
from services import barcodes, evidence, losses, uploads
from services.step import Steps

log = logging.getLogger(__name__)

BATCH = 8
IDLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a file could not be had, by the fault's kind; ``final`` when trying again would not help."""

    kind: str
    final: bool


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
            sent = await uploads.due(step, BATCH)
        await asyncio.gather(*map(self._fetch, rows), *map(self._fetch_form, sent))
        return len(rows) + len(sent)

    async def _fetch(self, row: Evidence) -> None:
        data = await self._download(row.file_id)
        if isinstance(data, _Failure):
            log.warning("evidence %d: %s", row.id, data.kind)
            await self._failed(row.id, data)
            return
        sha256 = await asyncio.to_thread(self._vault.put, data)
        async with self._store.step() as step:
            await evidence.stored(step, row.id, sha256, len(data))
            is_barcode = await barcodes.wanted(step.session, row)
        if is_barcode:
            await self._read(row.id, data)

    async def _fetch_form(self, row: FormUpload) -> None:
        """Fetch a form and check it; reading one takes seconds and nothing waits for it."""
        data = await self._download(row.file_id)
        if isinstance(data, _Failure):
            log.warning("form %d: %s", row.id, data.kind)
            async with self._store.step() as step:
                await uploads.failed(step, row.id, data.kind, final=data.final)
            return
        try:
            form = await asyncio.to_thread(uploads.read, row.file_name, data)
            async with self._store.step() as step:
                await uploads.take(step, row.id, data, form)
        except Refused as refusal:
            async with self._store.step() as step:
                await uploads.refuse(step, row.id, getattr(refusal, "problems", (refusal,)))
        except Exception as error:  # noqa: BLE001  (a stranger's file may bring a library to anything; the worker goes on)
            log.warning("form %d: %s", row.id, type(error).__name__)
            async with self._store.step() as step:
                await uploads.refuse(step, row.id, [Refused("forms.file_unreadable")])

    async def _download(self, file_id: str) -> "bytes | _Failure":
        try:
            file = await self._bot.get_file(file_id)
            content = BytesIO()
            await file.download_to_memory(content)
        except TelegramError as error:
            # The error's text can hold the download address, and with it the token: only its kind is kept.
            # «Wrong file_id or the file is temporarily unavailable», says Telegram of both.
            may_pass = "temporarily unavailable" in error.message
            final = isinstance(error, BadRequest | Forbidden | InvalidToken) and not may_pass
            return _Failure(type(error).__name__, final)
        return content.getvalue()

    async def _read(self, evidence_id: int, data: bytes) -> None:
        """Look for a barcode. Whoever sent it is told what came of it; if the process ends before, they type it."""
        codes: tuple[str, ...] | None
        try:
            codes = await asyncio.to_thread(codes_of, data)
        except Unreadable:
            codes = None
        async with self._store.step() as step:
            await barcodes.answer(step, evidence_id, codes)

    async def _failed(self, evidence_id: int, failure: "_Failure") -> None:
        async with self._store.step() as step:
            row = await evidence.failed(step, evidence_id, failure.kind, final=failure.final)
            if row is not None:
                await losses.tell(step, row)
