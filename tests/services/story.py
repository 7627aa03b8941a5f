"""A county at work: its people act through the services, one step each, as they do in chat."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import col, select

from bot.database import Store
from models.inspections import Inspection, Place, PlaceState
from models.items import CheckItem
from models.mail import Outbox
from models.people import Account
from models.plans import PlanLine, TaskLine
from models.portions import Portion
from models.results import Publication, Result
from models.tasks import Contribution, Task
from rules.forms.event import Done, Event, Goto
from rules.forms.question import Kind
from rules.profile.model import Profile
from rules.profile.terms import TaskKind, Trigger
from services import (
    beacons,
    draws,
    kinds,
    opening,
    people,
    pools,
    portions,
    profiles,
    records,
    reviews,
    signatures,
    submissions,
    tasks,
    visits,
    witnessing,
)
from services.answers import Pen
from services.attempts import Attempt
from services.evidence import Sent
from services.opening import Opened
from services.records import Work
from services.step import Step
from tests.county import County
from tests.services.answering import Answers, moves, photo
from tests.services.stages import Stages

Came = TypeVar("Came")

PUBLIC = "http://gongshi.example"
FIRST_NUMBER = 700_001


@dataclass(slots=True)
class Story:
    """The people of a county and what they do."""

    store: Store
    county: County
    clock: Callable[[], datetime]
    profile_name: str = "puyang"
    stages: Stages | None = None

    async def _reach(self, work: Callable[..., Awaitable[Came]], *arguments: Hashable) -> Came:
        """Act up to a stage, or begin at a copy of it."""
        if self.stages is None:
            return await work(*arguments)
        # What a test may have changed besides the store: the time, and the profile that is loaded.
        key = (work.__name__, arguments, self.profile_name, self.clock(), profiles.load)
        return await self.stages.reach(key, lambda: work(*arguments))

    @property
    def coordinator(self) -> Account:
        assert self.county.coordinator is not None
        return self.county.coordinator

    @property
    def second(self) -> Account:
        assert self.county.second is not None
        return self.county.second

    @property
    def witness(self) -> Account:
        assert self.county.witness is not None
        return self.county.witness

    @asynccontextmanager
    async def step(self, account: Account | None = None) -> AsyncIterator[Step]:
        """A step of somebody, with the roles that the store knows of them."""
        async with self.store.step() as step:
            if account is not None:
                step.actor = await people.actor_of(step.session, account.id)
            yield step

    async def profile(self) -> Profile:
        async with self.store.reading() as session:
            return await profiles.of(session, self.county.departments[0].jurisdiction)

    async def bind(self, *accounts: Account) -> None:
        """Everybody, or these people, open their link."""
        async with self.store.step() as step:
            for account in accounts or self.county.everybody:
                known = await step.get(Account, account.id)
                token = await people.invite(step, known)
                await people.bind(step, FIRST_NUMBER + account.id, token)

    @property
    def numbers(self) -> dict[int, int]:
        """Telegram's numbers of the county's people, by account."""
        return {account.id: FIRST_NUMBER + account.id for account in self.county.everybody}

    async def plan(
        self,
        *items: int,
        name: str = "2026年公示信息抽查",
        ratio_bp: int | None = None,
        by: Account | None = None,
        industries: Sequence[str] = (),
    ) -> int:
        """A draft with these items of the county; the task's id."""
        profile = await self.profile()
        async with self.step(by or self.coordinator) as step:
            task = await tasks.open_task(step, profile)
            if profile.tasks.annual_plan.value:
                lead = (by or self.coordinator).department_id
                line = next(one for one in self.county.lines if one.department_id == lead)
                step.session.add(TaskLine(jurisdiction=task.jurisdiction, task_id=task.id, line_id=line.id))
                line = await step.get(PlanLine, line.id)
                if line.period_end < step.today:  # a test in another year has a plan of that year
                    line.year, line.period_end = step.today.year, task.period_end
                task.period_end = min(task.period_end, line.period_end)
            for item in items or (0,):
                await tasks.toggle_item(step, profile, task.id, self.county.items[item].id)
            task.industries = list(industries)
            task.kind = TaskKind.TARGETED if industries else task.kind
            if task.trigger is not None:
                task.trigger_source, task.trigger_reference = "12345热线", "2026-0817"
                task.trigger_on = step.today
            task = await tasks.set_name(step, task.id, name)
            if ratio_bp is not None:
                known = await pools.survey(step.session, profile, task, step.today)
                task.ratios = {one.name: ratio_bp for one in known.strata}
        return task.id

    async def trigger(self, task: int, trigger: Trigger) -> None:
        """Something outside the plan set a draft off."""
        profile = await self.profile()
        async with self.step(self.coordinator) as step:
            await kinds.set_trigger(step, profile, task, trigger)
            await kinds.set_trigger_source(step, task, "12345热线")
            await kinds.set_trigger_day(step, task, step.today)
            await kinds.set_trigger_reference(step, task, "2026-0817")

    async def freeze(self, task: int, by: Account | None = None, profile: Profile | None = None) -> Attempt:
        rules = profile or await self.profile()
        async with self.step(by or self.coordinator) as step:
            return await draws.freeze(step, rules, task)

    async def preview(self, task: int, by: Account | None = None) -> Attempt:
        """A witness confirms the numbers."""
        async with self.step(by or self.witness) as step:
            return await witnessing.confirm(step, task)

    async def commit(self, task: int, by: Account | None = None, profile: Profile | None = None) -> Attempt:
        """Freeze, and every witness confirms the numbers."""
        attempt = await self.freeze(task, by, profile)
        for witness in attempt.witnesses:
            async with self.store.reading() as session:
                account = (await people.actor_of(session, witness.account_id)).account
            attempt = await self.preview(task, account)
        return attempt

    async def contribute(
        self, task: int, text: str | None = None, by: Account | None = None
    ) -> tuple[Attempt, Contribution]:
        async with self.step(by or self.witness) as step:
            return await witnessing.contribute(step, task, text)

    async def contribute_after_commit(
        self, task: int, text: str | None = None
    ) -> tuple[Attempt, Contribution]:
        """Commit, and the one witness gives their part."""
        await self.commit(task)
        return await self.contribute(task, text)

    async def fail(self, task: int, reason: str = "见证人不能到场", by: Account | None = None) -> Attempt:
        async with self.step(by or self.coordinator) as step:
            return await draws.fail(step, task, reason)

    async def read(self, task: int, text: str, by: Account | None = None) -> tuple[Attempt, beacons.Read]:
        async with self.step(by or self.coordinator) as step:
            return await beacons.read(step, task, text)

    async def name_source(self, task: int, text: str | None, by: Account | None = None) -> Task:
        profile = await self.profile()
        async with self.step(by or self.coordinator) as step:
            return await beacons.name(step, profile, task, text)

    async def ask(self, task: int, by: Account | None = None) -> Attempt:
        async with self.step(by or self.coordinator) as step:
            return await opening.ask(step, task)

    async def open(self, task: int, by: Account | None = None) -> Opened:
        async with self.step(by or self.coordinator) as step:
            return await opening.open_lists(step, task)

    async def dispatch(self, task: int, by: Account | None = None) -> list[Inspection]:
        async with self.step(by or self.coordinator) as step:
            return await opening.dispatch(step, task)

    async def drawn(self, *items: int, ratio_bp: int | None = None) -> int:
        """A task whose lists are open; everybody is bound."""
        return await self._reach(self._drawn, items, ratio_bp)

    async def _drawn(self, items: tuple[int, ...], ratio_bp: int | None) -> int:
        await self.bind()
        return await self.draw_again(*items, ratio_bp=ratio_bp)

    async def draw_again(self, *items: int, ratio_bp: int | None = None) -> int:
        """Another task of the same people, up to the opened lists."""
        task = await self.plan(*items, ratio_bp=ratio_bp)
        await self.commit(task)
        await self.contribute(task)
        await self.open(task)
        return task

    async def dispatched(self, *items: int, ratio_bp: int | None = None) -> list[int]:
        """The visits (ids) of a task that was sent out."""
        return list(await self._reach(self._dispatched, items, ratio_bp))

    async def _dispatched(self, items: tuple[int, ...], ratio_bp: int | None) -> tuple[int, ...]:
        task = await self.drawn(*items, ratio_bp=ratio_bp)
        return tuple([one.id for one in await self.dispatch(task)])

    async def team(self, visit: int) -> list[tuple[Place, Account]]:
        """Who goes, by seat; places that nobody holds are left out."""
        async with self.store.reading() as session:
            query = (
                select(Place, Account)
                .join(Account, col(Account.inspector_id) == Place.inspector_id)
                .where(Place.inspection_id == visit, Place.state != PlaceState.RECUSED)
                .order_by(col(Place.seat))
            )
            return [(place, account) for place, account in (await session.exec(query)).all()]

    async def places(self, visit: int) -> list[Place]:
        """Every place of a visit that there ever was, oldest first."""
        async with self.store.reading() as session:
            query = select(Place).where(Place.inspection_id == visit).order_by(col(Place.id))
            return list((await session.exec(query)).all())

    async def inspection(self, visit: int) -> Inspection:
        async with self.store.reading() as session:
            return (await session.exec(select(Inspection).where(Inspection.id == visit))).one()

    async def task(self, task: int) -> Task:
        async with self.store.reading() as session:
            return (await session.exec(select(Task).where(Task.id == task))).one()

    async def accept(self, visit: int, by: Account) -> Inspection:
        async with self.step(by) as step:
            return await visits.accept(step, visit)

    async def recuse(self, visit: int, by: Account, reason: str = "与负责人是近亲属") -> Place:
        async with self.step(by) as step:
            return await visits.recuse(step, visit, reason)

    async def accepted(self, visit: int) -> list[Account]:
        """Everybody takes the visit on."""
        team = [account for _, account in await self.team(visit)]
        for account in team:
            await self.accept(visit, account)
        return team

    async def begin(self, visit: int, by: Account) -> Inspection:
        async with self.step(by) as step:
            return await visits.begin(step, visit)

    async def begun(self, *items: int) -> tuple[int, Account, Account]:
        """A visit that has begun: its id, who takes the record down, and the other inspector."""
        return await self._reach(self._begun, *items)

    async def begun_by_one(self) -> tuple[int, Account, Account]:
        """A visit with the fire brigade's form that one department makes by itself: its whole record is one portion."""
        return await self._reach(self._begun_by_one)

    async def _begun_by_one(self) -> tuple[int, Account, Account]:
        async with self.step() as step:
            item = await step.get(CheckItem, self.county.items[2].id)
            item.department_id = self.county.departments[0].id
        return await self._begun(2)

    async def _begun(self, *items: int) -> tuple[int, Account, Account]:
        visit = (await self.dispatched(*items))[0]
        recorder, mate = await self.accepted(visit)
        await self.begin(visit, recorder)
        return visit, recorder, mate

    async def look(self, visit: int, by: Account | None = None) -> Work:
        """The draft as it stands: the leading portion, or what somebody takes down."""
        async with self.store.reading() as session:
            found = (await session.exec(select(Inspection).where(Inspection.id == visit))).one()
            rows = await portions.of_visit(session, visit)
            mine = [one for one in rows if by is None or one.recorder_id == by.inspector_id]
            return await records.look(session, Pen(found, mine[0]))

    async def portions(self, visit: int) -> list[Portion]:
        """The portions of a record, the leading one first."""
        async with self.store.reading() as session:
            return list(await portions.of_visit(session, visit))

    async def take(self, visit: int, by: Account, event: Event) -> Work:
        """One step in a draft."""
        async with self.step(by) as step:
            return await records.take(step, await records.of_recorder(step, visit), event)

    async def press(self, visit: int, by: Account, do: str, argument: str | int = "") -> Work:
        """A button of the screen as it is now."""
        async with self.step(by) as step:
            pen = await records.of_recorder(step, visit)
            return await records.press(step, pen, do, str(argument))

    async def write(self, visit: int, by: Account, text: str) -> Work:
        async with self.step(by) as step:
            pen = await records.of_recorder(step, visit)
            return await records.write(step, pen, text, sent_at=step.now)

    async def send(self, visit: int, by: Account, sent: Sent) -> Work:
        """A photo or a file."""
        async with self.step(by) as step:
            pen = await records.of_recorder(step, visit)
            return await records.photograph(step, pen, sent)

    async def photograph(self, visit: int, by: Account, name: str = "photo") -> Work:
        """A photo; the same name is the same file."""
        return await self.send(visit, by, photo(name, self.clock()))

    async def goto(self, visit: int, by: Account, name: str) -> Work:
        """Go to the question of this name."""
        work = await self.look(visit, by)
        path = next(path for path, question in work.form.questions.items() if question.name == name)
        return await self.take(visit, by, Goto(path))

    async def fill_in(self, visit: int, by: Account, answers: Answers | None = None) -> Work:
        """Answer every open question in one step each, until the review is on the screen."""
        for _ in range(80):
            work = await self.look(visit, by)
            question = work.question
            if question is None:
                return work
            if question.kind is Kind.IMAGE:
                await self.photograph(visit, by, question.path)
                await self.take(visit, by, Done(question.path))
                continue
            for event in moves(work, question, answers or {}, self.clock()):
                await self.take(visit, by, event)
        raise AssertionError("the record never ends")

    async def finish_portion(self, visit: int, by: Account) -> bool:
        """Somebody says that their portion is complete."""
        async with self.step(by) as step:
            return await submissions.finish(step, await records.of_recorder(step, visit))

    async def others_finish(self, visit: int, answers: Answers | None = None) -> None:
        """The other departments of a joint visit take their portions down and complete them."""
        for row in await self.portions(visit):
            if row.leads or row.done_at is not None:
                continue
            team = await self.team(visit)
            who = next(account for place, account in team if place.department_id == row.department_id)
            await self.begin(visit, who)
            await self.fill_in(visit, who, answers)
            await self.finish_portion(visit, who)

    async def submit(self, visit: int, by: Account, *, signed: bool = True) -> Result:
        """Hand a record in; the other departments complete theirs first.

        On the spot nobody signs it, and the reason is given, unless a test has another plan.
        """
        await self.others_finish(visit)
        async with self.step(by) as step:
            result = await submissions.submit(step, await records.of_recorder(step, visit))
        async with self.step(by) as step:
            if signed and (await signatures.standing(step.session, result)).needed:
                await signatures.go_without(step, result.id, "负责人不在场")
        return result

    async def confirm(self, result: int, by: Account, reason: str | None = None) -> tuple[Inspection, bool]:
        async with self.step(by) as step:
            return await submissions.confirm(step, result, reason)

    async def submitted(self, *items: int, answers: Answers | None = None) -> tuple[Result, Account, Account]:
        """A record that was handed in, whoever did, and the other inspector."""
        if answers is None:
            return await self._reach(self._submitted, *items)
        visit, recorder, mate = await self.begun(*items)
        await self.fill_in(visit, recorder, answers)
        return await self.submit(visit, recorder), recorder, mate

    async def _submitted(self, *items: int) -> tuple[Result, Account, Account]:
        return await self.submitted(*items, answers={})

    async def confirmed(self, *items: int) -> Result:
        """A record that is ready for its review."""
        return await self._reach(self._confirmed, *items)

    async def _confirmed(self, *items: int) -> Result:
        result, _, mate = await self.submitted(*items)
        await self.confirm(result.id, mate)
        return result

    async def finish(self, visit: int) -> Result:
        """A dispatched visit up to the confirmed record."""
        recorder, mate = await self.accepted(visit)
        await self.begin(visit, recorder)
        await self.fill_in(visit, recorder)
        result = await self.submit(visit, recorder)
        await self.confirm(result.id, mate)
        return result

    async def approve(self, result: int, by: Account | None = None) -> Publication:
        async with self.step(by or self.coordinator) as step:
            return await reviews.approve(step, result, PUBLIC)

    async def return_(self, result: int, reason: str = "照片不清楚", by: Account | None = None) -> Inspection:
        async with self.step(by or self.coordinator) as step:
            return await reviews.return_(step, result, reason)

    async def mail(self, account: Account | None = None, kind: str | None = None) -> list[Outbox]:
        """The outbox, oldest first."""
        async with self.store.reading() as session:
            query = select(Outbox).order_by(col(Outbox.id))
            if account is not None:
                query = query.where(Outbox.account_id == account.id)
            if kind is not None:
                query = query.where(Outbox.kind == kind)
            return list((await session.exec(query)).all())
