"""Notices through Telegram's limits while people talk to the bot.

``python -m benchmarks.notices [NOTICES]``

As many people as notices; the delivery sends them with the default settings. The sandbox, in a process of its own, lets
through what Telegram does: 30 messages a second over all chats, one a second in a chat after a short burst. Meanwhile
inspectors press buttons on their phones at an even pace; bot and delivery are one process with one event loop, as in
``chouchatong run``. A reply's time is what the person sees: from the press to the changed screen on the phone.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from statistics import quantiles
from time import perf_counter

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from sqlmodel import col, select

from benchmarks.county import CODE
from benchmarks.floor import Floor, floor
from benchmarks.measure import Figures, Work, grid, measured
from bot.polling import poll
from bot.telegram_out import TelegramOut
from models.mail import Outbox, OutboxState
from models.people import Account, RoleName
from sandbox.client import Person
from sandbox.limits import Limits
from services import mail, people
from templates.keyboard import press
from templates.render import Message

NOTICES = 1_000
FIRST_NUMBER = 900_000
"""Telegram's number of the first who gets a notice; the others follow."""

INSPECTORS = 6
"""Who talk to the bot meanwhile."""

PER_SECOND = 1.5
"""Presses of theirs, so that each has some seconds between two."""

WITHIN_SECONDS = 600.0
LABEL = "书面检查"
"""An option of the record's first question: each press of it changes the screen."""

TEXT = (
    "🎯 <b>您被抽中参加一次检查</b>\n\n🏪 <b>安澜县第{number}食品商行</b>\n📍 安澜县长宁路{number}号\n"
    "📄 食品商行抽查\n🗓 11月1日至12月31日\n🔖 安澜市监抽查〔2026〕1号-{number}\n\n"
    "请尽快确认。与检查对象有利害关系的，应当申请回避。"
)


class Refusals(BaseRequestMiddleware):
    """Counts the replies that Telegram did not take at once (429)."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request."""
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter:
            self.count += 1
            raise


@dataclass(slots=True)
class Talk:
    """Inspectors who press buttons.

    Args:
        inspectors: with a record's first question on the screen.
        seconds: how long each waited for the changed screen.
    """

    inspectors: Sequence[Person]
    seconds: list[float] = field(default_factory=list)

    async def go_on(self, until: asyncio.Event) -> None:
        """Press in turn, at an even pace, whether or not the others have their replies."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as group:
            for number in count():
                await asyncio.sleep(begun + number / PER_SECOND - loop.time())
                if until.is_set():
                    return
                group.create_task(self._press(self.inspectors[number % len(self.inspectors)]))

    async def _press(self, person: Person) -> None:
        begun = perf_counter()
        await person.press(LABEL)
        await person.wait_for(button=LABEL)
        self.seconds.append(perf_counter() - begun)


@contextmanager
def ours(notices: int) -> Iterator[Work]:
    """The delivery at work, and the bot beside it.

    Args:
        notices: how many, each to somebody else.
    """
    out: TelegramOut | None = None

    def wake() -> None:
        if out is not None:
            out.wake()

    with asyncio.Runner() as runner:
        laid = floor(INSPECTORS, wake)
        ground = runner.run(laid.__aenter__())
        try:
            receivers = runner.run(_receivers(ground, notices))
            out = TelegramOut(ground.settings, ground.store)
            yield lambda: runner.run(_told(ground, out, receivers))
        finally:
            runner.run(laid.__aexit__(None, None, None))


def run(number: int = NOTICES) -> str:
    """Measure once: the clock decides, not the machine.

    Args:
        number: of notices.

    Returns:
        The table.
    """
    found = measured("benchmarks.notices:ours", number, repeat=1)
    figures = found.figures
    rate = f"{figures['per_second']:.1f} of {figures['budget']:.0f} a second"
    return grid(
        ("what", "figure", "target"),
        "lrl",
        [
            (f"notices sent, of {number:,}", f"{figures['sent']:.0f}", "all"),
            ("calls that Telegram did not take (429)", f"{figures['refused']:.0f}", "0"),
            ("rate against the budget", f"{rate} = {figures['share']:.2f}", "≥ 0.9"),
            ("replies meanwhile", f"{figures['replies']:.0f}", ""),
            ("p95 from the press to the new screen", f"{figures['p95_ms']:.0f} ms", "< 300 ms"),
            ("peak memory", f"{found.peak_mib:.0f} MiB", ""),
        ],
    )


async def _receivers(ground: Floor, notices: int) -> list[Person]:
    """People who have written to the bot before, each with an account."""
    async with ground.store.step() as step:
        for number in range(notices):
            account = await people.appoint(step, CODE, f"收件人{number + 1}", [RoleName.INSPECTOR])
            account.telegram_id = FIRST_NUMBER + number
            step.session.add(account)
    receivers = [
        await ground.sandbox.person(FIRST_NUMBER + number, f"收件人{number + 1}", started=True)
        for number in range(notices)
    ]
    strict = Limits()
    await ground.sandbox.limit(per_chat=strict.per_chat, per_second=strict.per_second)
    return receivers


async def _told(ground: Floor, out: TelegramOut, receivers: Sequence[Person]) -> Figures:
    refusals = Refusals()
    ground.bot.session.middleware(refusals)
    talk = Talk(ground.people)
    stop, quiet = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(poll(ground.bot, ground.intake, stop))
        group.create_task(out.run(stop))
        talking = group.create_task(talk.go_on(quiet))
        begun = await _post(ground)
        out.wake()
        for person in receivers:
            await person.wait_for("您被抽中", since=0, within=WITHIN_SECONDS)
        quiet.set()
        await talking
        stop.set()
    rows = await _rows(ground)
    last = await _last(ground, {person.id for person in receivers})
    per_second = len(receivers) / (last - begun).total_seconds()
    budget = ground.settings.notices_per_second
    return Figures(
        sent=sum(row.state is OutboxState.SENT for row in rows),
        refused=refusals.count + sum(row.tries for row in rows),
        per_second=per_second,
        budget=budget,
        share=per_second / budget,
        replies=len(talk.seconds),
        p95_ms=quantiles(talk.seconds, n=20)[-1] * 1000,
    )


async def _post(ground: Floor) -> datetime:
    """Write all notices in one step, as a dispatch does.

    Returns:
        When.
    """
    async with ground.store.step() as step:
        query = select(Account).where(col(Account.telegram_id) >= FIRST_NUMBER).order_by(col(Account.id))
        for number, account in enumerate((await step.session.exec(query)).all(), start=1):
            rows = [
                [press("✅ 接受任务", "visit", "accept", number)],
                [press("📋 全部任务", "visit", "list")],
            ]
            await mail.post(step, account, "assignment", Message(TEXT.format(number=number), rows))
    return ground.store.clock()


async def _rows(ground: Floor) -> list[Outbox]:
    async with ground.store.reading() as session:
        return list((await session.exec(select(Outbox))).all())


async def _last(ground: Floor, receivers: set[int]) -> datetime:
    """When the last notice was on its phone."""
    said = (
        one for one in await ground.sandbox.journal() if one["by"] == "bot" and one["person"] in receivers
    )
    return max(datetime.fromisoformat(one["at"]) for one in said)


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
