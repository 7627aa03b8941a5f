"""Telegram out: a worker that sends what the outbox holds, with python-telegram-bot's ``ExtBot``.

Its process starts quickly and stays small: nothing here imports aiogram.
"""

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from tempfile import TemporaryFile
from time import monotonic
from typing import Any

import httpx
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.bindery import Bindery
from bot.drain import Drain
from bot.pace import Pace
from bot.worker import Worker
from models.mail import Outbox
from services import outbox
from services.step import Steps

log = logging.getLogger(__name__)

os.environ.setdefault("PTB_TIMEDELTA", "true")
"""The library's next version gives waits as a timedelta; without this word it warns at every 429."""

BATCH = 32
"""Rows under way at once: enough to fill the budget at a second's latency."""

IDLE_SECONDS = 0.5
"""How long an empty outbox is left alone; another process may have written into it."""

RECLAIM_SECONDS = 10.0

RECORDED = frozenset({"voice", "audio", "video", "video_note"})
"""What is not sent as a photo or a file; none of it is put into an album, a voice message can't be."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Faults before the request left: such a message was certainly not delivered."""


class LeaseLost(Exception):
    """Another worker has the row."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Goes with a call through the rate limiter: ``begin`` runs when its turn has come, just before the call."""

    begin: Callable[[], Awaitable[bool]]


class Spacing(BaseRateLimiter[Turn]):
    """Spaces calls by ``Pace``; python-telegram-bot's own limiter bunches them and lets go of a hold too early."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0917  (the base class calls it so)
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,  # noqa: ARG002  (the base class hands it over)
        data: dict[str, Any],
        rate_limit_args: Turn | None,
    ) -> Any:
        """Wait for the turn, mark the row as begun, call; a 429 holds everything."""
        chat = data.get("chat_id")
        if chat is not None:
            await self.pace.turn(int(chat))
        if rate_limit_args is not None and not await rate_limit_args.begin():
            raise LeaseLost
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self.pace.hold(_seconds(error))
            raise


def ext_bot(token: str, api: str, pace: Pace) -> ExtBot[Turn]:
    """An ``ExtBot`` on this API address, with room for files and slow networks."""
    requests = [
        HTTPXRequest(
            connection_pool_size=BATCH + 8,
            read_timeout=20,
            write_timeout=20,
            connect_timeout=10,
            media_write_timeout=60,
        )
        for _ in range(2)
    ]
    return ExtBot(
        token=token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
        rate_limiter=Spacing(pace),
    )


class Delivery:
    """Sends what is due, oldest first in each chat.

    Args:
        store: opens the steps.
        bot: sends.
        worker: who this is in leases.
        bindery: makes the files of checks that are asked for in chat.
    """

    def __init__(
        self, store: Steps, bot: ExtBot[Turn], worker: Worker, bindery: Bindery | None = None
    ) -> None:
        self._store = store
        self._bot = bot
        self._worker = worker
        self._bindery = bindery
        self._drain = Drain()
        self._wake = asyncio.Event()
        self._reclaim_at = 0.0

    def wake(self) -> None:
        """Something was written into the outbox."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; then finish what was begun."""
        while not stop.is_set():
            self._wake.clear()
            if await self.once() == 0 and not self._wake.is_set() and not stop.is_set():
                await self._idle(stop)
        await self._drain.empty()

    async def once(self) -> int:
        """Claim what is due and start sending it.

        Returns:
            How many rows were claimed; none as well when enough are under way.
        """
        free = BATCH - len(self._drain)
        if free <= 0:
            await asyncio.sleep(0.01)
            return 0
        async with self._store.step() as step:
            if monotonic() >= self._reclaim_at:
                self._reclaim_at = monotonic() + RECLAIM_SECONDS
                await outbox.reclaim(step, self._worker.is_gone)
            rows = await outbox.claim(step, self._worker.name, free)
        for row in rows:
            self._drain.start(self._deliver(row))
        return len(rows)

    async def _idle(self, stop: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _deliver(self, row: Outbox) -> None:
        async def begin() -> bool:
            async with self._store.step() as step:
                return await outbox.begin(step, row.id, self._worker.name)

        try:
            message_id = await self._send(row, Turn(begin))
        except LeaseLost:
            self._reclaim_at = (
                0.0  # it ran out, or the clock was put forward: whoever holds the row now may be nobody
            )
            return
        except TelegramError as error:
            await self._settle(row, error)
            return
        finally:
            self._wake.set()
        async with self._store.step() as step:
            await outbox.sent(step, row.id, message_id)

    async def _send(self, row: Outbox, turn: Turn) -> int | None:
        try:
            return await self._call(row, turn, row.text, ParseMode.HTML)
        except BadRequest as error:
            if "not modified" in error.message:
                return row.edits
            if "parse entities" not in error.message:
                raise
            log.warning("outbox %d: markup refused, sent as plain text", row.id)
        return await self._call(row, turn=None, text=plain(row.text), parse_mode=None)

    async def _call(
        self, row: Outbox, turn: Turn | None, text: str, parse_mode: ParseMode | None
    ) -> int | None:
        assert row.telegram_id is not None  # noqa: S101  (a row without one is never queued)
        markup = keyboard(row.keyboard)
        preview = LinkPreviewOptions(is_disabled=True)
        if inspection := row.extra.get("dossier"):
            return await self._dossier(row, inspection, turn, parse_mode)
        if album := row.extra.get("album"):
            return await self._send_album(row, turn, album, text, parse_mode)
        if row.edits is not None:
            await self._bot.edit_message_text(
                text,
                row.telegram_id,
                row.edits,
                parse_mode=parse_mode,
                reply_markup=markup,
                link_preview_options=preview,
                rate_limit_args=turn,
            )
            return row.edits
        message = await self._bot.send_message(
            row.telegram_id,
            text,
            parse_mode=parse_mode,
            reply_markup=markup,
            link_preview_options=preview,
            disable_notification=bool(row.extra.get("silent")),
            rate_limit_args=turn,
        )
        return message.message_id

    async def _send_album(
        self,
        row: Outbox,
        turn: Turn | None,
        album: list[dict[str, str]],
        text: str,
        parse_mode: ParseMode | None,
    ) -> int:
        """Photos and files together, or the one that there is."""
        chat = row.telegram_id
        assert chat is not None  # noqa: S101  (a row without one is never queued)
        if album[0]["kind"] in RECORDED:
            return await self._send_recording(row, turn, album[0], text, parse_mode)
        media = [
            InputMediaPhoto(item["file_id"])
            if item["kind"] == "photo"
            else InputMediaDocument(item["file_id"])
            for item in album
        ]
        if len(media) == 1 and album[0]["kind"] == "photo":
            message = await self._bot.send_photo(
                chat,
                album[0]["file_id"],
                caption=text,
                parse_mode=parse_mode,
                rate_limit_args=turn,
            )
            return message.message_id
        if len(media) == 1:
            message = await self._bot.send_document(
                chat,
                album[0]["file_id"],
                caption=text,
                parse_mode=parse_mode,
                rate_limit_args=turn,
            )
            return message.message_id
        messages = await self._bot.send_media_group(
            chat, media, caption=text, parse_mode=parse_mode, rate_limit_args=turn
        )
        return messages[0].message_id

    async def _send_recording(
        self, row: Outbox, turn: Turn | None, item: dict[str, str], text: str, parse_mode: ParseMode | None
    ) -> int:
        """What was spoken or filmed goes by a method of its own, because a file is good only for what it was sent as."""
        chat, file_id = row.telegram_id, item["file_id"]
        assert chat is not None  # noqa: S101  (a row without one is never queued)
        match item["kind"]:
            case "voice":
                message = await self._bot.send_voice(
                    chat, file_id, caption=text, parse_mode=parse_mode, rate_limit_args=turn
                )
            case "audio":
                message = await self._bot.send_audio(
                    chat, file_id, caption=text, parse_mode=parse_mode, rate_limit_args=turn
                )
            case "video":
                message = await self._bot.send_video(
                    chat, file_id, caption=text, parse_mode=parse_mode, rate_limit_args=turn
                )
            case _:
                message = await self._bot.send_video_note(chat, file_id, rate_limit_args=turn)
        return message.message_id

    async def _dossier(
        self, row: Outbox, inspection: int, turn: Turn | None, parse_mode: ParseMode | None
    ) -> int:
        """The file of a check as a document, or the sentence that says why there is none."""
        assert row.telegram_id is not None  # noqa: S101  (a row without one is never queued)
        assert self._bindery is not None  # noqa: S101  (whoever sends what people ask for has one)
        with TemporaryFile() as out:  # the photos of a check together are too much to hold in memory
            name, instead = await self._bindery.letter(inspection, out)
            if instead:
                message = await self._bot.send_message(
                    row.telegram_id, instead, parse_mode=ParseMode.HTML, rate_limit_args=turn
                )
                return message.message_id
            message = await self._bot.send_document(
                row.telegram_id,
                InputFile(out, filename=name, read_file_handle=False),
                caption=row.text,
                parse_mode=parse_mode,
                rate_limit_args=turn,
            )
            return message.message_id

    async def _settle(self, row: Outbox, error: TelegramError) -> None:
        """What Telegram's error means for the row. The log has the kind of error and no text that a person wrote."""
        failure = type(error).__name__
        log.warning("outbox %d: %s", row.id, failure)
        async with self._store.step() as step:
            if isinstance(error, RetryAfter):
                await outbox.later(step, row.id, failure, timedelta(seconds=_seconds(error)))
            elif isinstance(error, Forbidden) or "chat not found" in error.message.lower():
                await outbox.unreachable(step, row.id, failure)
            elif isinstance(error, BadRequest):
                await outbox.dead(step, row.id, f"{failure}: {error.message[:120]}")
            elif isinstance(error, InvalidToken) or isinstance(error.__cause__, NEVER_SENT):
                await outbox.later(step, row.id, failure)
            else:
                await outbox.uncertain(step, row.id, failure)


def plain(html: str) -> str:
    """The text without its markup, for when Telegram can't read the markup: better plain than lost."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def keyboard(rows: list[list[dict[str, str]]]) -> InlineKeyboardMarkup | None:
    """The outbox's buttons as python-telegram-bot's."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(b["label"], callback_data=b.get("data"), url=b.get("url")) for b in row]
            for row in rows
        ]
    )


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return (wait.total_seconds() if isinstance(wait, timedelta) else float(wait)) + 0.1
