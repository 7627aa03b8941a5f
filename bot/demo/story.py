"""The whole story, acted through the sandbox as people would, each step checked against the store and the public page."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from sqlmodel import col, func, select

from bot.demo import county, ending
from bot.demo.cast import ALBUM, Cast
from bot.demo.pictures import shop_front, signed_page
from bot.demo.stage import Stage
from bot.demo.telling import Look, Telling
from bot.demo.thumb import Move, Share, Type, answer, photos, press, screen_of
from models.duties import Duty
from models.inspections import Answer, Inspection, Place, PlaceState
from models.registers import Inspector, Subject, SubjectStatus
from rules.calendar import official_calendar
from rules.deadlines import LOCAL_TIME
from sandbox.client import Person
from templates.story import word

BEGINS = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
"""A Monday, half past nine in China: the story ends before the year does, so that no date in it is provisional."""

SHOP = (35.70213, 115.02871)
"""Where the made-up shop stands: a field in the plain."""


async def play(stage: Stage, write: Callable[[str], object], look: Look | None = None) -> None:
    """Act the story and check each step.

    Args:
        stage: a fresh demonstration whose clock began at ``BEGINS``.
        write: takes the transcript.
        look: is called at moments worth a picture.

    Raises:
        AssertionError: something was not as it must be; the transcript ends there.
    """
    names = {number: name for name, number in stage.numbers.items()}
    telling = Telling(stage.sandbox, names, write, look)
    telling.title()
    await _registers(stage, telling)
    cast = await _binding(stage, telling)
    await _task(cast, telling)
    await _ceremony(stage, cast, telling)
    await _recusal(stage, cast, telling)
    await _visit(stage, cast, telling)
    await _confirmation(stage, cast, telling)
    await ending.deadline(stage, cast, telling)
    await ending.review(stage, cast, telling)
    await ending.public(stage, cast, telling)
    await ending.proof(stage, telling)
    telling.end()


async def _registers(stage: Stage, telling: Telling) -> None:
    telling.scene("registers")
    async with stage.store.reading() as session:
        statuses = (await session.exec(select(Subject.status))).all()
        inspectors = (await session.exec(select(func.count()).select_from(Inspector))).one()
    gone = sum(1 for status in statuses if status != SubjectStatus.EXISTING)
    telling.check(len(statuses) == county.SUBJECTS, "subjects", count=len(statuses), excluded=gone)
    telling.check(inspectors == len(county.INSPECTORS), "inspectors", count=inspectors)


async def _binding(stage: Stage, telling: Telling) -> Cast:
    telling.scene("binding")
    coordinator = await stage.bind(county.COORDINATOR)
    link = next(message.text for message in coordinator.messages if not message.from_bot)
    witness = await stage.bind(county.WITNESS)
    company = await stage.phone(county.COMPANY)
    await company.start()
    await company.wait_for("只为已登记")
    await company.say(word("says.hello"))
    await company.wait_for("只为已登记")
    await company.say(link)
    await company.wait_for("已经用过了")
    await telling.phones()
    inspectors = {name: await stage.bind(name) for name, *_ in county.INSPECTORS}
    await stage.bind(county.SECOND)
    said = [message for message in company.messages if message.from_bot]
    telling.check(said[0].text == said[1].text and len(said) == 3, "stranger")
    telling.check("已经用过了" in said[2].text, "second_link")
    await telling.skip()  # the greetings of a dozen inspectors are all alike
    return Cast(coordinator, witness, inspectors, company)


async def _task(cast: Cast, telling: Telling) -> None:
    telling.scene("task")
    coordinator = cast.coordinator
    await coordinator.tap("➕ 新建任务")
    unplanned = await coordinator.wait_for(button="从年度计划选")
    await coordinator.press("从年度计划选")
    await coordinator.wait_for(county.PLAN[1][0])
    await coordinator.press(county.PLAN[0][0])
    await coordinator.wait_for("安澜县消防救援大队 1 人")
    card = await coordinator.wait_for(button="开始抽取")
    await telling.moment("task", coordinator)
    await telling.phones()
    telling.check(not any("开始抽取" in label for label in unplanned.labels), "planned")
    telling.check("共抽 7 户" in card.text and "面馆" not in card.text, "preview", count=7)


async def _ceremony(stage: Stage, cast: Cast, telling: Telling) -> None:
    telling.scene("ceremony")
    coordinator, witness = cast.coordinator, cast.witness
    await coordinator.press("开始抽取")
    await coordinator.wait_for("等待见证人")
    preview = await witness.wait_for("请您先核对数量")
    telling.check("户中抽" in preview.text and not _names_in(preview.text), "previewed")
    await witness.press("我已看过数量")
    asked = await witness.wait_for("承诺短码", button="贡献随机数")
    code = _after(asked.text, "承诺短码（请抄到纸质记录上）：")
    waiting = coordinator.last
    await telling.moment("witness", witness)
    await telling.phones()
    telling.check(code and not _names_in(asked.text), "witness", code=code)
    telling.check(not any("揭晓" in label for label in waiting.labels), "too_early")
    await witness.press("贡献随机数")
    await witness.wait_for("已收到您的贡献")
    await coordinator.press("揭晓名单")
    await coordinator.wait_for(button="派发")
    await coordinator.press("派发给检查人员")
    await coordinator.wait_for("已派发")
    last = await witness.wait_for("名单已揭晓")
    async with stage.store.reading() as session:
        inspections = (await session.exec(select(Inspection).order_by(col(Inspection.id)))).all()
        places = (await session.exec(select(Place))).all()
        inspectors = {one.id: one.name for one in (await session.exec(select(Inspector))).all()}
    pairs = {
        one.id: {place.inspector_id for place in places if place.inspection_id == one.id}
        for one in inspections
    }
    drawn = Counter(inspectors[place.inspector_id] for place in places if place.inspector_id)
    for name, visits in drawn.items():
        phone = cast.inspectors[name]
        await phone.wait_until(partial(_all_offered, phone, visits), f"{visits} notices")
    await telling.phones()
    two_each = all(len(pair) == 2 for pair in pairs.values())
    telling.check(len(inspections) == 7 and two_each, "opened", count=len(inspections))
    telling.check(code in last.text and _recomputed(last.text), "recomputed", code=code)
    for phone in cast.inspectors.values():
        await phone.look()
    telling.check(all(_offers(phone) == drawn[name] for name, phone in cast.inspectors.items()), "told")
    cast.inspection = inspections[0]
    async with stage.store.reading() as session:
        cast.subject = (
            await session.exec(select(Subject).where(Subject.id == inspections[0].subject_id))
        ).one()


async def _recusal(stage: Stage, cast: Cast, telling: Telling) -> None:
    telling.scene("recusal")
    seats = await _seats(stage, cast.inspection.id)
    leaving = cast.inspectors[seats[1]]
    await leaving.press("申请回避", message=_offer(leaving, cast.subject.name))
    await leaving.press("近亲属")
    await leaving.wait_for("已登记回避")
    now = await _seats(stage, cast.inspection.id)
    following = cast.inspectors[now[1]]
    await following.wait_until(lambda: _offer(following, cast.subject.name), "the notice")
    await cast.coordinator.wait_for("按原抽取次序递补")
    await telling.phones()
    telling.check(seats[1] != now[1] and seats[0] == now[0], "replaced", old=seats[1], new=now[1])
    cast.recorder, cast.mate = cast.inspectors[now[0]], following


async def _visit(stage: Stage, cast: Cast, telling: Telling) -> None:
    telling.scene("visit")
    recorder, mate = cast.recorder, cast.mate
    await telling.moment("visit", recorder)
    await recorder.press("接受任务", message=_offer(recorder, cast.subject.name))
    alone = await recorder.wait_for("等同行人员接受后")
    await mate.press("接受任务", message=_offer(mate, cast.subject.name))
    await mate.wait_for(button="开始检查")
    await recorder.wait_for("可以开始检查了")
    await recorder.press("打开")
    opened = recorder.last
    await recorder.press("出示证件")
    await recorder.wait_for(kind="photo")
    await telling.moment("certificate", recorder)
    await recorder.press("开始检查", message=opened.number)
    await mate.press("填写本部门部分")
    await answer(mate, _answers(), until="疏散通道")
    await telling.moment("question", mate)
    await answer(recorder, _answers(), until="门头和现场照片")
    await telling.moment("phones", cast.coordinator, cast.witness, recorder, mate, cast.company)
    await answer(mate, _answers(), until="灭火器有几具")
    await telling.phones()
    telling.check(not any("开始检查" in label for label in alone.labels), "two_needed")
    await _slips(mate, telling)
    await answer(recorder, _answers())
    await answer(mate, _answers())
    await mate.press("本部门部分填完了")
    await mate.wait_for("各部门都填完了")
    await recorder.wait_for("其他部门都填完了")
    await telling.phones()
    album = sum(
        1 for message in recorder.messages if message.from_bot and f"已收到 {ALBUM} 张" in message.text
    )
    telling.check(album <= 1, "album", count=ALBUM)
    await telling.moment("overview", recorder)
    await recorder.press("提交记录")
    await recorder.wait_for("记录已提交")
    await telling.moment("signing", recorder)
    await _sign(recorder)
    async with stage.store.reading() as session:
        query = select(func.count()).where(
            Answer.inspection_id == cast.inspection.id, col(Answer.superseded_at).is_(None)
        )
        stored = (await session.exec(query)).one()
    await telling.phones()
    telling.check(stored >= 18, "submitted", answers=stored)


async def _slips(recorder: Person, telling: Telling) -> None:
    """What thumbs do: a photo for a number, a sticker, leaving in the middle, a date that is still to come."""
    await recorder.send_photos([shop_front(9)])
    refused = await recorder.wait_for("数字")
    await recorder.send_sticker(word("says.sticker"))
    await recorder.wait_for("数字")
    await recorder.press("先存着")
    await recorder.wait_for("已保存")
    await recorder.say("/resume")
    back = await recorder.wait_for("灭火器有几具")
    await answer(recorder, _answers(), until="维护日期")
    await recorder.say("2027-01-01")
    await recorder.wait_for("不能晚于今天")
    shown = screen_of(recorder)
    await telling.phones()
    telling.check("照片" not in back.text, "number_wanted", said=refused.text)
    telling.check("灭火器有几具" in back.text, "resumed")
    telling.check(shown is not None and "维护日期" in shown.text, "future_refused")


async def _sign(recorder: Person) -> None:
    """The representative signs on paper."""
    await recorder.press("签在纸上")
    await recorder.press("法定代表人")
    await recorder.wait_for("抄下记录指纹")
    await recorder.send_photos([signed_page()])
    await recorder.wait_for("已收到 1 张")
    await recorder.press("👍 完成")
    await recorder.wait_for("已签在纸上")


async def _confirmation(stage: Stage, cast: Cast, telling: Telling) -> None:
    telling.scene("confirmation")
    recorder, mate = cast.recorder, cast.mate
    await mate.press("查看并核对")
    await mate.press("看照片")
    await mate.wait_for(kind="photo")
    await mate.press("有异议")
    await mate.wait_for("写明哪里不对")
    await mate.say(word("says.objection"))
    await mate.wait_for("已退给填写人")
    objected = await recorder.wait_for(word("says.objection"))
    await telling.phones()
    telling.check("异议" in objected.text and "签字随之作废" in objected.text, "objected")
    await mate.press("去修改")
    review = await mate.wait_for("总览")
    number = next(line.split(".")[0] for line in review.text.splitlines() if "安全出口有几个" in line)
    await mate.press(data=next(b.data for row in review.buttons for b in row if b.text == number))
    await mate.wait_for("安全出口有几个")
    await mate.say(word("says.exits_fixed"))
    await mate.wait_for("总览")
    await mate.press("本部门部分填完了")
    await mate.wait_for("各部门都填完了")
    await recorder.press("去修改")
    await recorder.press("提交记录")
    await recorder.wait_for("记录已提交")
    await _sign(recorder)
    await mate.press("查看并核对")
    again = await mate.wait_for("安全出口有几个")
    await telling.moment("confirmation", mate)
    await mate.press("确认无误")
    await mate.wait_for("检查结果已经产生")
    await telling.phones()
    async with stage.store.reading() as session:
        inspection = (await session.exec(select(Inspection).where(Inspection.id == cast.inspection.id))).one()
        duty = (await session.exec(select(Duty).where(Duty.inspection_id == cast.inspection.id))).one()
    today = stage.clock().astimezone(LOCAL_TIME).date()
    telling.check(
        inspection.result_produced_on == today
        and f"安全出口有几个？　{word('says.exits_fixed')}" in again.text,
        "confirmed",
        day=today,
    )
    due = official_calendar().add_working_days(today, 20)
    telling.check(duty.due_on == due.on and not duty.provisional, "due", due=due.on)


def _answers() -> dict[str, Move]:
    """What the recorder finds: a shop in order, one extinguisher that is not."""
    return {
        "核查方式": press("👍 完成"),
        "出示执法证件": press("已出示"),
        "到场位置": Share(*SHOP),
        "门头和现场照片": photos([shop_front(number) for number in range(ALBUM)]),
        "本事项是否检查": press("是"),
        "是否发现问题": press("否"),
        "现场照片": press("跳过"),
        "疏散通道": press("畅通"),
        "安全出口有几个": Type("2"),
        "锁闭": Type("0"),
        "灭火器有几具": Type("４具"),
        "过期": Type("0"),
        "维护日期": press("昨天"),
        "用电": press("未发现", "👍 完成"),
        "是否发现消防": press("否"),
        "检查结果": press("未发现问题", "👍 完成"),
        "处置是否完结": press("是"),
    }


def _offers(phone: Person) -> int:
    return sum(1 for message in phone.messages if message.from_bot and "您被抽中" in message.text)


def _all_offered(phone: Person, visits: int) -> bool | None:
    return True if _offers(phone) == visits else None


def _offer(phone: Person, subject: str) -> int | None:
    """The notice of a visit on somebody's phone."""
    found = [
        one.number for one in phone.messages if one.from_bot and subject in one.text and "被抽中" in one.text
    ]
    return found[-1] if found else None


def _names_in(text: str) -> bool:
    return any(name in text for name, *_ in county.INSPECTORS)


def _recomputed(text: str) -> bool:
    """Whether the texts in a witness's last message give the short code and the ``E`` that it names."""
    commit, entropy = (
        "ssj-draw/1" + _between(text, "ssj-draw/1", "——"),
        "ssj-entropy/1" + _between(text, "ssj-entropy/1"),
    )
    code, outcome = (hashlib.sha256(f"{one.strip()}\n".encode()).hexdigest() for one in (commit, entropy))
    return code[:16] in text and outcome in text


def _between(text: str, start: str, end: str | None = None) -> str:
    following = text.partition(start)[2]
    return following.partition(end)[0] if end else following


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2].split("\n", 1)[0].strip()


async def _seats(stage: Stage, inspection_id: int) -> Sequence[str]:
    async with stage.store.reading() as session:
        query = (
            select(Inspector.name)
            .join(Place, col(Place.inspector_id) == Inspector.id)
            .where(Place.inspection_id == inspection_id, Place.state != PlaceState.RECUSED)
            .order_by(col(Place.seat))
        )
        return (await session.exec(query)).all()
