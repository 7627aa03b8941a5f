"""Duties as somebody looks for them, and what falls due by week."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from models.audit import AuditEvent
from models.duties import DutyKind
from models.people import Account, RoleName
from rules.weeks import Span
from services import agenda, people
from services.agenda import NOBODY, Filter, Listing, When
from services.ahead import Ahead, ahead
from tests.conftest import SetClock
from tests.services.agendas import owe
from tests.services.story import Story

TODAY = date(2026, 11, 20)
"""A Friday."""


async def _find(
    story: Story, who: Account, asked: Filter | None = None, number: int = 0, size: int = 6
) -> Listing:
    async with story.step(who) as step:
        return await agenda.find(step, asked or Filter(), number, size)


async def _office(story: Story) -> Account:
    async with story.step() as step:
        return await people.appoint(step, "anlan", "联席办", [RoleName.SUPERVISOR])


async def _ahead(story: Story, who: Account) -> Ahead:
    async with story.step(who) as step:
        return await ahead(step.session, step.person, step.today)


async def test_the_nearest_come_first_page_by_page_and_a_page_too_far_is_the_last(story: Story) -> None:
    first, second = story.county.departments
    for days in range(8):
        await owe(story.store, TODAY + timedelta(days=days - 2), department=first.id)
    await owe(story.store, TODAY, department=second.id)
    found = await _find(story, story.coordinator)
    assert [due.duty.due_on.day for due in found.dues] == [18, 19, 20, 21, 22, 23]
    assert (found.total, found.number, found.pages) == (8, 0, 2)
    for number in (1, 99):
        found = await _find(story, story.coordinator, number=number)
        assert [due.duty.due_on.day for due in found.dues] == [24, 25]
        assert found.number == 1
    nothing = await _find(story, story.coordinator, Filter(kind=DutyKind.DISPATCH))
    assert (nothing.dues, nothing.total, nothing.pages) == ((), 0, 1)


@pytest.mark.parametrize(
    ("when", "days"),
    [
        (When.ALL, [17, 20, 22, 23, 30, 1]),
        (When.LATE, [17]),
        (When.WEEK, [20, 22]),
        (When.MONTH, [20, 22, 23, 30]),
        (When.PROVISIONAL, [1]),
        (When.DONE, [19, 10]),
    ],
)
async def test_duties_are_found_by_their_day_and_counted_as_they_are_found(
    story: Story, when: When, days: list[int]
) -> None:
    owner = story.county.departments[0].id
    for day in (17, 20, 22, 23, 30):
        await owe(story.store, date(2026, 11, day), department=owner)
    await owe(story.store, date(2027, 1, 1), department=owner, provisional=True)
    await owe(story.store, date(2026, 11, 19), department=owner, done_on=date(2026, 11, 19))
    await owe(story.store, date(2026, 11, 10), department=owner, done_on=date(2026, 10, 21))
    await owe(story.store, date(2026, 11, 9), department=owner, done_on=date(2026, 10, 20))
    found = await _find(story, story.coordinator, Filter(when), size=20)
    assert [due.duty.due_on.day for due in found.dues] == days
    assert found.counts[when] == found.total == len(days)


async def test_duties_are_found_by_kind_department_holder_and_week(story: Story) -> None:
    first, second = (one.id for one in story.county.departments)
    office = await _office(story)
    me = story.coordinator
    await owe(story.store, TODAY, department=first, kind=DutyKind.PLAN_CHANGE, holder=me.id)
    await owe(story.store, TODAY, department=first, number=2)
    await owe(story.store, TODAY + timedelta(days=7), department=second, number=3)
    await owe(story.store, TODAY)

    async def total(**asked: object) -> int:
        return (await _find(story, office, Filter(**asked))).total  # type: ignore[arg-type]  # named above

    assert await total() == 7
    assert await total(kind=DutyKind.PLAN_CHANGE) == 1
    assert [await total(department=key) for key in (first, second, NOBODY)] == [3, 3, 1]
    assert [await total(holder=key) for key in (me.id, NOBODY)] == [1, 6]
    assert await total(span=Span(TODAY, TODAY)) == 4
    async with story.step(office) as step:
        kinds = await agenda.kinds(step.session, step.person, Filter(), TODAY)
        owing = await agenda.departments(step.session, step.person, Filter(), TODAY)
        holding = await agenda.holders(step.session, step.person, Filter(), TODAY)
        names = [
            await agenda.whose(step.session, step.person, one)
            for one in (Filter(), Filter(department=first), Filter(holder=me.id), Filter(department=99))
        ]
    assert kinds == {DutyKind.PLAN_CHANGE: 1, DutyKind.REPORT: 6}
    assert names == [None, "安澜市监", me.name, None]
    assert holding == [(me.id, me.name, 1)]
    assert owing == [(first, "安澜市监", 3), (second, "安澜消防", 3)]


async def test_an_inspector_sees_their_own_visits_and_a_department_its_own(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)
    await owe(story.store, TODAY, department=story.county.departments[1].id)
    others = [one for one in story.county.inspectors.values() if one.id not in {recorder.id, mate.id}]
    totals = [(await _find(story, one)).total for one in (recorder, mate, others[0], story.coordinator)]
    assert totals == [1, 1, 0, 1]
    assert (await _find(story, await _office(story))).total == 2


async def test_a_look_is_recorded_where_something_was_seen(story: Story) -> None:
    await _find(story, story.coordinator)
    await owe(story.store, TODAY, department=story.county.departments[0].id)
    await _find(story, story.coordinator)
    async with story.store.reading() as session:
        from sqlmodel import select  # noqa: PLC0415

        kinds = (await session.exec(select(AuditEvent.kind).where(AuditEvent.kind == "list.seen"))).all()
    assert len(kinds) == 1


async def test_the_weeks_ahead_are_added_up_by_department_and_person(story: Story, clock: SetClock) -> None:
    first, second = (one.id for one in story.county.departments)
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)  # due on 18 December, in the fifth week
    clock.advance(days=0)
    await owe(story.store, date(2026, 11, 17), department=first, number=2)
    await owe(story.store, TODAY, department=first, holder=story.coordinator.id)
    await owe(story.store, date(2026, 11, 23), department=second, number=4)
    await owe(story.store, date(2027, 6, 30), department=second)
    found = await _ahead(story, await _office(story))
    assert (found.whole.late, found.whole.later, found.whole.total) == (2, 1, 9)
    assert found.whole.weeks == (1, 4, 0, 0, 1, 0, 0, 0)
    assert [(one.department, one.total) for one in found.departments()] == [
        ((first, "安澜市监"), 4),
        ((second, "安澜消防"), 5),
    ]
    people_of_first = {
        one.account: one.total for one in found.holders if one.department == (first, "安澜市监")
    }
    assert people_of_first == {
        None: 2,
        (story.coordinator.id, story.coordinator.name): 1,
        (recorder.id, recorder.name): 1,
    }
    nothing = await _ahead(story, story.witness)
    assert (nothing.whole.total, nothing.holders) == (0, ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_page_of_thousands_reads_a_page(story: Story) -> None:
    await owe(story.store, TODAY, department=story.county.departments[0].id, number=3000)
    rows = 0

    def loaded(*_: object) -> None:
        nonlocal rows
        rows += 1

    from models.duties import Duty  # noqa: PLC0415

    event.listen(Duty, "load", loaded)
    try:
        found = await _find(story, story.coordinator, number=200)
    finally:
        event.remove(Duty, "load", loaded)
    assert (found.total, found.number, rows) == (3000, 200, 6)
