"""The bot's ear and mouth without its long poll: updates are handed over when a test says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.types import Message as Incoming
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.conversation import StepMiddleware, dispatcher
from bot.intake import Intake
from bot.pointers import Pointers
from bot.settings import Settings
from bot.speech import Speech
from bot.telegram_in import make_bot
from models.mail import InboxState, InboxUpdate
from models.registers import Jurisdiction
from sandbox.server import Running
from services.step import Step, Steps

Handler = Callable[..., Awaitable[Any]]
"""Is given the message, and by their names the step and what else a handler may ask for."""


EFFECT = "heard"


class Ear:
    """A handler that does what a test wants.

    Args:
        faults: what is raised, one for each call, until there are none.
    """

    def __init__(self, *faults: Exception) -> None:
        self.heard: list[str] = []
        self._faults = list(faults)

    async def hear(self, message: Incoming, step: Step) -> None:
        """Hear a message: its text is the effect."""
        if self._faults:
            raise self._faults.pop(0)
        self.heard.append(message.text or "")
        code = f"x{message.message_id}"
        step.session.add(
            Jurisdiction(
                code=code, name=message.text or "", profile=EFFECT, division="1", created_at=step.now
            )
        )


def locked() -> OperationalError:
    return OperationalError("UPDATE", {}, Exception("database is locked"))


@dataclass
class Desk:
    """A bot on a sandbox, with what it would do between the long poll and the reply.

    Args:
        store: where the steps are.
        server: the sandbox.
        speech: says replies.
        bot: aiogram's.
        slept: how long somebody wanted to sleep; nobody does.
    """

    store: Steps
    server: Running
    speech: Speech
    bot: Bot = field(init=False)
    slept: list[float] = field(default_factory=list)
    woken: int = 0

    async def sleep(self, seconds: float) -> None:
        """Note how long it would have been."""
        self.slept.append(seconds)

    def wake(self) -> None:
        """Count how often the delivery is told that there may be something."""
        self.woken += 1

    def intake(self, root: Dispatcher | None = None) -> Intake:
        """The program's own way in, or one with another dispatcher."""
        root = root or dispatcher(self.store, self.speech, self.wake, public_url="")
        return Intake(self.store, root, self.bot, sleep=self.sleep)

    def listening(self, handler: Handler) -> Intake:
        """A way in whose only handler is the test's; it a function or a method, because aiogram takes other objects for blocking ones."""
        router = Router()
        router.message()(handler)
        root = Dispatcher(storage=Pointers(), disable_fsm=True, apologise=self.speech.apologise)
        root.update.outer_middleware(StepMiddleware(self.store, self.speech, self.wake))
        root.include_router(router)
        return self.intake(root)

    def heard(self) -> list[dict[str, Any]]:
        """What people have done that the bot has not heard yet, as Telegram would hand it over."""
        updates = self.server.world.updates
        payloads = updates.deliver(100)
        if payloads:
            updates.confirm(max(one["update_id"] for one in payloads) + 1)
        return payloads

    async def hear(self, intake: Intake) -> None:
        """Hand it over and wait until it is handled."""
        await intake.accept(self.heard())
        await intake.handled()

    async def ledger(self) -> list[InboxUpdate]:
        """Every update that was kept, in order."""
        async with self.store.reading() as session:
            return list((await session.exec(select(InboxUpdate).order_by(InboxUpdate.update_id))).all())  # type: ignore[arg-type]  # a column

    async def states(self) -> list[InboxState]:
        """What became of each of them."""
        return [one.state for one in await self.ledger()]

    async def effects(self) -> list[str]:
        """What an :class:`Ear` has written into the store."""
        async with self.store.reading() as session:
            query = (
                select(Jurisdiction.name).where(Jurisdiction.profile == EFFECT).order_by(Jurisdiction.code)
            )
            return list((await session.exec(query)).all())


@asynccontextmanager
async def opened(store: Steps, server: Running) -> AsyncIterator[Desk]:
    """A desk whose connections are closed in the end."""
    settings = Settings(telegram_token=SecretStr(server.token), telegram_api=server.url)
    desk = Desk(store, server, Speech(store))
    desk.bot = make_bot(settings, desk.sleep)
    try:
        yield desk
    finally:
        await closed(desk.bot)


async def closed(bot: Bot) -> None:
    """Close a bot's connections; its own way to do so sleeps, for the sake of TLS."""
    session = bot.session
    assert isinstance(session, AiohttpSession)
    if session._session is not None:
        await session._session.close()
