"""Monkeys at the phones: whatever is pressed, typed or sent, by whomever, on however old a message, gets an answer.

Nothing is broken by it: every update is done, every spinner stops, the chain of the record holds, and nobody has been let in.
"""

import random  # noqa: TID251  (a seeded source of presses)
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.people import Account
from rules.draw.verification import verify
from rules.errors import Refused
from rules.forms.event import Goto, Open
from rules.forms.relevance import faults
from services import audit, bundles, portions
from tests.conftest import SetClock
from tests.handlers.desk import Desk
from tests.handlers.test_talks import STICKER, STRANGER
from tests.services.answering import Answers
from tests.services.story import Story

STEPS = 160

WORDS = (
    *("/start", "/tasks", "/resume", "/plan", "/new", "/reviews", "/deadlines", "/witness", "/undelivered"),
    *("/recusals", "/loads"),
    *(
        "/help",
        "/cancel",
        "/nothing",
        "📋 我的任务",
        "➕ 新建任务",
        "▶️ 继续检查",
        "2",
        "0",
        "今天",
        "2026-11-01",
    ),
    *(
        "写得清清楚楚",
        "<b>",
        "&amp;",
        "2026-11-23 至 2026-12-20",
        "字" * 300,
        "\u202e反",
        "🎲",
        "/start guess",
    ),
)


async def _drafting(story: Story) -> None:
    await story.plan(0, 2, ratio_bp=2500)


async def _committed(story: Story) -> None:
    await story.commit(await story.plan(0, 2, ratio_bp=2500))


async def _dispatched(story: Story) -> None:
    await story.dispatch(await story.draw_again(0, 2, ratio_bp=2500))


async def _checking(story: Story) -> None:
    for visit in await story.dispatch(await story.draw_again(0, 2, ratio_bp=2500)):
        recorder, _ = await story.accepted(visit.id)
        await story.begin(visit.id, recorder)


async def _together(story: Story) -> None:
    """Two departments write in the same records at once."""
    for visit in await story.dispatch(await story.draw_again(0, 2, ratio_bp=2500)):
        for account in await story.accepted(visit.id):
            await story.begin(visit.id, account)


async def _submitted(story: Story) -> None:
    for visit in await story.dispatch(await story.draw_again(0, 2, ratio_bp=2500)):
        recorder, _ = await story.accepted(visit.id)
        await story.begin(visit.id, recorder)
        await story.fill_in(visit.id, recorder)
        await story.submit(visit.id, recorder)


async def _confirmed(story: Story) -> None:
    for visit in await story.dispatch(await story.draw_again(0, 2, ratio_bp=2500)):
        await story.finish(visit.id)


ANYWAY: Answers = {
    "unchecked_reason": "没有这项经营",
    "problem": "写得清清楚楚",
    "handling": "order",
    "handling_other": "另行处理",
    "situation": "写得清清楚楚",
    "refusals": ["entry"],
    "measures": ["order"],
    "measures_other": "另行处理",
    "receiver": "安澜县住建局",
    "closed": "no",
    "unsigned_reason": "负责人不在",
}
"""What is said where monkeys have brought a question up that usually is not asked."""


class Monkey:
    """Somebody who presses everything."""

    def __init__(self, at_desk: Desk, clock: SetClock, seed: int) -> None:
        self.desk = at_desk
        self.clock = clock
        self.chance = random.Random(seed)
        self.people: list[Account | int] = [*at_desk.story.county.everybody, STRANGER]
        self.offered: list[str] = []

    async def act(self) -> None:
        """One thing that a person may do, mostly a button that is on their own phone."""
        who = self.chance.choice(self.people)
        acts = [self.press] * 10 + [self.press_old, self.press_another_s, self.press_made_up]
        acts += [self.write] * 4 + [self.photograph, self.send_something, self.deliver, self.wait]
        await self.chance.choice(acts)(who)

    async def press(self, who: Account | int) -> None:
        bubbles = list(self.desk.phone(who).bubbles.values())
        newest = [bubble for bubble in bubbles if bubble.buttons][-2:]
        if newest:
            bubble = self.chance.choice(newest)
            data = self.chance.choice(bubble.buttons)[1]
            self.offered.append(data)
            await self._send(who, data, bubble.number)

    async def press_old(self, who: Account | int) -> None:
        """What this person, or somebody, pressed long ago."""
        if self.offered:
            await self._send(who, self.chance.choice(self.offered))

    async def press_another_s(self, who: Account | int) -> None:
        other = self.desk.phone(self.chance.choice(self.people))
        buttons = [data for bubble in other.bubbles.values() for _, data in bubble.buttons]
        if buttons:
            await self._send(who, self.chance.choice(buttons))

    async def press_made_up(self, who: Account | int) -> None:
        """A client may send anything."""
        known = self.chance.choice(self.offered) if self.offered else "task:open:1:0:"
        parts = known.split(":")
        at = self.chance.randrange(len(parts))
        parts[at] = self.chance.choice(["", "0", "-1", "999", "x", "²", "open", "2147483647"])
        await self._send(who, ":".join(parts))

    async def _send(self, who: Account | int, data: str, message: int | None = None) -> None:
        if data and not data.startswith("http") and self.desk.phone(who).bubbles:
            await self.desk.send_data(who, data, message)

    async def write(self, who: Account | int) -> None:
        await self.desk.write(who, self.chance.choice(WORDS))

    async def photograph(self, who: Account | int) -> None:
        await self.desk.photo(who, f"p{self.chance.randrange(4)}", self.chance.choice([None, "album"]))

    async def send_something(self, who: Account | int) -> None:
        content: list[dict[str, Any]] = [
            {"sticker": STICKER},
            {"location": {"latitude": 35.7, "longitude": 115.0}},
            {"document": {"file_id": "d", "file_unique_id": "ud", "mime_type": "application/pdf"}},
            {"contact": {"phone_number": "1", "first_name": "某"}},
        ]
        await self.desk.send(who, **self.chance.choice(content))

    async def deliver(self, who: Account | int) -> None:
        del who
        await self.desk.deliver()

    async def wait(self, who: Account | int) -> None:
        del who
        self.clock.advance(minutes=self.chance.choice([1, 30, 600]))


async def _ends(story: Story, visit: int) -> None:
    """Whatever the monkeys have left behind, everybody finds the end of theirs, and the record can be handed in."""
    rows = await story.portions(visit)
    team = await story.team(visit)
    for row in reversed(rows):
        holder = next((one for _, one in team if one.inspector_id == row.recorder_id), None)
        who = holder or next(one for place, one in team if portions.of_place(rows, place).id == row.id)
        await story.begin(visit, who)
        work = await story.take(visit, who, Open())
        for _ in range(20):
            missing = faults(work.form, work.draft.answers, story.clock())
            if work.question is None and missing:
                await story.take(visit, who, Goto(missing[0].question))
            work = await story.fill_in(visit, who, ANYWAY)
        if not row.leads:
            await story.finish_portion(visit, who)
            continue
        try:
            await story.submit(visit, who)
        except Refused as refusal:
            if (
                refusal.code != "forms.results_contradict"
            ):  # that is a way forward too: it says what to change
                raise


@pytest.mark.parametrize(
    ("begin", "seed"),
    [
        (_drafting, 1),
        (_committed, 2),
        (_dispatched, 3),
        (_checking, 4),
        (_submitted, 5),
        (_confirmed, 6),
        (_checking, 7),
        (_together, 8),
    ],
)
async def test_whatever_is_done_at_the_phones_is_answered(
    at_desk: Desk, clock: SetClock, begin: Callable[[Story], Awaitable[None]], seed: int
) -> None:
    await begin(at_desk.story)
    await at_desk.deliver()
    monkey = Monkey(at_desk, clock, seed)
    for _ in range(STEPS):
        await monkey.act()
    await at_desk.deliver()
    for visit in await at_desk.visits():
        if visit.state in portions.DRAFTS:
            await _ends(at_desk.story, visit.id)

    async with at_desk.story.store.reading() as session:
        assert await audit.verify(session) == []
        for row in await bundles.listed(session):
            if row["state"] == "opened":
                assert verify(await bundles.export(session, row["id"])).ok
    stranger = {bubble.text for bubble in at_desk.phone(STRANGER).bubbles.values()}
    assert len(stranger) <= 3  # the one sentence, and what became of a guessed link
    assert not any(bubble.buttons for bubble in at_desk.phone(STRANGER).bubbles.values())
