"""Telegram out, put together: delivery of the outbox and fetching of evidence, without aiogram."""

import asyncio
from time import monotonic

from bot.bindery import Bindery
from bot.database import Store
from bot.delivery import Delivery, ext_bot
from bot.media import Media
from bot.pace import Pace
from bot.settings import Settings
from bot.vault import Vault
from bot.worker import Worker


class TelegramOut:
    """The two workers of a process.

    Args:
        settings: of the process.
        store: opens the steps.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        pace = Pace(
            settings.notices_per_second, settings.chat_interval_seconds, clock=monotonic, sleep=asyncio.sleep
        )
        self._bot = ext_bot(settings.telegram_token.get_secret_value(), settings.telegram_api, pace)
        vault = Vault(settings.evidence_folder)
        bindery = Bindery(store, vault, settings.templates)
        self._delivery = Delivery(store, self._bot, Worker(), bindery)
        self._media = Media(store, self._bot, vault)

    def wake(self) -> None:
        """Something was written that may have to go out, or be fetched."""
        self._delivery.wake()
        self._media.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop."""
        async with self._bot:
            await asyncio.gather(self._delivery.run(stop), self._media.run(stop))
