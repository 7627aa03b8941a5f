"""Talks about who takes what down: two departments at once, the pen that goes to a colleague, and several drafts of one person."""

from datetime import UTC, datetime

from sqlmodel import select

import scheduler
from models.people import Account
from models.registers import Recusal
from rules.forms.event import Choice, Give
from tests.conftest import SetClock
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    _answer_all,
    _dispatched,
    _presses,
    _screen,
    _texts,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)

SHOWN = "base/arrival/certificate_shown"


async def _joint(at_desk: Desk) -> tuple[int, Account, Account]:
    """A visit of two departments that the leader has begun on their phone."""
    story = at_desk.story
    visit = (await _dispatched(at_desk, 0, 2))[0]
    leader, other = await story.accepted(visit)
    await at_desk.deliver()
    await _presses(at_desk, leader, "📂 打开", "▶️ 开始检查")
    await at_desk.deliver()
    return visit, leader, other


@renders("portion_begun", "portion_done", "portions_done", "question", "trace", "assignment")
async def test_two_departments_take_theirs_down_on_their_own_phones(at_desk: Desk) -> None:
    visit, leader, other = await _joint(at_desk)
    assert "请填写本部门部分" in at_desk.phone(other).last.text
    shown = await at_desk.press(other, "📝 填写本部门部分")
    assert "👥 安澜市监 0/" in _screen(at_desk, other).text
    assert "疏散通道" in _screen(at_desk, other).text, shown
    await at_desk.press(leader, "👍 完成")
    assert "👥 安澜消防 0/" in _screen(at_desk, leader).text
    await at_desk.press(other, "畅通")
    assert "👥 安澜市监 1/" in _screen(at_desk, other).text

    await _answer_all(at_desk, leader)
    await at_desk.press(leader, "📤 提交记录")
    assert "还有部门没有填完：安澜消防" in at_desk.phone(leader).toasts[-1]
    await _answer_all(at_desk, other)
    assert "已完成" not in _screen(at_desk, other).text
    done = await at_desk.press(other, "✅ 本部门部分填完了")
    assert "各部门都填完了" in done.text
    await at_desk.deliver()
    assert "其他部门都填完了" in at_desk.phone(leader).last.text
    await at_desk.press(leader, "📤 打开记录")
    assert "👥 安澜消防 已完成" in _screen(at_desk, leader).text
    await at_desk.write(other, "/tasks")
    card = await at_desk.press(other, "📝 ")
    assert "安澜消防 已完成" in card.text

    await at_desk.press(leader, "📤 提交记录", bubble=_screen(at_desk, leader))
    assert "记录已提交" in _texts(at_desk, leader)
    await at_desk.press(other, "📝 打开修改")
    assert "提交，不能再改" in at_desk.phone(other).toasts[-1]
    assert (await at_desk.story.inspection(visit)).submitted_at is not None


@renders("portion_reopened", "sentence")
async def test_whoever_writes_for_a_question_that_has_gone_sees_where_they_are(at_desk: Desk) -> None:
    story = at_desk.story
    visit, leader, other = await _joint(at_desk)
    await at_desk.press(other, "📝 填写本部门部分")
    await at_desk.press(other, "畅通")
    await at_desk.press(leader, "👍 完成")
    await story.take(visit, leader, Give(SHOWN, Choice("nobody")))

    await at_desk.write(other, "2")
    assert "现在不用填了" in _texts(at_desk, other)
    assert "📝 总览" in _screen(at_desk, other).text
    await at_desk.press(other, "✅ 本部门部分填完了")
    await story.take(visit, leader, Give(SHOWN, Choice("yes")))
    await at_desk.deliver()
    assert "又有要填的题" in at_desk.phone(other).last.text
    await at_desk.press(other, "📝 去补填")
    assert "安全出口有几个" in _screen(at_desk, other).text
    # An album that comes too late is refused once, a position and an old button likewise.
    await story.take(visit, leader, Give(SHOWN, Choice("nobody")))
    old = next(data for label, data in _screen(at_desk, other).buttons if "总览" in label)
    await at_desk.send(other, location={"latitude": 35.7, "longitude": 115.0})
    await story.take(visit, leader, Give(SHOWN, Choice("yes")))
    await at_desk.send_data(other, old)
    assert "旧的按钮" in at_desk.phone(other).toasts[-1]


@renders("pen_why", "pen_taken", "pen_given", "pen_passed", "portion_look", "assignment")
async def test_the_pen_goes_to_a_colleague_and_back(at_desk: Desk) -> None:
    story = at_desk.story
    visit = (await _dispatched(at_desk))[0]
    recorder, mate = await story.accepted(visit)
    await at_desk.deliver()
    await _presses(at_desk, recorder, "📂 打开", "▶️ 开始检查", "👍 完成")

    await at_desk.write(mate, "/tasks")
    card = await at_desk.press(mate, "📝 ")
    assert recorder.name in card.text
    assert "实地核查" in (await at_desk.press(mate, "👀 看记录")).text
    await _presses(at_desk, mate, "🔄 刷新", "📂 返回任务", "✍️ 我来记", "↩️ 不换了", "✍️ 我来记", "手机没电")
    assert "出示执法证件" in _screen(at_desk, mate).text
    await at_desk.deliver()
    assert "已接过记录" in at_desk.phone(recorder).last.text
    await at_desk.write(recorder, "写在别人后面")
    assert "同行人员已经在填写" in at_desk.phone(recorder).last.text

    await at_desk.write(mate, "/tasks")
    await _presses(at_desk, mate, "📝 ", "✍️ 请", "✏️ 其他原因")
    given = await at_desk.write(mate, "<i>先走</i>")
    assert "接着记录，已填的都在" in given.text
    await at_desk.deliver()
    assert "原因：<i>先走</i>" in at_desk.phone(recorder).last.text
    await at_desk.press(recorder, "📝 接着填写")
    assert "出示执法证件" in _screen(at_desk, recorder).text
    for made_up in (f"pen:pass:{visit}:0:4711.0", f"pen:pass:{visit}:0:1.x", f"pen:why:{visit}:0:x"):
        await at_desk.send_data(mate, made_up)
        assert at_desk.phone(mate).toasts[-1]
    assert len(await story.mail(kind="pen_passed")) == 2


@renders("drafts", "draft_paused")
async def test_of_several_drafts_words_go_where_the_screen_says(at_desk: Desk) -> None:
    story = at_desk.story
    chen = story.county.inspectors["陈知远"]
    visits = []
    for visit in await _dispatched(at_desk, ratio_bp=10000):
        if chen.id in {account.id for _, account in await story.team(visit)}:
            visits.append(visit)
            await story.accepted(visit)
            await story.begin(visit, chen)
    first, second, *_ = reversed(visits)
    for visit in (second, first):
        await story.press(visit, chen, "done")
        await story.press(visit, chen, "choose", 0)
    await at_desk.write(chen, "/resume")
    assert f"没填完的记录（{len(visits)}）" in _texts(at_desk, chen)
    one = _screen(at_desk, chen)
    await at_desk.send_data(chen, f"rec:resume:{second}:0:")
    two = _screen(at_desk, chen)
    assert two.number != one.number
    paused = at_desk.phone(chen).bubbles[one.number]
    assert "现在发的文字、照片和位置，都记到" in paused.text
    assert [label for label, _ in paused.buttons] == ["▶️ 接着填这一份"]

    # What is sent goes to the one on the screen; a button of the other one makes that the one.
    place = {"latitude": 35.7, "longitude": 115.0}
    await at_desk.send(chen, location=place)
    assert "base/arrival/position" in (await story.look(second)).draft.answers
    assert "base/arrival/position" not in (await story.look(first)).draft.answers
    await at_desk.press(chen, "▶️ 接着填这一份", bubble=at_desk.phone(chen).bubbles[one.number])
    await at_desk.send(chen, location=place)
    assert "base/arrival/position" in (await story.look(first)).draft.answers


@renders("idle", "idle_led")
async def test_a_draft_that_nobody_touches_is_brought_back_to_mind(at_desk: Desk, clock: SetClock) -> None:
    story = at_desk.story
    visit = (await _dispatched(at_desk))[0]
    recorder, _ = await story.accepted(visit)
    await story.begin(visit, recorder)
    await at_desk.deliver()
    clock.now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert await scheduler.awaken(story.store) == 1
    await at_desk.deliver()
    assert "还没有填完" in at_desk.phone(recorder).last.text
    await at_desk.press(recorder, "📝 ")
    assert "核查方式" in _screen(at_desk, recorder).text
    clock.now = datetime(2026, 11, 26, 2, tzinfo=UTC)
    assert await scheduler.awaken(story.store) == 1  # it was looked at, and that is a touch
    clock.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert await scheduler.awaken(story.store) == 2
    await at_desk.deliver()
    assert "一直没有人填" in at_desk.phone(story.coordinator).last.text


@renders("relief_why", "relief_who", "relief_done", "recused", "recusal_reasons", "mate_changed")
async def test_somebody_who_cannot_go_is_replaced_by_the_draw_and_the_draft_stays(
    at_desk: Desk, clock: SetClock
) -> None:
    story = at_desk.story
    visit = (await _dispatched(at_desk))[0]
    recorder, mate = await story.accepted(visit)
    await story.begin(visit, recorder)
    await at_desk.deliver()
    await _presses(at_desk, recorder, "📂 打开", "🙅 申请回避", "🤒 没有利害关系", "突发疾病")
    assert "另行安排" in _texts(at_desk, recorder)
    await at_desk.deliver()
    told = _texts(at_desk, story.coordinator)
    assert ("不能参加" in told, "原因：突发疾病" in told) == (True, True)
    async with story.store.reading() as session:
        assert (await session.exec(select(Recusal))).all() == []

    # The mate does not react: the coordinators are told in the end, and give the place to another.
    (fresh,) = [one for _, one in await story.team(visit) if one.id != mate.id]
    await story.accept(visit, fresh)
    await story.begin(visit, fresh)
    await story.press(visit, fresh, "done")
    for day in (24, 26):
        clock.now = datetime(2026, 11, day, 2, tzinfo=UTC)
        await scheduler.awaken(story.store)
        await at_desk.deliver()
    me = story.coordinator
    await _presses(at_desk, me, "👤 换人", f"👤 {fresh.name}"[:12], "与其他公务冲突")
    after = [one.id for _, one in await story.team(visit)]
    assert (mate.id in after, fresh.id in after) == (True, False)
    for who, data in ((mate, f"pen:who:{visit}:0:"), (fresh, f"pen:relieve:{visit}:0:1.0")):
        await at_desk.send_data(who, data)
        assert at_desk.phone(who).toasts[-1]
    (portion,) = await story.portions(visit)
    assert portion.recorder_id is None
    assert (await story.look(visit)).draft.answers == {"base/arrival/methods": ["on_site"]}
