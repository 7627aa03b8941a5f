"""安澜县: a made-up county. Whoever reads a name here should see at once that it is nobody's."""

import csv
from io import StringIO
from itertools import cycle, islice, product

from sqlmodel import select

from models.people import Account, RoleName
from models.registers import Department, Inspector, Jurisdiction
from rules.codes import credit_code_check
from services import people
from services.departments import ensure_department
from services.registers.intake import Order, RegisterName, bring_in
from services.step import Step

CODE = "anlan"
NAME = "安澜县"
PROFILE = "puyang"
DIVISION = "419998"
"""A division code that nobody has: its last digits are beyond those in use."""

SUBJECTS = 200

DEPARTMENTS = ("安澜县市场监督管理局", "安澜县消防救援大队", "安澜县卫生健康委员会")

INSPECTORS = (
    ("陈知远", 0, "豫安监0101", "食品安全"),
    ("林晓棠", 0, "豫安监0102", "信用监管"),
    ("周望舒", 0, "豫安监0103", "食品安全"),
    ("许听澜", 0, "豫安监0104", "特种设备"),
    ("宋闻溪", 0, "豫安监0105", "信用监管"),
    ("何景行", 1, "豫安消0201", "消防"),
    ("沈若木", 1, "豫安消0202", "消防"),
    ("韩清越", 1, "豫安消0203", "消防"),
    ("梁书禾", 1, "豫安消0204", "消防"),
    ("唐映雪", 2, "豫安卫0301", "公共场所卫生"),
    ("罗怀瑾", 2, "豫安卫0302", "公共场所卫生"),
    ("叶南枝", 2, "豫安卫0303", "传染病防治"),
)

COORDINATOR = "苏既白"
SECOND = "顾南乔"
WITNESS = "方司南"
COMPANY = "云上人家 老板"

ITEMS = (
    ("SJ-01", "公示信息检查", 0, "企业、个体工商户", "《企业信息公示暂行条例》", "", ""),
    ("SJ-02", "食品经营监督检查", 0, "食品经营者", "《食品安全法》", "", "食品安全"),
    ("XF-01", "消防安全检查", 1, "人员密集场所", "《消防法》", "puyang/fire_safety", "消防"),
    ("WS-01", "公共场所卫生检查", 2, "公共场所", "《公共场所卫生管理条例》", "", ""),
)

GUIDANCE = {
    "SJ-01": ("公示的住所、联系电话、年度报告与实际是否一致", "先查公示系统，再到场核对原件"),
    "SJ-02": ("许可、进货查验、加工场所、从业人员健康证明", "从门头到后厨按流程看，问题当场拍照"),
    "XF-01": ("疏散通道、安全出口、灭火器、用电", "数量现场清点，门宽在门扇全开时量最窄处"),
    "WS-01": ("卫生许可、公共用品消毒、空气和水质检测记录", "消毒记录看最近三个月"),
}
"""By an item's number: what is checked, and what the check must observe (工作指引)."""

PLAN = (
    (
        "企业公示信息和消防安全联合抽查",
        "公示信息检查、消防安全检查",
        "企业、个体工商户",
        "3%",
        "全年",
        DEPARTMENTS[1],
    ),
    ("餐饮单位食品安全抽查", "食品经营监督检查", "餐饮服务单位", "5%", "下半年", ""),
    (
        "宾馆旅馆部门联合抽查",
        "公共场所卫生检查、消防安全检查、公示信息检查",
        "宾馆、旅馆、客栈",
        "10%",
        "11月至12月",
        f"{DEPARTMENTS[1]}、{DEPARTMENTS[2]}",
    ),
    ("企业公示信息抽查", "公示信息检查", "企业、个体工商户", "3%", "3月至6月", ""),
)
"""This year's plan: name, items, subjects, ratio, period, who takes part; the first department leads."""

_TRADES = (
    ("餐饮服务", ("面馆", "火锅城", "酒楼", "小吃店", "餐饮服务有限公司")),
    ("食品销售", ("超市", "副食店", "生鲜商行", "商贸有限公司", "粮油店")),
    ("住宿", ("宾馆", "客栈", "民宿", "酒店管理有限公司", "旅馆")),
    ("文化娱乐", ("影城", "书吧", "棋牌室", "文化传媒有限公司", "健身馆")),
    ("药品零售", ("大药房", "药店", "医药有限公司", "中药铺", "药房连锁店")),
)

_NAMES = (  # noqa: SIM905  (a list of forty quoted names is harder to read)
    "云上人家 半亩方糖 星河里 小满 十里香 青禾 万物生 鹿鸣 知味 暖冬 望川 晚风 拾光 听雨 锦鲤 南山下 春和 竹里馆 麦田 海棠 "
    "松间月 不二家常 有间 山海谣 微澜 花间集 橘子洲头 归园 白鹭洲 与禾 三味 朝露 木石 初见 清欢 桃花源 流云 浅草 阑珊 银杏里"
).split()

_TOWNS = ("长宁街道", "听涛镇", "云溪镇", "青麦乡", "望湖街道")


async def populate(step: Step) -> None:
    """Bring the county's registers in, by the same way as an office's own files.

    Raises:
        ValueError: a line was not taken, which would be a fault of this module.
    """
    step.session.add(
        Jurisdiction(code=CODE, name=NAME, profile=PROFILE, division=DIVISION, created_at=step.now)
    )
    await step.session.flush()
    jurisdiction = await step.session.get_one(Jurisdiction, CODE)
    departments = [await ensure_department(step, jurisdiction, name) for name in DEPARTMENTS]
    await _bring_in(step, RegisterName.SUBJECTS, _subjects())
    await _bring_in(step, RegisterName.INSPECTORS, _inspectors())
    for position, department in enumerate(departments):
        await _bring_in(step, RegisterName.ITEMS, _items(position), department.name)
    await _bring_in(step, RegisterName.PLAN, _plan(step.today.year), departments[0].name)


async def staff(step: Step) -> dict[str, Account]:
    """The people of the county by name: inspectors of the register, two coordinators who also review, a witness."""
    lead = (await step.session.exec(select(Department).where(Department.name == DEPARTMENTS[0]))).one()
    both = [RoleName.COORDINATOR, RoleName.REVIEWER]
    found = {
        COORDINATOR: await people.appoint(step, CODE, COORDINATOR, both, department_id=lead.id),
        SECOND: await people.appoint(step, CODE, SECOND, both, department_id=lead.id),
        WITNESS: await people.appoint(step, CODE, WITNESS, [RoleName.WITNESS]),
    }
    for inspector in (await step.session.exec(select(Inspector).where(Inspector.jurisdiction == CODE))).all():
        account = await people.of_inspector(step.session, inspector.id)
        if account is not None:
            found[inspector.name] = account
    return found


async def _bring_in(
    step: Step, register: RegisterName, rows: list[list[str]], department: str | None = None
) -> None:
    text = StringIO()
    csv.writer(text).writerows(rows)
    order = Order(register, f"{register}.csv", text.getvalue().encode(), CODE, department)
    report = await bring_in(step, order)
    if report.faults:
        raise ValueError(report.faults[0])


def _subjects() -> list[list[str]]:
    """Two hundred subjects: every trade, some sole traders, some no longer in business, some with a mark."""
    header = [
        "名称",
        "统一社会信用代码",
        "类型",
        "经营状态",
        "行业",
        "规模",
        "所在区域",
        "住所",
        "信用风险等级",
        "标签",
        "登记机关",
    ]
    rows = [header]
    endings = [(trade, ending) for trade, kinds in _TRADES for ending in kinds]
    pairs = islice(((name, *kind) for kind, name in product(endings, _NAMES)), 0, None, 5)
    towns, classes, scales = cycle(_TOWNS), cycle("ABBBBCCBD"), cycle(("微型", "小型", "微型", "中型"))
    for number, (name, trade, ending) in enumerate(islice(pairs, SUBJECTS), start=1):
        company = ending.endswith("公司")
        body = f"{'91' if company else '92'}{DIVISION}MA{number:06d}{number % 10}"
        town = next(towns)
        rows.append(
            [
                f"{NAME}{name}{ending}",
                body + credit_code_check(body),
                "有限责任公司" if company else "个体工商户",
                "注销" if number % 40 == 7 else "存续",
                trade,
                next(scales),
                town,
                f"{NAME}{town}{number}号",
                next(classes),
                "经营异常名录" if number % 25 == 3 else "",
                DEPARTMENTS[0],
            ]
        )
    return rows


def _inspectors() -> list[list[str]]:
    header = ["姓名", "工作单位", "执法证号", "业务专长", "职务", "证件有效期"]
    rows = [
        [name, DEPARTMENTS[at], number, field, "执法人员", "长期"] for name, at, number, field in INSPECTORS
    ]
    return [header, *rows]


def _plan(year: int) -> list[list[str]]:
    header = ["年度", "计划编号", "抽查名称", "抽查事项", "抽查对象", "抽查比例", "检查期限", "参与部门"]
    return [header, *([str(year), str(number), *line] for number, line in enumerate(PLAN, start=1))]


def _items(department: int) -> list[list[str]]:
    header = [
        "编号",
        "抽查事项名称",
        "抽查依据",
        "抽查主体",
        "抽查对象",
        "抽查方式",
        "抽查内容",
        "工作要求",
        "检查表",
        "业务专长要求",
    ]
    rows = [
        [code, name, basis, DEPARTMENTS[at], subjects, "实地核查", *GUIDANCE[code], form, field]
        for code, name, at, subjects, basis, form, field in ITEMS
        if at == department
    ]
    return [header, *rows]
