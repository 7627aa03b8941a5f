"""Conversations about the subject's signature: the link, the paper, the reason why there is none."""

from sqlmodel import select

from models.people import Account
from models.results import Result
from rules.profile.terms import Signer
from services import signatures
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    STICKER,
    _answer_all,
    _dispatched,
    _presses,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)

NAME = [[[100, 100], [400, 200], [420, 380]]]


async def _handed_in(at_desk: Desk) -> tuple[Account, Account]:
    """A record that was handed in on the phone, nothing said of its signature: whoever did, and the other one."""
    visit = (await _dispatched(at_desk, 0, 2))[0]
    recorder, mate = await at_desk.story.accepted(visit)
    await at_desk.story.begin(visit, recorder)
    await at_desk.story.others_finish(visit)
    await at_desk.write(recorder, "/resume")
    await _answer_all(at_desk, recorder)
    shown = await at_desk.press(recorder, "📤 提交记录")
    assert "请被检查单位在这份记录上签字" in shown.text
    await at_desk.deliver()
    return recorder, mate


async def _result(at_desk: Desk) -> Result:
    async with at_desk.story.store.reading() as session:
        return (await session.exec(select(Result))).one()


@renders("signature", "signature_link", "signature_given", "signature_missing", "confirmation_done")
async def test_a_record_is_signed_on_the_phone(at_desk: Desk) -> None:
    story = at_desk.story
    recorder, mate = await _handed_in(at_desk)
    done = await _presses(at_desk, mate, "📖 查看并核对", "✅ 确认无误")
    assert "还没有被检查单位的签字" in done
    await at_desk.deliver()
    assert "还缺被检查单位的签字" in at_desk.phone(recorder).last.text
    await _presses(at_desk, story.coordinator, "📖 查看并审核", "✅ 通过并公示", "⬅️ 待审核列表")
    assert "还没有被检查单位的签字" in at_desk.phone(story.coordinator).toasts[-1]
    shown = await at_desk.press(recorder, "✍️ 去补")
    assert "还没有被检查单位的签字" in shown.text
    shown = await at_desk.press(recorder, "📱 在手机上签")
    assert "只能签一次，2 小时内有效" in shown.text
    result = await _result(at_desk)
    async with story.step(recorder) as step:
        token = await signatures.link(step, result.id)
    async with story.step() as step:
        await signatures.sign(
            step,
            token,
            record_sha256=result.record_sha256,
            signer=Signer.LEGAL_REPRESENTATIVE,
            name="<b>某人</b>",
            strokes=NAME,
        )
    await at_desk.deliver()
    assert "<b>某人</b>（法定代表人（负责人））" in at_desk.phone(recorder).last.text
    assert "已在手机上签字：<b>某人</b>" in await _presses(at_desk, recorder, "🔄 签好了")
    assert "已在手机上签字" in await _presses(at_desk, story.coordinator, "📖 ")
    assert "已通过并公示" in await _presses(at_desk, story.coordinator, "✅ 通过并公示")


@renders("signature_paper")
async def test_a_record_is_signed_on_paper(at_desk: Desk) -> None:
    recorder, _ = await _handed_in(at_desk)
    assert "是谁签的" in await _presses(at_desk, recorder, "📄 签在纸上")
    assert "抄下记录指纹" in await _presses(at_desk, recorder, "🖊 授权人")
    assert "请发签字页的照片" in (await at_desk.write(recorder, "签好了")).text
    await at_desk.send(recorder, sticker=STICKER)
    await at_desk.photo(recorder, "page-1")
    assert "已收到 1 张，授权人签字" in at_desk.phone(recorder).last.text
    await at_desk.photo(recorder, "page-2")
    assert "已签在纸上：授权人，照片 2 张" in await _presses(at_desk, recorder, "👍 完成")
    await at_desk.write(recorder, "/tasks")
    assert "照片 2 张" in await _presses(at_desk, recorder, "📤", "✍️ 被检查单位签字")
    await _presses(at_desk, recorder, "📄 补拍一页")


@renders("signature_why", "signature_witness")
async def test_why_nobody_signs_is_said_with_or_without_a_witness(at_desk: Desk) -> None:
    recorder, mate = await _handed_in(at_desk)
    assert "原因必须注明" in await _presses(at_desk, recorder, "🚫 没有签字")
    assert "2 到 200" in (await at_desk.write(recorder, "不")).text
    assert "原因：不<肯>签" in (await at_desk.write(recorder, "不<肯>签")).text
    assert "没有签字：不<肯>签（见证人：社区<某>）" in (await at_desk.write(recorder, "社区<某>")).text
    shown = await at_desk.press(mate, "📖 查看并核对")
    assert "没有签字：不<肯>签" in shown.text
    await at_desk.press(mate, "✅ 确认无误")
    await at_desk.deliver()
    assert "没有签字：不<肯>签" in await _presses(at_desk, at_desk.story.coordinator, "📖 查看并审核")


async def test_an_old_button_about_a_witness_signs_nothing(at_desk: Desk) -> None:
    recorder, _ = await _handed_in(at_desk)
    await _presses(at_desk, recorder, "🚫 没有签字", "现场无人")
    result = await _result(at_desk)
    await at_desk.press(recorder, "⬅️ 返回")
    for data in (f"sign:alone:{result.id}:0:", f"sign:why:{result.id}:0:99", f"sign:role:{result.id}:0:99"):
        await at_desk.send_data(recorder, data)
        assert at_desk.phone(recorder).toasts[-1]
    async with at_desk.story.store.reading() as session:
        assert await signatures.of_result(session, result.id) is None
