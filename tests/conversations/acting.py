"""What several conversations begin with, acted on the phones."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from sqlmodel import col, select

from bot.demo.thumb import Move, Share, Type, answer, photos, press
from models.inspections import Answer, Inspection, Place, PlaceState
from models.items import CheckItem
from models.portions import Portion
from models.registers import Inspector, Subject
from rules.forms.value import Value
from sandbox.client import Person
from sandbox.seen import SeenMessage
from services import portions
from tests.conversations.conftest import Stage


@dataclass(slots=True)
class Visit:
    """A dispatched visit and the phones of those concerned."""

    stage: Stage
    coordinator: Person
    witness: Person
    recorder: Person
    mate: Person
    inspection_id: int
    subject: str

    async def inspection(self) -> Inspection:
        """The row as it is now."""
        async with self.stage.store.reading() as session:
            return (await session.exec(select(Inspection).where(Inspection.id == self.inspection_id))).one()

    async def portions(self) -> list[Portion]:
        """What of the record each department takes down, as it is now."""
        async with self.stage.store.reading() as session:
            return list(await portions.of_visit(session, self.inspection_id))

    async def answers(self) -> dict[str, Value]:
        """The answers in the record, by the question's name."""
        async with self.stage.store.reading() as session:
            query = select(Answer).where(
                Answer.inspection_id == self.inspection_id,
                col(Answer.superseded_at).is_(None),
                col(Answer.aside).is_(False),
            )
            rows = (await session.exec(query)).all()
        return {row.question.rpartition("/")[2]: row.value for row in rows}


def picture(shade: int) -> bytes:
    """A small picture; another shade is another picture."""
    stream = BytesIO()
    Image.new("RGB", (320, 240), (shade % 256, 90, (shade * 7) % 256)).save(stream, "JPEG")
    return stream.getvalue()


MOVES: dict[str, Move] = {
    "核查方式": press("👍 完成"),
    "出示执法证件": press("已出示"),
    "到场位置": Share(35.7, 115.0),
    "门头和现场照片": photos([picture(1), picture(2)]),
    "本事项是否检查": press("是"),
    "是否发现问题": press("否"),
    "疏散通道": press("畅通"),
    "安全出口有几个": Type("2"),
    "锁闭": Type("0"),
    "灭火器有几具": Type("4"),
    "过期": Type("0"),
    "用电": press("未发现", "👍 完成"),
    "是否发现消防": press("否"),
    "检查结果": press("未发现问题", "👍 完成"),
    "处置是否完结": press("是"),
}
"""A plain visit: everything in order."""


async def plan(coordinator: Person) -> SeenMessage:
    """A joint task of two departments, named and ready to be drawn; by a line of the annual plan where there is one."""
    await coordinator.tap("➕ 新建任务")
    card = await coordinator.wait_for(button="选事项")
    if any("从年度计划选" in label for label in card.labels):
        await coordinator.press("从年度计划选")
        await coordinator.press("2026年公示信息检查等2项部门联合抽查")
        return await coordinator.wait_for(button="开始抽取")
    await coordinator.press("选事项")
    await coordinator.press("公示信息检查")
    await coordinator.wait_for("选择抽查事项")
    await coordinator.press("消防安全检查")
    await coordinator.wait_for("安澜县消防救援大队 1 人")
    await coordinator.press("选好了")
    await coordinator.press("命名")
    await coordinator.press("就用这个")
    card = await coordinator.wait_for("4️⃣ 名称：2026年")
    if "触发原因还缺" in card.text:
        await trigger(coordinator)
    return await coordinator.wait_for(button="开始抽取")


async def trigger(coordinator: Person) -> None:
    """A complaint with its source, date and reference."""
    await coordinator.press("⚡ 触发原因")
    await coordinator.press("投诉举报")
    await coordinator.press("12345热线")
    await coordinator.press("昨天")
    await coordinator.wait_for("编号是什么")
    await coordinator.say("工单 2026-0817")
    await coordinator.wait_for("工单 2026-0817")


async def draw(coordinator: Person, witness: Person) -> None:
    """The ceremony, up to the dispatch."""
    await coordinator.press("开始抽取")
    await witness.press("我已看过数量")
    await witness.press("贡献随机数")
    await coordinator.press("揭晓名单")
    await coordinator.press("派发给检查人员")
    await coordinator.wait_for("已派发")


async def dispatched(stage: Stage) -> Visit:
    """A visit that two inspectors were told of."""
    coordinator = await stage.person(stage.county.coordinator)
    witness = await stage.person(stage.county.witness)
    phones = {name: await stage.person(account) for name, account in stage.county.inspectors.items()}
    await plan(coordinator)
    await draw(coordinator, witness)
    async with stage.store.reading() as session:
        inspection, subject = (
            await session.exec(
                select(Inspection, Subject.name).join(Subject, col(Inspection.subject_id) == Subject.id)
            )
        ).one()
        names = await seats(stage, inspection.id)
    first, second = (phones[name] for name in names)
    await first.wait_for("您被抽中")
    await second.wait_for("您被抽中")
    return Visit(stage, coordinator, witness, first, second, inspection.id, subject)


async def seats(stage: Stage, inspection_id: int) -> list[str]:
    """Who holds the seats of a visit, by name."""
    async with stage.store.reading() as session:
        query = (
            select(Inspector.name)
            .join(Place, col(Place.inspector_id) == Inspector.id)
            .where(Place.inspection_id == inspection_id, Place.state != PlaceState.RECUSED)
            .order_by(col(Place.seat))
        )
        return list((await session.exec(query)).all())


async def begun(stage: Stage) -> Visit:
    """A visit whose record is being taken down."""
    visit = await dispatched(stage)
    await visit.recorder.press("接受任务")
    await visit.recorder.wait_for("您已接受")  # presses of two people may overtake each other
    await visit.mate.press("接受任务")
    await visit.mate.wait_for(button="开始检查")
    await visit.recorder.press("打开")
    await visit.recorder.press("开始检查")
    await visit.recorder.wait_for("核查方式")
    return visit


async def by_one_department(stage: Stage) -> None:
    """The lead department takes the fire brigade's item over: it makes the visit, and its record, by itself."""
    async with stage.store.step() as step:
        item = await step.get(CheckItem, stage.county.items[2].id)
        item.department_id = stage.county.departments[0].id


async def complete_own(mate: Person) -> None:
    """The mate of another department takes their portion down on their own phone, if they have one."""
    await mate.look()
    if not any("填写本部门部分" in label for message in mate.messages for label in message.labels):
        return
    await mate.press("填写本部门部分")
    await answer(mate, MOVES)
    await mate.press("本部门部分填完了")
    await mate.wait_for("本部门部分已填完")


async def submitted(stage: Stage) -> Visit:
    """A visit whose record waits for the mate's word."""
    visit = await begun(stage)
    if len(await visit.portions()) > 1:
        await visit.mate.wait_for("检查已经开始")
    await answer(visit.recorder, MOVES)
    await complete_own(visit.mate)
    await visit.recorder.press("提交记录")
    await visit.recorder.wait_for("记录已提交")
    await unsigned(visit.recorder)
    await visit.mate.wait_for("请核对检查记录")
    return visit


async def confirmed(stage: Stage) -> Visit:
    """A visit whose record waits for review."""
    visit = await submitted(stage)
    await visit.mate.press("查看并核对")
    await visit.mate.press("确认无误")
    await visit.mate.wait_for("已确认")
    await visit.coordinator.wait_for("待您审核")
    return visit


async def unsigned(recorder: Person) -> None:
    """Nobody is there who could sign."""
    await recorder.press("🚫 没有签字")
    await recorder.press("负责人不在场")
    await recorder.press("跳过，没有见证人")
    await recorder.wait_for("没有签字：负责人不在场")
