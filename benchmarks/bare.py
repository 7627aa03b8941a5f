"""The least that a bot with a database does: an aiogram handler that inserts a row, commits, and answers."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import aiosqlite
from aiogram import Bot, Dispatcher, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.drain import Drain
from bot.intake import BACKLOG

PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL")
"""The mode that loses nothing, as ours."""

TEXT = (
    "<b>7/23 · 消防安全</b>\n<i>安澜县第一食品商行</i>\n▰▰▰▱▱▱▱▱▱▱\n\n"
    "<b>疏散通道是否畅通？</b>\n\n已收到第 {number} 个回答，请继续。"
)
LABELS = (("畅通", "有堵塞或占用"), ("上一题", "跳过", "总览"), ("先存着",))
"""As many buttons as a question of ours has."""


class Rows(Protocol):
    """Where the answers go."""

    async def open(self) -> None:
        """Make the database."""
        ...

    async def insert(self, telegram_id: int, said: str) -> None:
        """Insert one row; it is on the disk when this returns."""
        ...

    async def count(self) -> int:
        """How many there are."""
        ...

    async def close(self) -> None:
        """Close the database."""
        ...


class DriverRows:
    """Rows by the driver alone, aiosqlite, on one connection; no library knows of rows and objects.

    Args:
        path: of a new database.
    """

    def __init__(self, path: Path) -> None:
        self._connection = aiosqlite.connect(path)
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Make the database."""
        await self._connection
        for pragma in PRAGMAS:
            await self._connection.execute(f"PRAGMA {pragma}")
        await self._connection.execute(
            "CREATE TABLE answer (id INTEGER PRIMARY KEY, telegram_id INTEGER, said TEXT, at TEXT)"
        )

    async def insert(self, telegram_id: int, said: str) -> None:
        """Insert one row; it is on the disk when this returns."""
        async with self._turn:  # or one answer's commit would be another one's too
            await self._connection.execute(
                "INSERT INTO answer (telegram_id, said, at) VALUES (?, ?, ?)",
                (telegram_id, said, datetime.now(UTC).isoformat()),
            )
            await self._connection.commit()

    async def count(self) -> int:
        """How many there are."""
        async with self._connection.execute("SELECT count(*) FROM answer") as found:
            row = await found.fetchone()
        return int(row[0]) if row else 0

    async def close(self) -> None:
        """Close the database."""
        await self._connection.close()


class _Base(SQLModel, registry=registry()):
    """With a registry of its own, or its table would be one of ours."""


class BareAnswer(_Base, table=True):
    """A row."""

    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int
    said: str
    at: datetime


class SessionRows:
    """Rows by the libraries that ours uses too, SQLModel on SQLAlchemy on aiosqlite, as their manuals have it.

    Args:
        path: of a new database.
    """

    def __init__(self, path: Path) -> None:
        url = URL.create("sqlite+aiosqlite", database=str(path))
        # One connection: several would only wait for each other's lock.
        self._engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=60)

        @event.listens_for(self._engine.sync_engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            for pragma in PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    async def open(self) -> None:
        """Make the database."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_Base.metadata.create_all)

    async def insert(self, telegram_id: int, said: str) -> None:
        """Insert one row; it is on the disk when this returns."""
        async with AsyncSession(self._engine) as session:
            session.add(BareAnswer(telegram_id=telegram_id, said=said, at=datetime.now(UTC)))
            await session.commit()

    async def count(self) -> int:
        """How many there are."""
        async with AsyncSession(self._engine) as session:
            return (await session.exec(select(func.count()).select_from(BareAnswer))).one()

    async def close(self) -> None:
        """Close the database."""
        await self._engine.dispose()


class Bare:
    """A bot as the first page of a tutorial has it: no inbox, no people, no rules, no record, and a constant screen.

    Args:
        rows: where the answers go, one row and one commit an update.
        bot: answers.
    """

    def __init__(self, rows: Rows, bot: Bot) -> None:
        self._rows = rows
        self._bot = bot
        self._drain = Drain()
        self._answers = count(1)
        router = Router()
        router.callback_query()(self._pressed)
        router.message()(self._sent)
        self._dispatcher = Dispatcher()
        self._dispatcher.include_router(router)

    @property
    def full(self) -> bool:
        """Whether as much is under way as our own bot allows."""
        return len(self._drain) >= BACKLOG

    async def accept(self, payloads: Sequence[dict[str, Any]]) -> None:
        """Start to handle updates, each in a task of its own, as aiogram's own polling does."""
        for payload in payloads:
            self._drain.start(self._dispatcher.feed_raw_update(self._bot, payload))
        await asyncio.sleep(0)

    async def handled(self) -> None:
        """Wait until everything has been handled."""
        await self._drain.empty()

    async def _pressed(self, query: CallbackQuery) -> None:
        await self._rows.insert(query.from_user.id, query.data or "")
        await query.answer()
        if isinstance(query.message, Message):
            await query.message.edit_text(self._text(), parse_mode="HTML", reply_markup=_MARKUP)

    async def _sent(self, message: Message) -> None:
        await self._rows.insert(message.chat.id, message.text or message.content_type)
        await message.answer(self._text(), parse_mode="HTML", reply_markup=_MARKUP)

    def _text(self) -> str:
        return TEXT.format(number=next(self._answers))


_MARKUP = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text=label, callback_data=f"bare:{row}:{place}")
            for place, label in enumerate(labels)
        ]
        for row, labels in enumerate(LABELS)
    ]
)
