"""Every conversation once from its beginning to its end, with names that try to be markup; every template is in one of them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import pytest

import scheduler
from models.mail import OutboxState
from models.people import Account, RoleName
from models.registers import Subject
from rules import checkpoints
from rules.profile.terms import AssignmentMode, TaskKind
from services import holidays, mail, people, profiles
from templates.render import Message, environment
from tests.conftest import SetClock
from tests.handlers.desk import Desk
from tests.handlers.phones import Bubble
from tests.services.agendas import owe
from tests.services.profiles import changed

MESSAGES = Path(__file__).parents[2] / "templates" / "messages"

STRANGER = 999_999

STICKER = {
    "file_id": "s",
    "file_unique_id": "us",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}

Talk = TypeVar("Talk", bound=Callable[..., object])

RENDERED: dict[str, frozenset[str]] = {}
"""By the name of a talk, the messages that must have come up in it."""


def renders(*names: str) -> Callable[[Talk], Talk]:
    """Say which messages a talk renders; it is held to that."""

    def note(talk: Talk) -> Talk:
        RENDERED[talk.__name__] = frozenset(names)
        return talk

    return note


@pytest.fixture(autouse=True)
def _watch(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    found: set[str] = set()
    original = environment().get_template

    def noting(name: str, *rest: Any) -> Any:
        found.add(name.removeprefix("messages/").removesuffix(".html.j2"))
        return original(name, *rest)

    monkeypatch.setattr(environment(), "get_template", noting)
    yield
    assert RENDERED.get(request.function.__name__, frozenset()) <= found


def test_every_message_is_part_of_a_talk() -> None:
    for other in Path(__file__).parent.glob("test_*_talks.py"):  # they note theirs when they are read
        import_module(f"tests.handlers.{other.stem}")
    files = {path.name.removesuffix(".html.j2") for path in MESSAGES.glob("*.html.j2")}
    said = set().union(*RENDERED.values())
    assert said == {name for name in files if not name.startswith("_")}


def _texts(at_desk: Desk, who: Account) -> str:
    return "\n".join(bubble.text for bubble in at_desk.phone(who).bubbles.values())


async def _presses(at_desk: Desk, who: Account | int, *labels: str) -> str:
    """Press one after the other; what the message says then."""
    for label in labels:
        shown = await at_desk.press(who, label)
    return shown.text


async def _dispatched(at_desk: Desk, *items: int, ratio_bp: int | None = None) -> list[int]:
    """A task that was sent out and has arrived: its visits."""
    story = at_desk.story
    visits = await story.dispatch(await story.draw_again(*items, ratio_bp=ratio_bp))
    await at_desk.deliver()
    return [visit.id for visit in visits]


async def _holders(at_desk: Desk, visit: int) -> list[Account]:
    return [account for _, account in await at_desk.story.team(visit)]


def _screen(at_desk: Desk, who: Account) -> Bubble:
    """The newest message that shows a draft."""
    newest_first = sorted(at_desk.phone(who).bubbles.values(), key=lambda bubble: -bubble.number)
    return next(one for one in newest_first if any("先存着" in label for label, _ in one.buttons))


USUAL = ("🔘", "✅ 就填", "👍 完成", "跳过", "▫️ 未发现", "已出示", "畅通", "否")


async def _answer_all(at_desk: Desk, who: Account) -> None:
    """Answer the record on the phone until the review is there: buttons where there are any, words and photos where not."""
    for _ in range(60):
        shown = _screen(at_desk, who)
        labels = [label for label, _ in shown.buttons]
        label = next((one for one in USUAL if any(one in known for known in labels)), None)
        if shown.text.startswith("📝 总览"):
            return
        if "直接发照片" in shown.text:
            await at_desk.photo(who, f"photo-{shown.number}")
        elif label is not None:
            await at_desk.press(who, label, bubble=shown)
        else:
            await at_desk.write(who, "0" if "其中" in shown.text else "2")
    raise AssertionError(f"the record never ends: {shown}")


async def _submitted(at_desk: Desk, visit: int) -> tuple[Account, Account]:
    """A record that was taken down on the phone and handed in: whoever did, and who has to confirm it."""
    recorder, mate = await at_desk.story.accepted(visit)
    await at_desk.story.begin(visit, recorder)
    await at_desk.write(recorder, "/resume")
    await _answer_all(at_desk, recorder)
    await at_desk.story.others_finish(visit)
    await _hand_in(at_desk, recorder)
    return recorder, mate


async def _hand_in(at_desk: Desk, recorder: Account) -> None:
    """Hand a record in; nobody is there who could sign it."""
    await _presses(at_desk, recorder, "📤 提交记录", "🚫 没有签字", "现场无人", "跳过，没有见证人")
    await at_desk.deliver()


@renders("stranger", "binding", "welcome", "menu", "help", "cancelled", "unbind", "farewell")
async def test_a_stranger_gets_one_sentence_and_a_link_lets_them_in(at_desk: Desk) -> None:
    for text in ("你好", "/start", "/tasks", "/start guess"):
        await at_desk.write(STRANGER, text)
    assert len({bubble.text for bubble in at_desk.phone(STRANGER).bubbles.values()}) == 2
    async with at_desk.story.step() as step:
        newcomer = await people.appoint(step, "anlan", "<i>新来的&</i>", list(RoleName))
        token = await people.invite(step, newcomer)
    shown = await at_desk.write(STRANGER, f"/start {token}")
    assert shown.text.startswith("<i>新来的&</i>，您好！")
    assert {"📋 我的任务", "🎲 见证抽取", "📮 未送达"} <= set(at_desk.phone(STRANGER).menu)
    assert "📅 年度计划" not in at_desk.phone(STRANGER).menu
    await at_desk.write(STRANGER, "☰ 更多")
    assert {"📅 年度计划", "⬅️ 主菜单"} <= set(at_desk.phone(STRANGER).menu)
    for text in ("⬅️ 主菜单", "/help", "/cancel", "/start", f"/start {token}", "/unbind"):
        await at_desk.write(STRANGER, text)
    assert "抽查通 · 帮助" in await _presses(at_desk, STRANGER, "保留")
    await at_desk.write(STRANGER, "/unbind")
    await at_desk.press(STRANGER, "解除绑定")
    assert at_desk.phone(STRANGER).last.text == "再见 👋"


@renders("visits", "nothing_to_resume", "tasks", "deadlines", "undelivered", "reviews", "witness_list")
async def test_lists_that_are_empty_say_so(at_desk: Desk) -> None:
    story = at_desk.story
    inspector = story.county.inspectors["陈知远"]
    for who, command in (
        (inspector, "/tasks"),
        (inspector, "▶️ 继续检查"),
        (story.coordinator, "🗂 抽查任务"),
        (story.coordinator, "/deadlines"),
        (story.coordinator, "/undelivered"),
        (story.coordinator, "/reviews"),
        (story.witness, "/witness"),
    ):
        shown = await at_desk.write(who, command)
        assert shown.text[0] in "📭🎉", shown.text


@renders(
    *(
        "task",
        "task_items",
        "task_trades",
        "task_share",
        "task_trigger",
        "task_lead",
        "task_period",
        "task_name",
    ),
    *("task_proposal", "task_discard", "tasks", "sentence"),
)
async def test_a_task_is_put_together(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    assert "请选择" in (await at_desk.write(me, "/new")).text
    await _presses(at_desk, me, "1️⃣ 选事项", "公示信息检查", "消防安全检查", "👍 选好了")
    await _presses(at_desk, me, "2️⃣ 定范围", "餐饮", "🧹 清除", "👍 选好了")
    await _presses(at_desk, me, "📐 比例", "20%")
    await at_desk.write(me, "/plan")
    await _presses(at_desk, me, "安澜市监抽查", "⚡ 触发原因", "投诉举报", "12345热线", "今天")
    assert "<u>工单</u>" in (await at_desk.write(me, "<u>工单</u>")).text
    await _presses(at_desk, me, "3️⃣ 定时间", "到月底", "3️⃣ 定时间")
    assert "11月23日 – 12月20日" in (await at_desk.write(me, "2026-11-23 至 2026-12-20")).text
    await at_desk.press(me, "4️⃣ 命名")
    assert "请重新输入" in (await at_desk.write(me, "一")).text
    assert "<u>任务</u>" in (await at_desk.write(me, "<u>任务</u>")).text
    await _presses(at_desk, me, "4️⃣ 命名", "👍 就用这个", "⚙️ 更多", "🗑")
    assert "预览（只有数量，没有名单）" in await _presses(at_desk, me, "⬅️ 留着")
    assert await _presses(at_desk, me, "⚙️ 更多", "🗑", "🗑 放弃") == "🗑 草稿已放弃。"
    assert "还没有抽查任务" in await _presses(at_desk, me, "⬅️ 全部任务")


@renders("plan_lines", "plan_line", "plan_pick", "plan_change", "toast_line_taken", "quotas")
async def test_a_line_of_the_plan_becomes_a_task_and_is_changed(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    assert "共 2 行，已开展 0 行" in (await at_desk.write(me, "/annual")).text
    await at_desk.write(me, "/new")
    assert "消防安全检查" in await _presses(at_desk, me, "📅 从年度计划选")
    shown = await _presses(at_desk, me, "2. 2026年公示信息检查等2项部门联合抽查")
    assert at_desk.phone(me).toasts[-1].startswith("已按计划行填好")
    assert "年度计划第 2 行：2026年公示信息检查等2项部门联合抽查（2026-01-01 至 2026-12-31，3%）" in shown
    assert "消防救援大队" in shown
    assert "须按年度计划开展" in await _presses(at_desk, me, "📅 从年度计划选", "✖️ 不按计划行")
    await _presses(at_desk, me, "📅 从年度计划选", "2. 2026年公示信息检查等2项部门联合抽查")
    await at_desk.write(me, "📅 年度计划")
    await _presses(
        at_desk, me, "2. 2026年公示信息检查等2项部门联合抽查", "✏️ 调整期限", "⬅️ 返回", "✏️ 调整期限"
    )
    assert "请分三行发送" in (await at_desk.write(me, "2026-01-01 至 2026-11-25")).text
    changed_line = await at_desk.write(me, "2026-01-01 至 2026-11-25\n<b>提前</b>\n局长办公会同意")
    assert "第 2 版" in changed_line.text
    assert "&lt;b&gt;提前&lt;/b&gt;" in changed_line.text or "<b>提前</b>" in changed_line.text
    await at_desk.write(me, "/plan")
    assert "检查时间须在计划期限 2026-01-01 至 2026-11-25 之内" in await _presses(at_desk, me, "抽查")
    await at_desk.write(me, "/annual")
    await _presses(at_desk, me, "1. 市场主体综合抽查", "🚫 取消这一行")
    assert "请分两行发送" in (await at_desk.write(me, "不做了")).text
    assert "已取消" in (await at_desk.write(me, "上级统一安排\n局长办公会同意")).text
    assert "没有规定占比" in (await at_desk.write(me, "/quotas")).text
    assert "共 2 行" in await _presses(at_desk, me, "🔄 刷新", "📅 年度计划")


@renders(
    *("task_kind", "task_special", "task_year", "task_ratios", "task_share", "task_parts", "task_methods"),
    *("task_mode", "task_direct", "task_lead", "task"),
)
async def test_a_task_is_built_with_every_choice_that_there_is(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = (TaskKind.UNTARGETED, TaskKind.TRIGGERED, TaskKind.SPECIAL)
    rules = changed(profiles.load("puyang"), "tasks", kinds=kinds)
    modes = (AssignmentMode.WITHIN_DEPARTMENT, AssignmentMode.DIRECT)
    rules = changed(rules, "inspectors", modes=modes, direct_for=(TaskKind.SPECIAL,))
    monkeypatch.setattr(profiles, "load", lambda _name: rules)
    story, me = at_desk.story, at_desk.story.coordinator
    async with story.step() as step:
        row = await step.get(Subject, story.county.subjects[0].id)
        row.tags, row.region = ["经营异常名录"], "<b>城关</b>&{{7*7}}" * 3
    await at_desk.write(me, "/new")
    await _presses(at_desk, me, "1️⃣ 选事项", "公示信息检查", "👍 选好了", "📐 比例", "列入经营异常名录的")
    assert "现在 1 户 → 1 户" in (await at_desk.write(me, "１户")).text
    await _presses(at_desk, me, "⬅️ 其他类别", "👍 定好了")
    assert "还没有这样的触发原因" in await _presses(at_desk, me, "⚙️ 更多", "🔁 年度限制")
    await _presses(at_desk, me, "⚡ 触发原因", "投诉举报")
    await at_desk.write(me, "<b>热线</b>")
    assert "请写日期" in (await at_desk.write(me, "上周")).text
    assert "不能晚于今天" in (await at_desk.write(me, "2026-11-21")).text
    assert "编号是什么" in (await at_desk.write(me, "2026年11月18日")).text
    await at_desk.write(me, "2026-0817")
    assert "<b>热线</b> · 11月18日 · 2026-0817" in _texts(at_desk, me)
    await _presses(at_desk, me, "⚙️ 更多", "🔁 年度限制")
    assert "也可抽：<i>再次</i>投诉" in (await at_desk.write(me, "<i>再次</i>投诉")).text
    assert "年度内抽查过的也可抽" not in await _presses(
        at_desk, me, "⚙️ 更多", "🔁 年度限制", "↩️ 恢复年度限制"
    )

    await _presses(
        at_desk, me, "2️⃣ 定范围", "区域", "<b>城关</b>&{{7*7}}", "🧹 清除区域", "<b>城关</b>", "名单", "经营"
    )
    await _presses(at_desk, me, "👍 选好了", "2️⃣ 定范围", "🧹 全部清除", "👍 选好了")
    await _presses(at_desk, me, "⚙️ 更多", "🏷 类型", "专项检查")
    assert "专项检查（上级<要求>）" in (await at_desk.write(me, "上级<要求>")).text
    assert "消防" in await _presses(at_desk, me, "⚙️ 更多", "👥 部门", "安澜消防", "➕", "👍 定好了")
    assert "实地核查、书面检查" in await _presses(at_desk, me, "⚙️ 更多", "🔎 方式", "书面检查")
    await _presses(at_desk, me, "👍 定好了", "⚙️ 更多", "🧭 选派", "直接选派", "陈知远")
    assert "理由：熟悉<情况>" in (await at_desk.write(me, "熟悉<情况>")).text
    card = await _presses(at_desk, me, "林晓棠", "何景行", "👍 定好了")
    assert "直接选派（熟悉<情况>）：" in card
    assert all(name in card for name in ("陈知远", "林晓棠", "何景行"))


@renders(
    *("witness_preview", "preview_confirmed", "witness_asked", "failure_why", "draw_failed", "witness_list"),
    *("contribution_words", "draw_progress", "draw_committed", "contribution_done", "draw_closed"),
    *("draw_closed_witness", "draw_opened_witness", "toast_dispatched", "beacon_name", "beacon_awaited"),
    *("beacon_what", "beacon_done", "beacon_second", "beacon_mismatch", "opening_asked", "witness_mine"),
)
async def test_a_draw_is_held_with_two_witnesses_a_public_source_and_two_openers_at_the_second_attempt(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = changed(profiles.load("puyang"), "draw", witnesses=2, opening_by_two=True)
    monkeypatch.setattr(profiles, "load", lambda _name: two)
    story = at_desk.story
    me, second, witness = story.coordinator, story.second, story.witness
    other = await _second_witness(at_desk)
    await story.plan(0, 2, ratio_bp=2000)

    await _fails_once(at_desk)
    await at_desk.write(witness, "/witness")
    assert "已确认 1/2" in await _presses(at_desk, witness, "👀 核对数量 · ", "👀 我已看过数量")
    assert "已全部确认" in await _presses(at_desk, other, "👀 我已看过数量")
    await at_desk.deliver()
    await at_desk.write(witness, "/witness")
    await at_desk.press(witness, "🎲 贡献随机数 · ")
    await at_desk.deliver()
    assert "见证人已贡献 1/2" in at_desk.phone(me).last.text
    await at_desk.press(other, "✏️ 我自己写")
    assert "&lt;6&gt;" in (await at_desk.write(other, "&lt;6&gt;")).text
    await at_desk.deliver()
    await _reads(at_desk, me, "3 1 4 1 5", "还要另一个人")
    await at_desk.press(me, "🎰 输入公布的结果")
    assert "另一个人" in (await at_desk.write(me, "3 1 4 1 5")).text
    await at_desk.write(me, "/cancel")
    await at_desk.deliver()
    await _reads(at_desk, second, "3 1 4 1 6", "不一致")
    await at_desk.deliver()
    await _reads(at_desk, me, "3,1,4,1,5", "还要另一个人")
    await _reads(at_desk, witness, "３ １ ４ １ ５", "随机数已经确定")
    await at_desk.deliver()
    assert "3 1 4 1 5" in at_desk.phone(other).last.text
    await at_desk.press(me, "📜 申请揭晓")
    await at_desk.deliver()
    await at_desk.press(me, "📜 确认揭晓")
    assert "不能由申请的人自己确认" in at_desk.phone(me).toasts[-1]
    card = await _presses(at_desk, second, "📜 确认揭晓")
    assert "已作废：<b>见证人生病</b>（未确认数量：" in card
    await at_desk.deliver()
    last = at_desk.phone(other).last.text
    assert "名单已揭晓" in last
    assert "&lt;6&gt;" in last  # as it was written
    await at_desk.write(other, "/witness")
    assert "3 1 4 1 5" in await _presses(at_desk, other, "📒 ")
    await at_desk.press(second, "📨 派发给检查人员")
    assert at_desk.phone(second).toasts[-1] == "已派发 3 户"


async def _second_witness(at_desk: Desk) -> Account:
    async with at_desk.story.step() as step:
        other = await people.appoint(step, "anlan", "郑一", [RoleName.WITNESS])
    at_desk.story.county.inspectors["郑一"] = other
    await at_desk.story.bind(other)
    return other


async def _fails_once(at_desk: Desk) -> None:
    """A draw with a public source whose first attempt is given up, and which another person begins again with another round."""
    me, second, witness = at_desk.story.coordinator, at_desk.story.second, at_desk.story.witness
    await at_desk.write(me, "/plan")
    await _presses(at_desk, me, "抽查", "⚙️ 更多", "🎰 公共随机源")
    assert "名称和期号，中间用空格" in (await at_desk.write(me, "排列5")).text
    assert "排列5 26301" in (await at_desk.write(me, "排列5　 26301")).text
    await at_desk.press(me, "🎲 冻结名单")
    await at_desk.deliver()
    assert "12 户中抽 3 户" in at_desk.phone(witness).last.text
    await at_desk.press(me, "🚫 作废这次抽取")
    assert "<b>见证人生病</b>" in (await at_desk.write(me, "<b>见证人生病</b>")).text
    await at_desk.write(second, "/plan")
    await _presses(at_desk, second, "抽查", "🎲 重新抽取")
    assert "第 1 次抽取已经约定过“排列5 26301”" in at_desk.phone(second).toasts[-1]
    await _presses(at_desk, second, "🎰 公共随机源")
    assert "排列5 26302" in (await at_desk.write(second, "排列5 26302")).text
    await at_desk.press(second, "🎲 重新抽取")
    await at_desk.deliver()


async def _reads(at_desk: Desk, who: Account, said: str, expected: str) -> None:
    """Somebody types what the public source said."""
    await at_desk.press(who, "🎰 输入公布的结果")
    assert expected in (await at_desk.write(who, said)).text


@renders(
    *("assignment", "recusal_reasons", "recusal_why", "recusal_done", "recused", "mate_changed"),
    *("place_candidates", "filling_why", "filling_done", "toast_accepted", "all_accepted", "visits"),
)
async def test_a_place_is_given_up_until_a_person_decides(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    visit = (await _dispatched(at_desk, 0, 2))[0]
    first, second = (await _holders(at_desk, visit))[1], None
    await _presses(at_desk, first, "🙅 申请回避", "近亲属")
    await at_desk.deliver()
    second = (await _holders(at_desk, visit))[1]
    await _presses(at_desk, second, "🙅 申请回避", "✏️ 其他，我来写")
    assert "已登记回避" in (await at_desk.write(second, "<s>亲戚</s>")).text
    await at_desk.deliver()
    assert "原因：<s>亲戚</s>" in at_desk.phone(me).last.text
    await at_desk.press(me, "👤 指定人员")
    await at_desk.press(me, at_desk.phone(me).last.buttons[0][0])
    assert "已指定" in (await at_desk.write(me, "本队没有<其他>人员")).text
    await at_desk.deliver()
    for holder in await _holders(at_desk, visit):
        await at_desk.write(holder, "/tasks")
        await _presses(at_desk, holder, "安澜县", "✅ 接受任务")
        assert at_desk.phone(holder).toasts[-1] == "已接受任务 👍"


@renders("question", "draft_left", "draft_review", "sentence", "record_submitted")
async def test_a_record_is_taken_down(at_desk: Desk) -> None:
    story = at_desk.story
    visit = (await _dispatched(at_desk, 0, 2))[0]
    recorder, _ = await story.accepted(visit)
    await at_desk.deliver()
    await _presses(at_desk, recorder, "📂 打开", "▶️ 开始检查", "💾 先存着", "▶️ 继续填写")
    await at_desk.send(recorder, sticker=STICKER)
    assert "请点下面的选项" in at_desk.phone(recorder).last.text
    await _answer_all(at_desk, recorder)
    await story.others_finish(visit)
    await at_desk.press(recorder, "9", bubble=_screen(at_desk, recorder))
    await _presses(at_desk, recorder, "📝 总览", "📤 提交记录")
    assert "记录已提交" in _texts(at_desk, recorder)


@renders(
    *("confirmation_asked", "confirmation", "photos_coming", "photos", "objection_why", "objection_done"),
    *("objected", "confirmation_done", "review_asked", "review", "return_why", "return_done", "returned"),
    *("reminder", "deadlines", "reviews", "review_done", "published"),
)
async def test_a_record_is_objected_to_returned_and_published(at_desk: Desk, clock: SetClock) -> None:
    me = at_desk.story.coordinator
    recorder, mate = await _submitted(at_desk, (await _dispatched(at_desk, 0))[0])
    await _presses(at_desk, mate, "📖 查看并核对", "📷 看照片")
    assert "照片马上发来" in at_desk.phone(mate).toasts[-1]
    await at_desk.press(mate, "✋ 有异议")
    await at_desk.write(mate, "<b>数目</b>不对")
    await at_desk.deliver()
    assert "<b>数目</b>不对" in at_desk.phone(recorder).last.text
    await _handed_in_again(at_desk, recorder, mate)
    await _presses(at_desk, me, "📖 查看并审核", "↩️ 退回")
    await at_desk.write(me, "照片<不>清楚")
    await at_desk.deliver()
    assert "照片<不>清楚" in at_desk.phone(recorder).last.text
    await _handed_in_again(at_desk, recorder, mate)

    clock.now = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)
    await scheduler.remind(at_desk.story.store)
    await at_desk.deliver()
    assert "今天是公示的最后一天" in _texts(at_desk, me)
    assert "审核检查记录" in await _presses(at_desk, me, "📂 ")
    for command, label in (("/deadlines", "🔄 刷新"), ("/reviews", "📖 ")):
        await at_desk.write(me, command)
        await at_desk.press(me, label)
    assert "已通过并公示" in await _presses(at_desk, me, "✅ 通过并公示")
    await at_desk.deliver()
    assert "检查结果已公示" in at_desk.phone(recorder).last.text


@renders("calendar_month", "calendar_day", "calendar_legend", "moved")
async def test_a_month_is_looked_through_and_a_deadline_in_it_moves(at_desk: Desk, clock: SetClock) -> None:
    me = at_desk.story.coordinator
    recorder, mate = await _submitted(at_desk, (await _dispatched(at_desk))[0])
    await _presses(at_desk, mate, "📖 查看并核对", "✅ 确认无误")
    clock.advance(days=3)  # a Monday: on a Sunday nobody is told
    async with at_desk.story.store.step() as step:
        await holidays.add_day(step, me.jurisdiction, date(2026, 12, 1), "<b>停工</b>")
    await at_desk.deliver()
    assert "2026年12月18日 → 2026年12月21日" in at_desk.phone(me).last.text
    assert "<b>停工</b>" in at_desk.phone(me).last.text

    for who in (me, recorder):
        await at_desk.write(who, "/calendar")
        assert "2026年11月" in _texts(at_desk, who)
        december = await at_desk.press(who, "12月 ▶")
        labels = december.rows
        assert labels[0] == list("一二三四五六日")
        assert {len(row) for row in labels[:-1]} == {7}
        assert {"休", "㉑", "18"} <= {label for row in labels for label in row}
        assert "21日 1 项" in december.text
        day = await at_desk.press(who, "㉑")
        assert "2026年12月21日" in day.text
        assert "20 个工作日" in day.text
        await at_desk.press(who, "📅 返回日历")
        await at_desk.press(who, "三")
        assert "放假" in at_desk.phone(who).toasts[-1]
        assert "暂定" in (await at_desk.press(who, "1月 ▶")).text
        assert "今" in [label for row in (await at_desk.press(who, "今天")).rows for label in row]
    witness = at_desk.story.witness
    assert "calendar" not in (await at_desk.write(witness, "/calendar")).text
    for data, said in (
        ("cal:day:20260230:0:", "失效"),
        ("cal:month:202613:0:", "没有 13 月"),
        ("cal:month:1:0:", "只能算"),
    ):
        await at_desk.send_data(me, data)
        assert said in at_desk.phone(me).toasts[-1]


async def _office(at_desk: Desk) -> Account:
    """Somebody of the joint office, who belongs to no department."""
    async with at_desk.story.step() as step:
        office = await people.appoint(step, "anlan", "联席办", [RoleName.SUPERVISOR])
    at_desk.story.county.inspectors["联席办"] = office
    await at_desk.story.bind(office)
    return office


@renders("deadlines", "deadlines_filter", "deadlines_kinds", "deadlines_whose")
async def test_deadlines_are_narrowed_and_turned(at_desk: Desk) -> None:
    story, me = at_desk.story, at_desk.story.coordinator
    first, second = (one.id for one in story.county.departments)
    recorder, mate = await _submitted(at_desk, (await _dispatched(at_desk))[0])
    await _presses(at_desk, mate, "📖 查看并核对", "✅ 确认无误")
    assert "🎉 没有未了的期限" in (await at_desk.write(story.county.inspectors["沈若木"], "/deadlines")).text
    assert "共 1 项" in (await at_desk.write(recorder, "⏰ 期限")).text
    assert "👥 谁的" not in str((await at_desk.press(recorder, "🔎 筛选")).rows)
    office = await _office(at_desk)
    await owe(story.store, date(2026, 11, 18), title="<b>季报</b>", department=first, number=7)
    await owe(
        story.store, date(2027, 1, 3), department=second, provisional=True, remind_on=date(2026, 12, 31)
    )
    await owe(story.store, date(2026, 11, 16), department=second, holder=me.id, done_on=date(2026, 11, 19))

    shown = await at_desk.write(office, "/deadlines")
    assert "共 9 项" in shown.text
    assert "🔴 逾期 2 个工作日" in shown.text
    shown = await at_desk.press(office, "▶️")
    assert "提前到 12月31日提醒" in shown.text
    assert "暂定：" in shown.text
    assert any(data.startswith("duty:open:") for _, data in shown.buttons)
    assert "逾期，7 项" in await _presses(at_desk, office, "🔴 逾期 7")
    assert "2/2" in str((await at_desk.press(office, "▶️")).rows)
    await at_desk.press(office, "🔎 筛选")
    assert "11月19日办结" in await _presses(at_desk, office, "最近办结 2")
    assert "最近办结 · 报送，1 项" in await _presses(at_desk, office, "🔎 筛选", "🏷 事项", "报送 1")
    assert "没有符合" in await _presses(at_desk, office, "🔎 筛选", "👥 谁的", "🙋 我经手的")
    await _presses(at_desk, office, "📋 全部", "🔎 筛选", "👥 谁的", "安澜消防 1")
    assert "谁的：安澜消防" in await _presses(at_desk, office, "🔎 筛选")
    await _presses(at_desk, office, "⬅️ 返回", "📋 全部")
    shown = await at_desk.press(office, "🔎 筛选")
    held = await _presses(at_desk, office, "👥 谁的", f"👤 {recorder.name} 1")
    assert f"未了 · {recorder.name}，1 项" in held
    await at_desk.send_data(office, "duty:list:0:0:all..p99999999999.0")
    assert "共 9 项" in at_desk.phone(office).last.text


@renders("deadlines_weeks", "feed", "feed_link", "feed_page")
async def test_the_weeks_ahead_are_looked_at_and_subscribed_to(at_desk: Desk) -> None:
    story, me = at_desk.story, at_desk.story.coordinator
    first, second = (one.id for one in story.county.departments)
    office = await _office(at_desk)
    await owe(story.store, date(2026, 11, 18), department=first, number=7)
    await owe(story.store, date(2026, 12, 18), department=first)
    await owe(story.store, date(2026, 12, 31), department=second)
    await at_desk.write(office, "/deadlines")
    weeks = await _presses(at_desk, office, "📊 按周看")
    assert "逾期　🟥🟥🟥🟥🟥🟥 7\n" in weeks
    assert "· 安澜市监　8 项，逾期 7" in weeks
    assert "· 安澜消防　1 项" in weeks
    await at_desk.press(office, "🌐 在网页上看")
    assert "HTTPS" in at_desk.phone(office).toasts[-1]
    at_desk.root["public_url"] = "https://gongshi.example"
    shown = await at_desk.press(office, "🌐 在网页上看")
    assert "链接 2026年11月21日" in shown.text
    await _presses(at_desk, office, "⬅️ 返回", "⬅️ 返回期限")

    await at_desk.write(me, "/deadlines")
    assert "webcal://gongshi.example/feed/" in await _presses(at_desk, me, "📲 订阅日历", "🔗 生成订阅链接")
    assert "手机还没有取过" in await _presses(at_desk, me, "⬅️ 返回期限", "📲 订阅日历")
    assert "webcal://" in await _presses(at_desk, me, "🔁 换一个新链接")
    assert "订阅已停用" in await _presses(at_desk, me, "⬅️ 返回期限", "📲 订阅日历", "🚫 停用订阅")
    await at_desk.send_data(me, "duty:feed_end:0:0:")
    assert "不用停用" in at_desk.phone(me).toasts[-1]
    for data in ("duty:list:0:0:x", "duty:list:0:0:all.x..0", "duty:kinds:0:0:never...0"):
        await at_desk.send_data(me, data)
        assert "旧的按钮" in at_desk.phone(me).toasts[-1]
    await at_desk.write(story.witness, "/help")
    await at_desk.send_data(story.witness, "duty:list:0:0:")
    assert "您的角色" in at_desk.phone(story.witness).toasts[-1]


async def _handed_in_again(at_desk: Desk, recorder: Account, mate: Account) -> None:
    await at_desk.press(recorder, "📝 去修改")
    await _hand_in(at_desk, recorder)
    await _presses(at_desk, mate, "📖 查看并核对", "✅ 确认无误")
    await at_desk.deliver()


@renders("drafts", "question")
async def test_several_open_records_are_offered(at_desk: Desk) -> None:
    story = at_desk.story
    chen = story.county.inspectors["陈知远"]
    teams = {visit: await _holders(at_desk, visit) for visit in await _dispatched(at_desk, ratio_bp=10000)}
    shared = [visit for visit, team in teams.items() if chen.id in {account.id for account in team}]
    for visit in shared[:2]:
        await story.accepted(visit)
        await story.begin(visit, chen)
    await at_desk.write(chen, "/resume")
    assert "没填完的记录（2）" in _texts(at_desk, chen)
    await at_desk.press(chen, "📝 <b>安澜县")


@renders("no_photos")
async def test_a_record_without_photos_says_so(at_desk: Desk) -> None:
    """A check of papers needs none."""
    story = at_desk.story
    visit = (await _dispatched(at_desk))[0]
    recorder, mate = await story.accepted(visit)
    await story.begin(visit, recorder)
    await at_desk.write(recorder, "/resume")
    await _presses(at_desk, recorder, "✅ 实地", "▫️ 书面", "👍 完成")
    while not _screen(at_desk, recorder).text.startswith("📝 总览"):
        labels = [label for label, _ in _screen(at_desk, recorder).buttons]
        usual = ("跳过", *USUAL)  # photos are optional here
        label = next(
            (one for one in usual if any(one in known for known in labels)), f"{_screen(at_desk, recorder)}"
        )
        await at_desk.press(recorder, label)
    await at_desk.press(recorder, "📤 提交记录")
    await at_desk.deliver()
    await _presses(at_desk, mate, "📖 查看并核对", "📷 看照片")
    assert at_desk.phone(mate).toasts[-1] == "没有照片。"


@renders("undelivered", "toast_again")
async def test_what_did_not_arrive_is_decided_about(at_desk: Desk) -> None:
    story = at_desk.story
    me = story.coordinator
    for state in (OutboxState.UNCERTAIN, OutboxState.DEAD, OutboxState.UNREACHABLE):
        async with story.step() as step:
            account = await step.get(Account, story.witness.id)
            row = await mail.post(step, account, "draw", Message("信"))
            assert row is not None
            row.state = state
    assert "不确定是否送达" in (await at_desk.write(me, "/undelivered")).text
    await at_desk.press(me, "🔁 再发")
    assert at_desk.phone(me).toasts[-1] == "已重新发送"
    assert "通知都已送达" in await _presses(at_desk, me, "✓ 已知悉", "✓ 已知悉")


@renders("checkpoint", "checkpoints")
async def test_a_witness_is_shown_again_which_checkpoints_they_keep(at_desk: Desk, clock: SetClock) -> None:
    me, witness = at_desk.story.coordinator, at_desk.story.witness
    assert "还没有发给您的校验码" in (await at_desk.write(witness, "/checkpoints")).text
    clock.now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert await scheduler.checkpoint(at_desk.story.store) == 1
    await at_desk.deliver()
    (kept,) = checkpoints.read(at_desk.phone(witness).last.text)
    again = (await at_desk.write(witness, "🔗 校验码")).text
    assert "您保存的记录链校验码" in again
    assert checkpoints.read(again) == (kept,)
    assert "没有看懂" in (await at_desk.write(me, "/checkpoints")).text
    assert "校验码" not in _texts(at_desk, me)


@renders("proof_asks", "proof_link")
async def test_a_company_gets_its_proof_from_the_inspector_and_from_the_coordinator(at_desk: Desk) -> None:
    story = at_desk.story
    (visit,) = await _dispatched(at_desk)
    recorder, _ = await story.accepted(visit)
    await at_desk.send_data(recorder, f"visit:proof:{visit}:0:")
    assert "检查还没有开始" in at_desk.phone(recorder).toasts[-1]
    await story.begin(visit, recorder)
    await at_desk.send_data(recorder, f"visit:open:{visit}:0:")
    await at_desk.press(recorder, "给企业看抽取证明")
    bubbles = list(at_desk.phone(recorder).bubbles.values())
    assert any(
        "给企业看抽取证明" in label for label, _ in bubbles[-2].buttons
    )  # the one that was pressed stays
    assert "出示二维码" in bubbles[-1].text
    await at_desk.write(story.coordinator, "/plan")
    await at_desk.press(story.coordinator, "2026年公示信息抽查")
    shown = await at_desk.press(story.coordinator, "我在名单里吗")
    assert "请发企业名称里的几个字" in shown.text
    assert "名录库里没有" in (await at_desk.write(story.coordinator, "没有这一家")).text
    shown = await at_desk.write(story.coordinator, "安澜县")
    assert "符合的超过 8 家" in shown.text
    await at_desk.write(story.coordinator, "云上人家")
    shown = await at_desk.press(story.coordinator, "云上人家")
    assert "打开后只显示链接有效" in shown.text
    assert await at_desk.press(story.coordinator, "返回任务")
