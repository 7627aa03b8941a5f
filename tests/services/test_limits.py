"""Limits around lists, plans and tasks: which event starts them, whose they are, and what settles them."""

from datetime import date

from sqlmodel import col, select

from bot.database import Store
from models.duties import Duty, DutyKind, DutyState
from models.inspections import Inspection, InspectionState
from models.people import RoleName
from services import holidays, limits, obligations, people, plans
from services.plans import Why
from services.registers.intake import Order, RegisterName, bring_in
from tests.conftest import SetClock
from tests.services.conftest import Under
from tests.services.story import Story


async def of_kind(story: Story, kind: DutyKind) -> list[Duty]:
    async with story.store.reading() as session:
        query = select(Duty).where(Duty.kind == kind).order_by(col(Duty.id))
        return list((await session.exec(query)).all())


async def test_a_drawn_list_is_sent_down_within_five_working_days(under: Under, clock: SetClock) -> None:
    """五原 art. 18."""
    story = await under("wuyuan")
    task = await story.drawn(0, 2)
    (duty,) = await of_kind(story, DutyKind.DISPATCH)
    assert (duty.started_on, duty.due_on, duty.article) == (
        date(2026, 11, 20),
        date(2026, 11, 27),
        "第十八条",
    )
    assert (duty.task_id, duty.department_id) == (task, story.county.departments[0].id)
    clock.advance(days=9)
    await story.dispatch(task)
    (duty,) = await of_kind(story, DutyKind.DISPATCH)
    assert (duty.state, duty.done_by) == (DutyState.DONE, story.coordinator.id)


async def test_each_department_chooses_its_people_within_five_working_days_of_the_list(under: Under) -> None:
    """五原 art. 19: done when everybody who was drawn has said yes."""
    story = await under("wuyuan")
    (visit,) = await story.dispatched(0, 2, ratio_bp=900)
    duties = await of_kind(story, DutyKind.ASSIGNMENT)
    assert {duty.department_id for duty in duties} == {one.id for one in story.county.departments}
    assert {(duty.due_on, duty.article, duty.state) for duty in duties} == {
        (date(2026, 11, 27), "第十九条", DutyState.OPEN)
    }
    first, second = [(place, account) for place, account in await story.team(visit)]
    await story.accept(visit, first[1])
    states = {duty.department_id: duty.state for duty in await of_kind(story, DutyKind.ASSIGNMENT)}
    assert states == {first[0].department_id: DutyState.DONE, second[0].department_id: DutyState.OPEN}
    await story.accept(visit, second[1])
    assert {duty.state for duty in await of_kind(story, DutyKind.ASSIGNMENT)} == {DutyState.DONE}


async def test_who_takes_part_confirms_a_list_within_two_working_days(under: Under) -> None:
    """Hebei's platform; the lead made the list and confirms nothing. Not the document's own number."""
    story = await under("xingtai")
    (visit,) = await story.dispatched(0, 2, ratio_bp=800)
    (duty,) = await of_kind(story, DutyKind.CONFIRMATION)
    assert (duty.department_id, duty.due_on) == (story.county.departments[1].id, date(2026, 11, 24))
    assert (duty.source, duty.article) == ("elsewhere", "河北省平台操作要求，沧州市公开信息2024-12-05")
    await story.finish(visit)
    (duty,) = await of_kind(story, DutyKind.CONFIRMATION)
    assert duty.state is DutyState.VOID  # every check is complete: nobody needs it any more


async def test_a_task_has_its_last_day_where_it_must_not_be_exceeded(under: Under) -> None:
    """示范区 七. A day off is reminded for the working day before, and both are kept."""
    story = await under("shifanqu")
    (visit,) = await story.dispatched(ratio_bp=800)
    (duty,) = await of_kind(story, DutyKind.TASK_END)
    assert (duty.due_on, duty.remind_on, duty.working_days) == (date(2026, 12, 20), date(2026, 12, 18), None)
    assert duty.article == "七"
    await story.finish(visit)
    (duty,) = await of_kind(story, DutyKind.TASK_END)
    assert duty.state is DutyState.DONE


async def test_a_profile_without_limits_begins_none(under: Under) -> None:
    """偃师 has neither a period that binds nor limits on lists."""
    story = await under("yanshi")
    await story.dispatched()
    async with story.store.reading() as session:
        assert (await session.exec(select(Duty))).all() == []


async def _bring(store: Store, *lines: str) -> None:
    head = "抽查事项编号,抽查事项名称,检查依据,检查主体,检查对象,抽查比例"
    data = "\n".join((head, *lines)).encode()
    order = Order(RegisterName.ITEMS, "清单.csv", data, "wuyuan", department="五原县市场监督管理局")
    async with store.step() as step:
        report = await bring_in(step, order)
        assert not report.faults, report.faults


async def test_a_changed_item_list_is_published_within_ten_working_days(
    store: Store, clock: SetClock
) -> None:
    """五原 art. 7: the first list is no change; two changes of a day are one duty, until it is done."""
    first, second = "W1,价格检查,价格法,县局,企业,5%", "W2,广告检查,广告法,县局,企业,5%"
    await _bring(store, first)
    await _bring(store, second)
    clock.advance(days=3)
    await _bring(store, first)

    async def duties() -> list[Duty]:
        async with store.reading() as session:
            return list((await session.exec(select(Duty).order_by(col(Duty.id)))).all())

    assert await duties() == []
    await _bring(store, first.replace("5%", "3%"))
    await _bring(store, "W3,计量检查,计量法,县局,企业,5%")
    (duty,) = await duties()
    assert (duty.kind, duty.article) == (DutyKind.ITEM_LIST_CHANGE, "第七条")
    assert (duty.started_on, duty.due_on) == (date(2026, 11, 23), date(2026, 12, 7))
    async with store.step() as step:
        await obligations.settle(step, DutyKind.ITEM_LIST_CHANGE)
    await _bring(store, second.replace("5%", "3%"))
    assert [one.state for one in await duties()] == [DutyState.DONE, DutyState.OPEN]


async def test_a_changed_plan_is_published_within_ten_working_days_of_the_decision(under: Under) -> None:
    """五原 art. 15."""
    story = await under("wuyuan")
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        line = story.county.lines[0].id
        why = Why("旺季推迟", "局长办公会同意", date(2026, 11, 18))
        change = await plans.change_period(step, profile, line, (date(2026, 2, 1), date(2026, 12, 1)), why)
    (duty,) = await of_kind(story, DutyKind.PLAN_CHANGE)
    assert (duty.started_on, duty.due_on, duty.article) == (date(2026, 11, 18), date(2026, 12, 2), "第十五条")
    assert (duty.due_on, duty.department_id) == (change.due_on, story.coordinator.department_id)


async def test_a_visit_that_falls_away_is_waited_for_by_nobody(under: Under) -> None:
    """The other visit's people have said yes, so the departments are done when the one without a subject is closed."""
    story = await under("wuyuan")
    gone, other = await story.dispatched(ratio_bp=1700)
    await story.accepted(other)
    assert {one.state for one in await of_kind(story, DutyKind.ASSIGNMENT)} == {DutyState.OPEN}
    async with story.step() as step:
        inspection = await step.get(Inspection, gone)
        inspection.state = InspectionState.CLOSED
        step.session.add(inspection)
        await limits.closed(step, inspection)
    assert {one.state for one in await of_kind(story, DutyKind.ASSIGNMENT)} == {DutyState.DONE}


async def test_a_limit_on_a_list_moves_with_the_calendar_and_its_department_is_told(under: Under) -> None:
    story = await under("wuyuan")
    await story.dispatched(0, 2)
    async with story.step() as step:
        fire = story.county.departments[1].id
        await people.appoint(step, "anlan", "消防的人", [RoleName.COORDINATOR], department_id=fire)
        await holidays.add_day(step, "anlan", date(2026, 11, 25), "县政府通知")
    duties = await of_kind(story, DutyKind.ASSIGNMENT)
    assert {(one.due_on, one.moved_from) for one in duties} == {(date(2026, 11, 30), date(2026, 11, 27))}
    told = await story.mail(kind="moved")
    assert len(told) == 3  # two coordinators of the lead, one of the other department
    assert all("2026年11月30日" in letter.text for letter in told)
