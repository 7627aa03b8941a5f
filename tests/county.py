"""A small made-up county for tests: two departments, five inspectors, a dozen subjects, three items."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.database import Store
from models.items import CheckItem
from models.people import Account, RoleName
from models.plans import AnnualPlan, PlanLine
from models.registers import Department, Inspector, Jurisdiction, Subject
from services import people
from services.step import Step

CODE = "anlan"
MADE_AT = datetime(2026, 1, 5, tzinfo=UTC)

SUBJECTS = (
    ("安澜县云上人家餐饮服务有限公司", "餐饮"),
    ("安澜县半亩方糖蛋糕店", "餐饮"),
    ("安澜县星河里火锅城", "餐饮"),
    ("安澜县小满面馆", "餐饮"),
    ("安澜县十里香酒楼", "餐饮"),
    ("安澜县青禾超市", "食品销售"),
    ("安澜县万物生鲜商行", "食品销售"),
    ("安澜县鹿鸣副食店", "食品销售"),
    ("安澜县知味茶行", "食品销售"),
    ("安澜县暖冬宾馆", "住宿"),
    ("安澜县望川客栈", "住宿"),
    ("安澜县晚风民宿", "住宿"),
)

INSPECTORS = (
    ("陈知远", 0, "豫安监001"),
    ("林晓棠", 0, "豫安监002"),
    ("周望舒", 0, "豫安监003"),
    ("何景行", 1, "豫安消001"),
    ("沈若木", 1, "豫安消002"),
)


@dataclass(slots=True)
class County:
    """What was made, by name."""

    departments: list[Department] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    inspectors: dict[str, Account] = field(default_factory=dict)
    items: list[CheckItem] = field(default_factory=list)
    lines: list[PlanLine] = field(default_factory=list)
    coordinator: Account | None = None
    second: Account | None = None
    witness: Account | None = None

    @property
    def everybody(self) -> list[Account]:
        """All accounts."""
        staff = [one for one in (self.coordinator, self.second, self.witness) if one is not None]
        return [*staff, *self.inspectors.values()]


async def make(store: Store, profile: str = "puyang") -> County:
    """Make the county under a profile, nobody bound yet."""
    county = County()
    async with store.step() as step:
        step.session.add(
            Jurisdiction(code=CODE, name="安澜县", profile=profile, division="419998", created_at=MADE_AT)
        )
        await step.session.flush()
        county.departments = [
            Department(jurisdiction=CODE, name="安澜县市场监督管理局", short_name="安澜市监"),
            Department(jurisdiction=CODE, name="安澜县消防救援大队", short_name="安澜消防"),
        ]
        step.session.add_all(county.departments)
        await step.session.flush()
        county.subjects = [
            Subject(
                jurisdiction=CODE,
                key=f"41999800{number:07d}",
                name=name,
                industry=trade,
                address=f"安澜县长宁路{number}号",
                digest="",
                changed_at=MADE_AT,
            )
            for number, (name, trade) in enumerate(SUBJECTS, start=1)
        ]
        step.session.add_all(county.subjects)
        county.items = [
            _item(county.departments[0], "SJ01", "公示信息检查", None),
            _item(county.departments[0], "SJ02", "食品经营监督检查", None),
            _item(county.departments[1], "XF01", "消防安全检查", "puyang/fire_safety"),
        ]
        step.session.add_all(county.items)
        await step.session.flush()
        await _plan(step, county)
        await _people(step, county)
    return county


def _item(department: Department, code: str, name: str, form: str | None) -> CheckItem:
    return CheckItem(
        jurisdiction=CODE,
        department_id=department.id,
        code=code,
        name=name,
        basis="《安澜县抽查事项清单》（虚构）",
        body=department.name,
        subjects="企业、个体工商户",
        ratio="不超过50%",
        form=form,
        effective_from=date(2026, 1, 1),
        digest="",
    )


async def _plan(step: Step, county: County) -> None:
    """A line of every item for each department, and a joint one of two items for the first."""
    for department in county.departments:
        plan = AnnualPlan(jurisdiction=CODE, department_id=department.id, year=2026, made_at=MADE_AT)
        step.session.add(plan)
        await step.session.flush()
        county.lines.append(_line(plan, "1", "市场主体综合抽查", county.items))
    joint = _line(plan, "2", "2026年公示信息检查等2项部门联合抽查", [county.items[0], county.items[2]])
    joint.plan_id, joint.department_id = county.lines[0].plan_id, county.lines[0].department_id
    county.lines.append(joint)
    step.session.add_all(county.lines)
    await step.session.flush()


def _line(plan: AnnualPlan, number: str, name: str, items: list[CheckItem]) -> PlanLine:
    return PlanLine(
        jurisdiction=CODE,
        plan_id=plan.id,
        department_id=plan.department_id,
        year=plan.year,
        number=number,
        name=name,
        items=[[item.code, item.sub_name] for item in items],
        subjects="企业、个体工商户",
        ratio="3%",
        ratios={"ALL": 300},
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        changed_at=MADE_AT,
    )


async def _people(step: Step, county: County) -> None:
    for name, department, certificate in INSPECTORS:
        inspector = Inspector(
            jurisdiction=CODE,
            department_id=county.departments[department].id,
            name=name,
            certificate_no=certificate,
            digest="",
            changed_at=MADE_AT,
        )
        step.session.add(inspector)
        await step.session.flush()
        county.inspectors[name] = await people.appoint(
            step,
            CODE,
            name,
            [RoleName.INSPECTOR],
            department_id=inspector.department_id,
            inspector_id=inspector.id,
        )
    lead = county.departments[0].id
    both = [RoleName.COORDINATOR, RoleName.REVIEWER]
    county.coordinator = await people.appoint(step, CODE, "苏既白", both, department_id=lead)
    county.second = await people.appoint(step, CODE, "顾南乔", both, department_id=lead)
    county.witness = await people.appoint(step, CODE, "方司南", [RoleName.WITNESS])
