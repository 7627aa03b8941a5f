"""The bot and the mail worker are killed again and again while inspectors answer; nothing is lost and nobody is told twice.

Both run as their users run them, in processes of their own on one store. The blows fall at moments of their talk with Telegram that a seed
has chosen, so that each run is the same as far as two processes and five people can be.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  (a seeded source of cases)
from time import monotonic

import pytest
from sqlalchemy.engine import URL

from bot.clock import utc_now
from bot.database import Store
from bot.delivery import BATCH, Delivery, ext_bot
from bot.media import Media
from bot.pace import Pace
from bot.vault import Vault
from bot.worker import Worker
from models.mail import InboxState, OutboxState
from sandbox.client import Sandbox
from sandbox.limits import Limits
from sandbox.server import Running
from sandbox.world import World
from services import mail
from templates.render import Message
from tests import county as counties
from tests.bot import visit
from tests.county import INSPECTORS, County
from tests.faults.afterwards import Books
from tests.faults.inspectors import Inspector
from tests.faults.program import Part, Program
from tests.faults.questions import PHOTOS, QUESTIONS, Question, questions, survey
from tests.faults.reaper import Moment, Reaper, blows, watched

NAMES = [name for name, *_ in INSPECTORS]
SEED = 20261120

MOMENTS = {
    "sqlite": {
        Part.BOT: [Moment.HANDED, Moment.KEPT, Moment.ASKED, Moment.DONE],
        Part.MAIL: [Moment.ASKED, Moment.DONE, Moment.DONE, Moment.FETCHED],
    },
    "postgresql": {Part.BOT: [Moment.KEPT, Moment.DONE], Part.MAIL: [Moment.ASKED, Moment.DONE]},
}
"""When the blows fall. Most of the time goes by while the bot comes up again, so on the second database there are fewer."""

CALLS = {Part.BOT: range(40, 130), Part.MAIL: range(20, 70)}
"""How much each part may do between two blows; together less than there is to do."""

LONGEST = 180.0
"""Seconds after which something hangs."""


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real time: the program's processes have no other."""
    return utc_now


@dataclass(slots=True)
class Scene:
    """The store, the people, and what their phones have shown."""

    store: Store
    county: County
    visits: dict[str, int] = field(default_factory=dict)
    shown: int = 0

    @classmethod
    async def make(cls, store: Store) -> "Scene":
        """Five inspectors, each with a record to take down and a colleague who confirms it."""
        scene = cls(store, await counties.make(store))
        await visit.bind(store, *scene.county.everybody)
        form = survey()
        for place, name in enumerate(NAMES):
            team = (name, NAMES[place - 1])
            scene.visits[name] = await visit.begun(store, scene.county, team, form, subject=place)
        return scene

    def watching(self, name: str, books: Books) -> Callable[[Question], Awaitable[None]]:
        """What to do when somebody's phone shows that an answer is stored: it is, and somebody else is written to."""

        async def shown(question: Question) -> None:
            (value,) = (await books.current(self.visits[name]))[question.name]
            if question.kind == "image":
                assert isinstance(value, list)
                assert len(value) == PHOTOS
            else:
                assert value == question.value
            self.shown += 1
            account = self.county.everybody[self.shown % len(self.county.everybody)]
            async with self.store.step() as step:
                await mail.post(
                    step, account, "note", Message(f"第 {self.shown} 号通知"), dedup=f"note:{self.shown}"
                )

        return shown


def _environment(url: URL, sandbox: Running, data: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "CHOUCHATONG_DATA": str(data),
        "CHOUCHATONG_TELEGRAM_TOKEN": sandbox.token,
        "CHOUCHATONG_TELEGRAM_API": sandbox.url,
        "CHOUCHATONG_NOTICES_PER_SECOND": "30",
        "CHOUCHATONG_CHAT_INTERVAL_SECONDS": "0",
        "CHOUCHATONG_LOG_LEVEL": "WARNING",
    }


async def _take_down(inspectors: dict[str, Inspector], reaper: Reaper) -> None:
    """Everybody takes a record down, hands it in, and confirms a colleague's; all at once."""
    async with asyncio.TaskGroup() as group:
        for record, name in enumerate(NAMES):
            group.create_task(inspectors[name].answer(questions(record)))
    # A request to confirm that may not have arrived is for a coordinator to send again, and there is none here.
    await reaper.struck()
    for act in (Inspector.hand_in, Inspector.confirm):
        async with asyncio.TaskGroup() as group:
            for name in NAMES:
                group.create_task(act(inspectors[name]))


async def _settle(url: URL, sandbox: Running, vault: Vault) -> None:
    """A worker of a later hour finishes what the dead ones have left."""

    def later() -> datetime:
        return utc_now() + timedelta(hours=1)

    store = Store(url, later)
    over = asyncio.Event()
    over.set()
    pace = Pace(1000, 0, clock=monotonic, sleep=asyncio.sleep)
    async with ext_bot(sandbox.token, sandbox.url, pace) as bot:
        delivery = Delivery(store, bot, Worker())
        while await delivery.once():
            await delivery.run(over)
        media = Media(store, bot, vault)
        while await media.once():
            pass
    await store.close()


@dataclass(frozen=True, slots=True)
class Played:
    """What is left when it is over.

    Args:
        scene: the store and the people.
        books: what the store and the phones hold.
        kills: how many there were.
        codes: with which the parts ended when they were asked to.
        said: their logs.
    """

    scene: Scene
    books: Books
    kills: int
    codes: dict[Part, int]
    said: str


@pytest.fixture
async def played(database_url: URL, store: Store, tmp_path: Path) -> Played:
    """The whole story, kills and all."""
    chance = Random(SEED)
    scene = await Scene.make(store)
    world = World(limits=Limits(per_second=None, per_chat=None))
    books = Books(store, world)
    moments = MOMENTS[database_url.get_backend_name()]
    plan = {part: blows(chance, moments[part], CALLS[part]) for part in Part}
    planned = {part: len(coming) for part, coming in plan.items()}
    programs: dict[Part, Program] = {}
    reaper = Reaper(plan, lambda part: programs[part].kill())
    async with watched(world, reaper) as sandbox, Sandbox(sandbox.url) as client, asyncio.timeout(LONGEST):
        environment = _environment(database_url, sandbox, tmp_path)
        programs = {part: Program(part, environment, tmp_path / f"{part}.log") for part in Part}
        inspectors = {}
        for account in scene.county.everybody:
            assert account.telegram_id is not None
            person = await client.person(account.telegram_id, account.name, started=True)
            inspectors[account.name] = Inspector(person, reaper, scene.watching(account.name, books))
        async with asyncio.TaskGroup() as group:
            running = {part: group.create_task(programs[part].run()) for part in Part}
            await reaper.back(0)
            await _take_down(inspectors, reaper)
            for program in programs.values():
                program.end()
        await _settle(database_url, sandbox, Vault(tmp_path / "evidence"))
    codes = {part: task.result() for part, task in running.items()}
    said = "".join(program.said() for program in programs.values())
    assert reaper.kills == planned, "not every blow fell"
    return Played(scene, books, sum(planned.values()), codes, said)


async def test_nothing_is_lost_and_nobody_is_told_twice_when_the_program_is_killed(
    played: Played, tmp_path: Path
) -> None:
    scene, books = played.scene, played.books

    # Every answer that a phone has shown is there, once, with its value; and none was stored that nobody gave.
    photos = await books.photos(Vault(tmp_path / "evidence"))
    for record, name in enumerate(NAMES):
        current = await books.current(scene.visits[name])
        asked = questions(record)
        assert list(map(len, current.values())) == [1] * QUESTIONS
        assert {one.name: [one.value] for one in asked if one.kind != "image"}.items() <= current.items()
        shot = [ref for one in asked if one.kind == "image" for ref in current[one.name][0]]  # type: ignore[union-attr]  # a list of photos
        assert len(set(shot)) == len(shot) == photos[scene.visits[name]]
    effects = sum(one.effects for record in range(len(NAMES)) for one in questions(record))
    assert scene.shown == len(NAMES) * QUESTIONS == 200
    assert await books.answers_ever() == effects

    # Every update took effect once.
    assert await books.updates() == {InboxState.DONE: books.updates_made()}
    events = await books.events()
    assert events["answer.changed"] == effects
    assert events["record.submitted"] == events["record.confirmed"] == len(NAMES)

    # Nobody was told anything twice; what may or may not have arrived is said to be so.
    mail = await books.mail()
    assert set(mail) <= {OutboxState.SENT, OutboxState.UNCERTAIN}
    assert mail.total() > scene.shown
    assert mail[OutboxState.UNCERTAIN] <= played.kills * BATCH

    # Asked to end, both ended well, and no fault of their own was logged on the way.
    assert played.codes == dict.fromkeys(Part, 0)
    assert " ERROR " not in played.said, played.said
