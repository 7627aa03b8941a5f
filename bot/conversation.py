"""aiogram's dispatcher around our steps: one update is one transaction, and the answer is said when it has committed."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.types import TelegramObject, Update

from bot.pointers import CONVERSATION, Conversation, Pointers
from bot.speech import Speech
from handlers import routers
from handlers.refusals import refused
from handlers.reply import Reply
from rules.errors import Refused
from services import inbox, people, refusals
from services.step import Steps

log = logging.getLogger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class StepMiddleware(BaseMiddleware):
    """Runs a handler in a step of its own.

    The order is what matters: the user's lock is taken before the transaction, because the one writing connection must never wait for a
    lock; the ledger row is marked in the transaction of the effect; the answer is said after the commit and inside the lock, so that one
    person's answers keep their order.

    Args:
        store: opens the steps.
        speech: says the answer.
        wake: tells the delivery in this process that the outbox may hold something.
    """

    def __init__(self, store: Steps, speech: Speech, wake: Callable[[], None]) -> None:
        self._store = store
        self._speech = speech
        self._wake = wake
        self._isolation = SimpleEventIsolation()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle an update once."""
        assert isinstance(event, Update)  # noqa: S101  (this middleware is registered for updates)
        bot: Bot = data["bot"]
        context: EventContext = data[EVENT_CONTEXT_KEY]
        if context.user is None or context.chat is None or context.chat.type != "private":
            async with self._store.step() as step:
                await inbox.claim(step, event.update_id)
            return None
        key = StorageKey(bot_id=bot.id, chat_id=context.chat.id, user_id=context.user.id)
        async with self._isolation.lock(key):
            reply = await self._step(handler, event, data, context.user.id)
            self._wake()
            if reply:
                await self._speech.say(bot, reply)
        return None

    async def _step(self, handler: Handler, event: Update, data: dict[str, Any], user: int) -> Reply | None:
        try:
            async with self._store.step() as step:
                tried = step
                if not await inbox.claim(step, event.update_id):
                    return None
                who = await people.whoever(step.session, user)
                step.actor = who.actor
                data.update(step=step, who=who)
                token = CONVERSATION.set(Conversation(step, who.pointer))
                try:
                    reply = await handler(event, data)
                finally:
                    CONVERSATION.reset(token)
                return reply if isinstance(reply, list) else None
        except Refused as refusal:
            # Nothing of the step took effect; the update did happen, the person gets the sentence, and the record what it is worth.
            async with self._store.step() as step:
                if await inbox.claim(step, event.update_id):
                    step.actor = (await people.whoever(step.session, user)).actor
                    await refusals.keep(step, tried, refusal)
            log.info("update %d refused: %s", event.update_id, refusal.code)
            return refused(event.event, refusal)


def dispatcher(store: Steps, speech: Speech, wake: Callable[[], None], **context: Any) -> Dispatcher:
    """Aiogram's dispatcher with every conversation.

    Args:
        store: opens the steps.
        speech: says the answers.
        wake: tells the delivery that something was written.
        **context: what handlers are given by name beside the step: settings' addresses, profiles.
    """
    root = Dispatcher(storage=Pointers(), disable_fsm=True, apologise=speech.apologise, **context)
    root.update.outer_middleware(StepMiddleware(store, speech, wake))
    root.update.outer_middleware(root.fsm)
    root.include_routers(*routers())
    return root
