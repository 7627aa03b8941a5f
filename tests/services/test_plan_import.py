"""An annual plan from a file: lines, changes with their reason, and what is refused with its place."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.database import Store
from models.audit import AuditEvent
from models.plans import AnnualPlan, PlanChange, PlanLine
from services import plans
from services.registers.intake import Order, RegisterName, bring_in
from services.registers.report import Outcome, Report
from templates.refusal import sentence
from tests.conftest import SetClock
from tests.services.conftest import Under
from tests.services.story import Story

LEAD = "安澜县市场监督管理局"
FIRE = "安澜县消防救援大队"
PUYANG = "抽查名称,抽查事项,抽查对象,抽查比例,检查期限,检查机关"
WUYUAN = (
    "抽查计划名称,抽查任务名称,抽查事项,检查对象,抽查比例,抽查数量,部门联合检查发起部门,参与部门,抽查检查日期"
)
CHANGED = f"{PUYANG},调整原因,审批情况,调整日期"


def table(header: str, *lines: str) -> bytes:
    return "\n".join((header, *lines)).encode()


async def bring(story: Story, header: str, *lines: str, **how: Any) -> Report:
    order = Order(
        RegisterName.PLAN, "计划.csv", how.pop("data", None) or table(header, *lines), "anlan", **how
    )
    async with story.store.step() as step:
        return await bring_in(step, order)


def counts(report: Report) -> tuple[int, int, int, int]:
    added, changed, unchanged = (report.count(outcome) for outcome in Outcome)
    return added, changed, unchanged, len(report.faults)


def faults(report: Report) -> list[tuple[int, str, str, str]]:
    return [(one.row, one.column, one.reason.code, sentence(one.reason)) for one in report.faults]


async def lines_of(store: Store, year: int = 2027) -> list[PlanLine]:
    """Lines of a year that the made-up county has no plan for."""
    async with store.reading() as session:
        query = select(PlanLine).where(PlanLine.year == year).order_by(col(PlanLine.id))
        return list((await session.exec(query)).all())


async def changes_of(store: Store) -> list[PlanChange]:
    async with store.reading() as session:
        return list((await session.exec(select(PlanChange).order_by(col(PlanChange.id)))).all())


ONE = f"公示信息抽查,公示信息检查,企业,3%,2027年3月至6月,{LEAD}"
TWO = f"餐饮联合抽查,公示信息检查、消防安全检查,餐饮,5%,2027-07-01至2027-11-30,{LEAD}、{FIRE}"


async def test_a_plan_of_six_fields_becomes_lines(story: Story) -> None:
    report = await bring(story, PUYANG, ONE, TWO)
    assert counts(report) == (2, 0, 0, 0)
    one, two = await lines_of(story.store)
    lead, fire = story.county.departments
    assert (one.number, one.name, one.items) == ("1", "公示信息抽查", [["SJ01", ""]])
    assert (one.period_start, one.period_end) == (date(2027, 3, 1), date(2027, 6, 30))
    assert (one.ratio, one.ratios, one.department_id, one.participants) == ("3%", {"ALL": 300}, lead.id, [])
    assert (two.number, two.participants) == ("2", [fire.id])
    async with story.store.reading() as session:
        text = await plans.text_of(session, two)
    assert text["items"] == [["SJ01", "公示信息检查", ""], ["XF01", "消防安全检查", ""]]
    assert (text["lead"], text["participants"]) == (LEAD, [FIRE])
    assert counts(await bring(story, PUYANG, ONE, TWO)) == (0, 0, 2, 0)
    assert await changes_of(story.store) == []


async def test_a_joint_plan_of_nine_fields_becomes_lines(under: Under) -> None:
    story = await under("wuyuan")
    title = "2027年度部门联合抽查工作计划"
    line = f"{title},餐饮联合抽查,SJ01;XF01,餐饮单位,5%,30户,安澜市监,安澜消防,下半年"
    assert counts(await bring(story, WUYUAN, line)) == (1, 0, 0, 0)
    (found,) = await lines_of(story.store)
    assert (found.count, found.period_start, found.period_end) == (30, date(2027, 7, 1), date(2027, 12, 31))
    async with story.store.reading() as session:
        plan = (await session.exec(select(AnnualPlan).where(AnnualPlan.year == 2027))).one()
    assert (plan.title, plan.department_id) == (title, story.county.departments[0].id)


async def test_the_department_of_the_command_leads_where_the_file_names_none(story: Story) -> None:
    header, line = PUYANG.removesuffix(",检查机关"), ONE.removesuffix(f",{LEAD}")
    report = await bring(story, header, line)
    assert [(row, column, code) for row, column, code, _ in faults(report)] == [
        (2, "检查机关", "plans.lead_missing")
    ]
    assert counts(await bring(story, header, line, department=FIRE)) == (1, 0, 0, 0)
    (found,) = await lines_of(story.store)
    assert found.department_id == story.county.departments[1].id


async def test_a_blank_lead_beside_who_takes_part_is_the_department_of_the_command(story: Story) -> None:
    header = f"{PUYANG},参与部门"
    line = f"{ONE.removesuffix(LEAD)},{FIRE}"
    assert [code for _, _, code, _ in faults(await bring(story, header, line))] == ["plans.lead_missing"]
    await bring(story, header, line, department=LEAD)
    (found,) = await lines_of(story.store)
    lead, fire = story.county.departments
    assert (found.department_id, found.participants) == (lead.id, [fire.id])


async def test_a_dry_run_writes_nothing(story: Story) -> None:
    report = await bring(story, PUYANG, ONE, dry_run=True)
    assert (counts(report), report.written) == ((1, 0, 0, 0), False)
    assert await lines_of(story.store) == []


BAD = (
    (f"甲,没有这个事项,企业,3%,2027年3月至6月,{LEAD}", "抽查事项", "plans.item_unknown", "没有这个事项"),
    ("甲,公示信息检查,企业,3%,2027年3月至6月,某某局", "检查机关", "registers.department_unknown", "某某局"),
    (f"甲,公示信息检查,企业,3%,三月里,{LEAD}", "检查期限", "plans.not_a_period", "三月里"),
    (
        f"甲,公示信息检查,企业,3%,2027年2月30日至3月5日,{LEAD}",
        "检查期限",
        "plans.not_a_period",
        "2027年2月30日",
    ),
    (
        f"甲,公示信息检查,企业,3%,2027-06-30至2027-03-01,{LEAD}",
        "检查期限",
        "plans.period_order",
        "2027-03-01",
    ),
    (f"甲,公示信息检查,企业,3%,2027-11-01至2028-01-31,{LEAD}", "检查期限", "plans.period_year", "2027 年度"),
    (f"2026年抽查,公示信息检查,企业,3%,2027年3月至6月,{LEAD}", "检查期限", "plans.period_year", "2026 年度"),
    (f"甲,公示信息检查,企业,3%,3月至6月,{LEAD}", "检查期限", "plans.year_missing", "哪一年"),
    (f"甲,公示信息检查,企业,130%,2027年3月至6月,{LEAD}", "抽查比例", "plans.not_a_ratio", "130%"),
    (
        f"甲,公示信息检查,企业,A类3%,2027年3月至6月,{LEAD}",
        "抽查比例",
        "plans.ratio_no_classes",
        "不按信用风险",
    ),
    (f"甲,公示信息检查,企业,,2027年3月至6月,{LEAD}", "抽查比例", "registers.cell_empty", "不能为空"),
    (f"甲,公示信息检查,,3%,2027年3月至6月,{LEAD}", "抽查对象", "registers.cell_empty", "不能为空"),
)


@pytest.mark.parametrize(
    ("line", "column", "code", "words"), BAD, ids=[f"{c}-{at}" for at, (_, _, c, _) in enumerate(BAD)]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bad_line_is_refused_with_its_place_and_nothing_is_written(
    story: Story, line: str, column: str, code: str, words: str
) -> None:
    report = await bring(story, PUYANG, ONE, line)
    ((row, at, reason, said),) = faults(report)
    assert (row, at, reason) == (3, column, code)
    assert words in said
    assert await lines_of(story.store) == []
    assert counts(await bring(story, PUYANG, ONE, line, skip_bad=True)) == (1, 0, 0, 1)


async def test_a_line_that_stands_twice_is_refused(story: Story) -> None:
    report = await bring(story, PUYANG, ONE, TWO, ONE)
    assert [(row, column, code) for row, column, code, _ in faults(report)] == [(4, "抽查名称", "plans.twin")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("ratio", "refused"),
    [
        ("2%", False),
        ("3%", False),
        ("A类1%，B类3%，C类10%，D类30%", False),
        ("A类1%，C类2%", True),
        ("D类10%", True),
    ],
)
async def test_a_ratio_is_held_against_the_bounds_of_the_profile(
    under: Under, ratio: str, refused: bool
) -> None:
    """示范区 五: B 3 %, C 3-20 %, D 20-100 %; A may go below 3 %, so 2 % for everybody is lawful for A alone."""
    story = await under("shifanqu")
    line = f'甲,公示信息检查,企业,"{ratio}",2027年3月至6月,{LEAD}'
    codes = [code for _, _, code, _ in faults(await bring(story, PUYANG, line))]
    assert codes == (["plans.ratio_outside"] if refused else [])


async def test_a_changed_line_needs_its_reason_and_approval(story: Story, clock: SetClock) -> None:
    await bring(story, PUYANG, ONE)
    clock.advance(days=3)
    later = ONE.replace("6月", "9月")
    report = await bring(story, PUYANG, later)
    assert [(column, code) for _, column, code, _ in faults(report)] == [("调整原因", "plans.unexplained")]
    report = await bring(story, CHANGED, f"{later},旺季推迟,,")
    assert [(column, code) for _, column, code, _ in faults(report)] == [("审批情况", "plans.unapproved")]
    report = await bring(story, CHANGED, f"{later},旺季推迟,局长办公会同意,2027-01-01")
    assert [code for _, _, code, _ in faults(report)] == ["plans.decided_later"]
    assert await changes_of(story.store) == []

    report = await bring(story, CHANGED, f"{later},旺季推迟,局长办公会同意,2026-11-21")
    assert counts(report) == (0, 1, 0, 0)
    assert report.changes[0].columns == ("检查期限",)
    (line,) = await lines_of(story.store)
    (change,) = await changes_of(story.store)
    assert (line.version, line.period_end) == (2, date(2027, 9, 30))
    assert (change.reason, change.approval, change.decided_on) == (
        "旺季推迟",
        "局长办公会同意",
        date(2026, 11, 21),
    )
    assert change.before["period"] == ["2027-03-01", "2027-06-30"]
    assert change.after["period"] == ["2027-03-01", "2027-09-30"]
    assert change.due_on is None
    assert counts(await bring(story, CHANGED, f"{later},旺季推迟,局长办公会同意,2026-11-21")) == (0, 0, 1, 0)


async def test_a_change_is_due_on_the_public_page_where_the_profile_says_so(
    under: Under, clock: SetClock
) -> None:
    """五原 art. 15: ten working days; from Friday 20 November that is Friday 4 December."""
    story = await under("wuyuan")
    await bring(story, PUYANG, ONE)
    clock.advance(days=3)
    await bring(story, CHANGED, f"{ONE.replace('3%', '5%')},风险上升,联席会议同意,2026-11-20")
    (change,) = await changes_of(story.store)
    assert change.due_on == date(2026, 12, 4)


async def test_a_line_that_comes_after_the_plan_is_a_change_too(story: Story, clock: SetClock) -> None:
    await bring(story, PUYANG, ONE)
    assert counts(await bring(story, PUYANG, TWO)) == (1, 0, 0, 0), "on the day itself it is still being made"
    clock.advance(days=1)
    third = ONE.replace("公示信息抽查", "年报抽查")
    assert [code for _, _, code, _ in faults(await bring(story, PUYANG, third))] == ["plans.unexplained"]
    assert counts(await bring(story, CHANGED, f"{third},上级部署,局长办公会同意,")) == (1, 0, 0, 0)
    (change,) = await changes_of(story.store)
    assert (change.before, change.after["name"], change.version) == ({}, "年报抽查", 1)


async def test_an_import_is_recorded_without_its_words(story: Story) -> None:
    await bring(story, PUYANG, ONE)
    async with story.store.reading() as session:
        events = (
            await session.exec(
                select(AuditEvent).where(
                    col(AuditEvent.kind).in_(["plan.opened", "plan.line_set", "register.imported"])
                )
            )
        ).all()
    assert [one.kind for one in events][-3:] == ["plan.opened", "plan.line_set", "register.imported"]
    assert not any("公示" in str(one.data) for one in events)
