"""The dispatcher with every conversation, on a store, with people who press and write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update
from sqlmodel import col, select

from bot.conversation import dispatcher
from bot.database import Store
from bot.speech import Speech
from models.inspections import Inspection
from models.mail import InboxUpdate, Outbox, OutboxState
from models.people import Account
from services import inbox, outbox
from tests.handlers.phones import Bubble, Phone, Phones
from tests.services.story import PUBLIC, Story
from tests.silence import no_silence


@dataclass(slots=True)
class Desk:
    """People with phones, and the bot.

    Args:
        story: for what is done before the chat begins.
        phones: what everybody sees.
    """

    story: Story
    phones: Phones
    bot: Bot
    root: Dispatcher
    updates: int = 0

    def phone(self, who: Account | int) -> Phone:
        return self.phones.of(self.number(who))

    def number(self, who: Account | int) -> int:
        return who if isinstance(who, int) else self.story.numbers[who.id]

    async def press(self, who: Account | int, label: str, *, bubble: Bubble | None = None) -> Bubble:
        """Press the newest button whose label has this part; the newest message afterwards."""
        phone = self.phone(who)
        for shown in (
            [bubble] if bubble is not None else [phone.bubbles[n] for n in sorted(phone.bubbles)][::-1]
        ):
            data = next((data for text, data in shown.buttons if label in text), None)
            if data is not None:
                return await self.send_data(who, data, shown.number)
        raise AssertionError(f"no button «{label}»: {[b.rows for b in phone.bubbles.values()]}")

    async def send_data(self, who: Account | int, data: str, message: int | None = None) -> Bubble:
        """A press with this data, on this message of one's chat."""
        number, phone = self.number(who), self.phone(who)
        shown = message if message is not None else max(phone.bubbles, default=1)
        query = f"{number}-{self.updates}"
        before = phone.bubbles.get(shown)
        await self._feed(
            callback_query={
                "id": query,
                "from": _user(number),
                "chat_instance": "1",
                "data": data,
                "message": {**self._shell(number, shown), "text": before.text if before else "…"},
            }
        )
        assert query in self.phones.answered, f"the button's spinner goes on: {data}"
        return phone.bubbles.get(shown) or phone.last

    async def write(self, who: Account | int, text: str) -> Bubble:
        """Write words; the newest message afterwards."""
        await self.send(who, text=text)
        return self.phone(who).last

    async def send(self, who: Account | int, **content: Any) -> None:
        """Send anything: a photo, a sticker, a position."""
        number = self.number(who)
        await self._feed(
            message={**self._shell(number, self.phones.number()), "from": _user(number), **content}
        )

    async def photo(self, who: Account | int, name: str, album: str | None = None) -> None:
        """A photo as it comes from a phone."""
        sizes = [{"file_id": name, "file_unique_id": f"u{name}", "width": 9, "height": 9, "file_size": 900}]
        await self.send(who, photo=sizes, **({"media_group_id": album} if album else {}))

    async def deliver(self) -> int:
        """The worker's part: what is queued arrives."""
        delivered = 0
        while True:
            async with self.story.store.step() as step:
                rows = await outbox.claim(step, "worker", 50)
            if not rows:
                return delivered
            for row in rows:
                await self._arrive(row)
                delivered += 1

    async def _arrive(self, row: Outbox) -> None:
        assert row.telegram_id is not None
        number = row.edits or self.phones.number()
        self.phones.show(row.telegram_id, number, row.text, _markup(row))
        async with self.story.store.step() as step:
            assert await outbox.begin(step, row.id, "worker")
            await outbox.sent(step, row.id, number)

    async def _feed(self, **content: Any) -> None:
        self.updates += 1
        payload = {"update_id": self.updates, **content}
        async with self.story.store.step() as step:
            await inbox.keep(step, [payload])
        update = Update.model_validate(payload, context={"bot": self.bot})
        with no_silence(self.story.store):
            await self.root.feed_update(self.bot, update, behind=lambda: 0)
        async with self.story.store.step() as step:
            assert (await step.get(InboxUpdate, self.updates)).state == "done"

    def _shell(self, number: int, message: int) -> dict[str, Any]:
        date = int(self.story.clock().timestamp())
        return {"message_id": message, "date": date, "chat": {"id": number, "type": "private"}}

    async def unsent(self) -> list[str]:
        """Notices that can't go out, by state."""
        async with self.story.store.reading() as session:
            query = select(Outbox.state).where(Outbox.state != OutboxState.SENT).order_by(col(Outbox.id))
            return [str(state) for state in (await session.exec(query)).all()]

    async def visits(self) -> list[Inspection]:
        async with self.story.store.reading() as session:
            return list((await session.exec(select(Inspection).order_by(col(Inspection.id)))).all())


def _user(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "某人"}


def _markup(row: Outbox) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=b["label"], callback_data=b.get("data"), url=b.get("url"))
                for b in line
            ]
            for line in row.keyboard
        ]
    )


@asynccontextmanager
async def desk(story: Story) -> AsyncIterator[Desk]:
    """A desk on a story's store."""
    phones = Phones()
    bot = Bot("42:made-up", session=phones)
    store: Store = story.store
    root = dispatcher(store, Speech(store), lambda: None, public_url=PUBLIC, scan_url=PUBLIC)
    yield Desk(story, phones, bot, root)
