"""A joint task of three departments, drawn before two witnesses with a public source and two openers, at the second attempt.

Acted on the phones of the demonstration's county, for the test over HTTP and for the pictures of docs/ceremony.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from bot.demo import county
from bot.demo.stage import Stage
from bot.demo.telling import Look
from models.people import Account, RoleName
from sandbox.client import Person
from sandbox.seen import SeenMessage
from services import people, profiles
from tests.services.profiles import changed

SECOND_WITNESS = "温以宁"

DICE = "骰子 6 3 6 2 4"

EARLIER, SOURCE = "排列5 26301", "排列5 26302"

SAID, MISREAD = "3 1 4 1 5", "3 1 4 1 6"

REASON = "见证人温以宁临时有事，未能核对数量"


@dataclass(slots=True)
class Cast:
    """Whose phones are looked at."""

    coordinator: Person
    second: Person
    first_witness: Person
    second_witness: Person

    @property
    def everybody(self) -> tuple[Person, ...]:
        """All four."""
        return (self.coordinator, self.second, self.first_witness, self.second_witness)


@contextmanager
def held_strictly() -> Iterator[None]:
    """The rules of the demonstration's county, but with two witnesses, and two who open."""
    strict = changed(profiles.load(county.PROFILE), "draw", witnesses=2, opening_by_two=True)
    with patch.object(profiles, "load", lambda _name: strict):
        yield


async def cast_of(stage: Stage) -> Cast:
    """Everybody is bound; only the four have their phones in hand."""
    stage.numbers[SECOND_WITNESS] = max(stage.numbers.values()) + 1
    async with stage.store.step() as step:
        account = await people.appoint(step, county.CODE, SECOND_WITNESS, [RoleName.WITNESS])
        stage.staff[SECOND_WITNESS] = account
        for name, one in stage.staff.items():
            token = await people.invite(step, await step.get(Account, one.id))
            await people.bind(step, stage.numbers[name], token)
    found = {
        name: await stage.sandbox.person(number, name, started=True) for name, number in stage.numbers.items()
    }
    return Cast(*(found[one] for one in (county.COORDINATOR, county.SECOND, county.WITNESS, SECOND_WITNESS)))


async def no_picture(name: str, shown: object) -> None:
    """Nobody takes pictures."""


async def act(cast: Cast, look: Look = no_picture) -> SeenMessage:
    """The whole ceremony.

    Args:
        cast: who acts.
        look: is called at moments worth a picture.

    Returns:
        The first witness's last message.
    """
    await _plan(cast)
    await _first_attempt(cast, look)
    await _second_attempt(cast, look)
    await _contributions(cast, look)
    await _source(cast, look)
    return await _opening(cast, look)


async def _plan(cast: Cast) -> None:
    coordinator = cast.coordinator
    await coordinator.say("/new")
    await coordinator.press("从年度计划选")
    await coordinator.press("宾馆旅馆部门联合抽查")
    for department in ("市场监督管理局 1 人", "消防救援大队 1 人", "卫生健康委员会 1 人"):
        await coordinator.wait_for(department)
    await coordinator.press("⚙️ 更多")
    await _names_source(coordinator, EARLIER)


async def _names_source(person: Person, source: str) -> None:
    await person.press("🎰 公共随机源")
    await person.wait_for("名称和期号")
    await person.say(source)
    await person.wait_for(source)


async def _first_attempt(cast: Cast, look: Look) -> None:
    await cast.coordinator.press("开始抽取")
    preview = await cast.first_witness.wait_for("请您先核对数量")
    await look("ceremony-preview", [cast.first_witness])
    await cast.first_witness.press("我已看过数量", message=preview.number)
    await cast.first_witness.wait_for("已确认 1/2")
    await cast.coordinator.press("作废这次抽取")
    await cast.coordinator.wait_for("写明原因")
    await cast.coordinator.say(REASON)
    failed = await cast.coordinator.wait_for("已作废：")
    await cast.first_witness.wait_for("一次抽取已作废")
    await cast.second_witness.wait_for("一次抽取已作废")
    await cast.coordinator.press("重新抽取", message=failed.number)
    await cast.coordinator.wait_for_toast("须由另一位协调人员")


async def _second_attempt(cast: Cast, look: Look) -> None:
    second = cast.second
    await second.say("/plan")
    await second.press("部门联合抽查")
    await second.press("重新抽取")
    await second.wait_for_toast("已经约定过")
    await _names_source(second, SOURCE)
    await second.press("重新抽取")
    for witness in (cast.first_witness, cast.second_witness):
        preview = await witness.wait_for("第 2 次抽取", button="我已看过数量")
        await witness.press("我已看过数量", message=preview.number)
    await cast.first_witness.wait_for("承诺短码", button="贡献随机数")
    await cast.second_witness.wait_for("承诺短码", button="贡献随机数")
    await look("ceremony-commit", [cast.first_witness])


async def _contributions(cast: Cast, look: Look) -> None:
    await cast.first_witness.press("我自己写")
    await cast.first_witness.wait_for("直接发送您的内容")
    await cast.first_witness.say(DICE)
    await cast.first_witness.wait_for("回执")
    await look("ceremony-contribution", [cast.first_witness])
    await cast.second_witness.look()
    assert not any(DICE in message.text for message in cast.second_witness.messages)
    await cast.second_witness.press("贡献随机数")
    await cast.second_witness.wait_for(DICE)
    await cast.first_witness.wait_for("等待公共随机源")
    await look("ceremony-closing", [cast.second_witness])


async def _source(cast: Cast, look: Look) -> None:
    await _reads(cast.coordinator, SAID, "还要另一个人")
    await _reads(cast.second_witness, MISREAD, "不一致")
    await cast.coordinator.wait_for("两人输入的不一致")
    await look("ceremony-source", [cast.coordinator])
    await _reads(cast.coordinator, SAID, "还要另一个人")
    await _reads(cast.second_witness, SAID, "随机数已经确定")


async def _reads(person: Person, said: str, expected: str) -> None:
    await person.press("输入公布的结果")
    await person.wait_for("请照公布的结果")
    await person.say(said)
    await person.wait_for(expected)


async def _opening(cast: Cast, look: Look) -> SeenMessage:
    await cast.coordinator.press("申请揭晓")
    asked = await cast.second.wait_for("请您确认揭晓")
    await look("ceremony-opening", [cast.second])
    for person in cast.everybody:
        await person.look()
    told = "".join(message.text for person in cast.everybody for message in person.messages)
    assert not any(name in told for name, *_ in county.INSPECTORS), "an inspector's name before the opening"
    await cast.second.press("确认揭晓", message=asked.number)
    await cast.second.wait_for("抽取记录", button="派发")
    await look("ceremony-attempts", [cast.second])
    last = await cast.first_witness.wait_for("名单已揭晓")
    await cast.second_witness.wait_for("名单已揭晓")
    await look("ceremony-witness", [cast.first_witness])
    await cast.second.press("派发给检查人员")
    await cast.second.wait_for("已派发")
    return last
