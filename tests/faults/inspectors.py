"""Inspectors who take a record down on phones while the program dies under their thumbs.

They behave like people: when the bot has been away and the next screen does not come, they press the old button once more, or send
``/resume``. What they typed they do not type again: it was sent.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Protocol, TypeVar

from PIL import Image

from sandbox.client import NotSeen, Person
from sandbox.seen import SeenMessage
from tests.faults.questions import Choose, Question, Shoot, Tick, Write

REVIEW = "📤 提交记录"

STALE = "这是旧的按钮"

SECONDS = 60.0
"""For one screen, restarts included; whoever waits longer waits in vain."""

Found = TypeVar("Found")


class Presence(Protocol):
    """Tells when the bot is back."""

    returns: int

    async def back(self, known: int) -> None:
        """Wait until the bot has come up more often than this."""


@dataclass(slots=True)
class Inspector:
    """Somebody with a phone and a record to take down.

    Args:
        person: the phone.
        bot: tells when the bot is back.
        shown: called when the screen shows that an answer is stored.
    """

    person: Person
    bot: Presence
    shown: Callable[[Question], Awaitable[None]]
    again: int = 0
    _shade: int = field(default=0)

    async def answer(self, questions: list[Question]) -> None:
        """Take the record down, question by question."""
        await self._say("/resume", self._screen)
        for question in questions:
            shown = await self._see(partial(self._asked, question.mark), question.mark)
            await self._answer(question, shown)

    async def hand_in(self) -> None:
        """Hand the record in; whoever misses the answer is told by the next one that it is done."""
        review = await self._see(self._review, "the review")
        done = partial(self._told, "记录已提交", "没有正在填写的记录", "现在不能做这一步")
        await self._press(review, REVIEW, done)

    async def confirm(self) -> None:
        """Look at a colleague's record and say that it is right."""
        asked = await self._see(partial(self._newest, "请核对检查记录"), "to be asked")
        record = await self._press(asked, "查看并核对", partial(self._newest, "记录指纹"))
        await self._press(record, "确认无误", partial(self._told, "已确认", "已经确认过"))

    async def _answer(self, question: Question, shown: SeenMessage) -> None:
        def is_next() -> SeenMessage | None:
            now = self._screen()
            is_asked = now is None or (question.mark in now.text and REVIEW not in now.labels)
            return None if is_asked else now

        match question.move:
            case Choose(label):
                await self._press(shown, label, is_next)
            case Write(text):
                await self._say(text, is_next)
            case Tick(labels):
                for label in labels:
                    shown = await self._press(shown, label, partial(self._ticked, label))
                await self._press(shown, "👍 完成", is_next)
            case Shoot(photos):
                count = f"已收到 {photos} 张"
                await self._send(photos, partial(self._asked, count))
                shown = await self._see(partial(self._asked, count), count)
                await self._press(shown, "👍 完成", is_next)
        await self.shown(question)

    async def _say(self, text: str, look: Callable[[], Found | None]) -> Found:
        known = self.bot.returns
        await self.person.say(text)
        return await self._see(look, f"what comes after «{text}»", known)

    async def _send(self, photos: int, look: Callable[[], Found | None]) -> Found:
        known = self.bot.returns
        await self.person.send_photos([self._picture() for _ in range(photos)])
        return await self._see(look, f"what comes after {photos} photos", known)

    async def _press(self, shown: SeenMessage, label: str, look: Callable[[], Found | None]) -> Found:
        """Press a button until something comes of it.

        Pressing twice does no harm: a button of an earlier screen is turned away, and the current screen tells what holds.
        """
        while True:
            found = await self._pressed(shown, label, look)
            if found is not None:
                return found
            now = self._offers(label)
            shown = shown if now is None else now

    async def _pressed(
        self, shown: SeenMessage, label: str, look: Callable[[], Found | None]
    ) -> Found | None:
        """Press a button once; ``None`` when it was turned away as an earlier screen's and what is wanted is not there either."""
        (data,) = {button.data for row in shown.buttons for button in row if label in button.text}
        known = self.bot.returns
        queries: set[str] = set()

        async def press() -> None:
            # The screen may have changed meanwhile, and then there is no such button: what is wanted comes, or is looked for next.
            with suppress(NotSeen):
                queries.add((await self.person.press(message=shown.number, data=data, within=0)).query)

        def turned_away() -> bool:
            return any(one.query in queries and STALE in one.text for one in self.person.toasts)

        await press()
        found = await self._see(
            lambda: (look(),) if look() is not None or turned_away() or not queries else None,
            f"what comes after «{label}»",
            known,
            press,
        )
        return found[0]

    async def _see(
        self,
        look: Callable[[], Found | None],
        wanted: str,
        known: int | None = None,
        press: Callable[[], Awaitable[None]] | None = None,
    ) -> Found:
        """Wait for a screen. When the bot was away meanwhile, ask for it again: by the button, or by /resume."""
        known = self.bot.returns if known is None else known
        while True:
            seen = asyncio.ensure_future(self.person.wait_until(look, wanted, within=SECONDS))
            back = asyncio.ensure_future(self.bot.back(known))
            try:
                await asyncio.wait({seen, back}, return_when=asyncio.FIRST_COMPLETED)
                if seen.done():
                    return seen.result()
            finally:
                seen.cancel()
                back.cancel()
                await asyncio.gather(seen, back, return_exceptions=True)
            known = self.bot.returns
            self.again += 1
            if press is not None and self.again % 2:
                await press()
            else:
                await self.person.say("/resume")

    def _screen(self) -> SeenMessage | None:
        """The newest message that shows a question or the review."""
        return next((one for one in self._messages() if any("先存着" in label for label in one.labels)), None)

    def _asked(self, mark: str) -> SeenMessage | None:
        now = self._screen()
        return now if now is not None and mark in now.text else None

    def _ticked(self, label: str) -> SeenMessage | None:
        now = self._screen()
        return now if now is not None and f"✅ {label}" in now.labels else None

    def _offers(self, label: str) -> SeenMessage | None:
        """The newest message that has such a button."""
        return next((one for one in self._messages() if any(label in known for known in one.labels)), None)

    def _review(self) -> SeenMessage | None:
        return next((one for one in self._messages() if REVIEW in one.labels), None)

    def _newest(self, text: str) -> SeenMessage | None:
        return next((one for one in self._messages() if text in one.text), None)

    def _told(self, *sentences: str) -> bool | None:
        said = [one.text for one in self._messages()] + [one.text for one in self.person.toasts]
        return any(sentence in text for sentence in sentences for text in said) or None

    def _messages(self) -> list[SeenMessage]:
        """From the newest on."""
        return [one for one in reversed(self.person.messages) if one.from_bot]

    def _picture(self) -> bytes:
        """Another picture each time: a pattern of light and dark squares, because near shades are one shade in a JPEG."""
        self._shade += 1
        squares = Image.frombytes("L", (4, 4), bytes(255 * (self._shade >> bit & 1) for bit in range(16)))
        out = BytesIO()
        squares.resize((64, 64), Image.Resampling.NEAREST).save(out, "JPEG")
        return out.getvalue()
