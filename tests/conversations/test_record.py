"""Taking the record down: what a thumb does by accident leaves the draft right and says one sentence."""

import pytest
from sqlmodel import select

from bot.demo.thumb import Type, answer, photos, press, screen_of
from models.inspections import Answer, Evidence
from tests.conversations.acting import MOVES, begun, by_one_department, picture
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The steps are held on both databases in tests/services; the main job is acted on both."""

TOO_BIG = 21 * 1024 * 1024


@pytest.fixture(autouse=True)
async def one_department(stage: Stage) -> None:
    await by_one_department(stage)


async def test_wrong_kinds_of_answers_get_one_sentence_and_change_nothing(stage: Stage) -> None:
    visit = await begun(stage)
    recorder = visit.recorder
    await answer(recorder, MOVES, until="门头和现场照片")
    before = await visit.answers()
    await recorder.say("已经拍了")
    await recorder.wait_for("照片")
    await answer(recorder, MOVES, until="灭火器有几具")
    before = await visit.answers()
    for act in (
        recorder.send_photos([picture(40)]),
        recorder.send_sticker("👍"),
        recorder.send_voice(b"OggS"),
        recorder.send_location(35.7, 115.0),
        recorder.say("好几个"),
    ):
        await act
        await recorder.wait_for("整数")
    assert await visit.answers() == before
    shown = screen_of(recorder)
    assert shown is not None
    assert "灭火器有几具" in shown.text


async def test_a_date_in_the_future_is_refused_by_the_forms_own_sentence(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="维护日期")
    await visit.recorder.say("2027-01-01")
    await visit.recorder.wait_for("不能晚于今天")
    await visit.recorder.say("不记得了")
    await visit.recorder.wait_for("日期")
    assert "serviced_on" not in await visit.answers()


async def test_a_file_that_is_too_big_or_no_picture_is_refused(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="门头和现场照片")
    await visit.recorder.send_file(bytes(TOO_BIG), "shop.jpg", mime="image/jpeg")
    await visit.recorder.wait_for("超过 20 MB")
    await visit.recorder.send_file(b"%PDF-1.7", "shop.pdf", mime="application/pdf")
    await visit.recorder.wait_for("只收照片")
    async with stage.store.reading() as session:
        assert (await session.exec(select(Evidence))).all() == []


async def test_an_album_of_ten_is_ten_pieces_of_evidence_and_one_answer(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="门头和现场照片")
    await visit.recorder.send_photos([picture(shade) for shade in range(10)])
    await visit.recorder.wait_for("已收到 10 张")

    def one_screen() -> bool | None:
        asked = [m for m in visit.recorder.messages if m.from_bot and "门头和现场照片" in m.text]
        return True if len(asked) == 1 else None

    await visit.recorder.wait_until(one_screen, "one screen, the earlier one taken away")
    photos = (await visit.answers())["arrival_photos"]
    assert isinstance(photos, list)
    assert len(photos) == 10
    async with stage.store.reading() as session:
        assert len((await session.exec(select(Evidence))).all()) == 10


async def test_an_album_for_the_wrong_question_gets_one_sentence(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="安全出口有几个")
    await visit.recorder.send_photos([picture(shade) for shade in range(4)])
    await visit.recorder.wait_for("整数")
    await visit.recorder.say("2")
    await visit.recorder.wait_for("锁闭")
    sentences = [m for m in visit.recorder.messages if m.from_bot and "这一题要填整数" in m.text]
    assert len(sentences) == 1


async def test_files_and_photos_count_together_and_the_same_file_once(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="门头和现场照片")
    await visit.recorder.send_photos([picture(1)], as_file=True)
    await visit.recorder.wait_for("已收到 1 张")
    await visit.recorder.send_photos([picture(2)])
    await visit.recorder.wait_for("已收到 2 张")
    await visit.recorder.send_photos([picture(1)], as_file=True)
    await visit.recorder.wait_for("已收到 2 张")
    async with stage.store.reading() as session:
        kinds = sorted(one.kind for one in (await session.exec(select(Evidence))).all())
    assert kinds == ["document", "photo"]


async def test_the_last_photo_can_be_taken_away(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="门头和现场照片")
    await visit.recorder.send_photos([picture(1), picture(2)])
    await visit.recorder.wait_for("已收到 2 张")
    await visit.recorder.press("删掉最后一张")
    await visit.recorder.wait_for("已收到 1 张")
    photos = (await visit.answers())["arrival_photos"]
    assert isinstance(photos, list)
    assert len(photos) == 1


async def test_an_old_screens_button_brings_the_current_screen_back(stage: Stage) -> None:
    visit = await begun(stage)
    recorder = visit.recorder
    await answer(recorder, MOVES, until="出示执法证件")
    old = screen_of(recorder)
    assert old is not None
    pressed = next(button.data for row in old.buttons for button in row if "已出示" in button.text)
    await recorder.press("已出示")
    await recorder.wait_for("到场位置")
    revision = (await visit.inspection()).revision
    # The client sends what an old screen held, although the message shows another question by now.
    await recorder.forge(pressed or "", message=old.number)
    await recorder.wait_for_toast("旧的按钮")
    assert (await visit.inspection()).revision == revision


async def test_somebody_elses_buttons_do_nothing(stage: Stage) -> None:
    visit = await begun(stage)
    shown = screen_of(visit.recorder)
    assert shown is not None
    data = next(button.data for row in shown.buttons for button in row if "完成" in button.text)
    before = await visit.answers()
    outsider = next(
        name for name in stage.county.inspectors if name not in {visit.recorder.name, visit.mate.name}
    )
    person = await stage.person(stage.county.inspectors[outsider])
    await person.tap("📋 我的任务")
    list_ = await person.wait_for("没有待办")
    await person.forge(data or "", message=list_.number)
    await person.wait_for_toast("不是给您的")
    await visit.mate.tap("📋 我的任务")
    own = await visit.mate.wait_for("我的检查任务")
    await visit.mate.forge(data or "", message=own.number)
    await visit.mate.wait_for_toast("同行人员已经在填写")
    assert await visit.answers() == before


async def test_two_quick_taps_count_once(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="出示执法证件")
    shown = screen_of(visit.recorder)
    assert shown is not None
    await visit.recorder.press("已出示", message=shown.number)
    await visit.recorder.wait_for("到场位置")
    async with stage.store.reading() as session:
        rows = (
            await session.exec(select(Answer).where(Answer.question == "base/arrival/certificate_shown"))
        ).all()
    assert len(rows) == 1


async def test_back_review_and_change_keep_every_earlier_answer(stage: Stage) -> None:
    visit = await begun(stage)
    recorder = visit.recorder
    await answer(recorder, MOVES, until="灭火器有几具")
    await recorder.press("上一题")
    await recorder.wait_for("净宽")
    await recorder.press("上一题")
    await recorder.wait_for("锁闭")
    await recorder.press("📝 总览")
    review = await recorder.wait_for("总览")
    assert "处没有填好" in review.text
    number = next(line.split(".")[0] for line in review.text.splitlines() if "安全出口有几个" in line)
    target = next(button.data for row in review.buttons for button in row if button.text == number)
    await recorder.press(data=target)
    await recorder.wait_for("当前：2")
    await recorder.say("３个")
    await recorder.wait_for("灭火器有几具")
    assert (await visit.answers())["exits"] == 3
    async with stage.store.reading() as session:
        rows = (await session.exec(select(Answer))).all()
    exits = [row for row in rows if row.question.endswith("/exits")]
    assert [row.value for row in exits] == [2, 3]
    assert exits[0].superseded_at is not None


async def test_leaving_and_resuming_shows_the_same_question_below(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="出示执法证件")
    await visit.recorder.press("先存着")
    await visit.recorder.wait_for("已保存")
    await visit.recorder.say("/resume")
    shown = await visit.recorder.wait_for("出示执法证件")
    assert shown.number == max(message.number for message in visit.recorder.messages)


async def test_handing_in_an_unfinished_record_leads_to_what_is_missing(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="疏散通道")
    await visit.recorder.press("📝 总览")
    await visit.recorder.press("提交记录")
    await visit.recorder.wait_for("疏散通道")
    await visit.recorder.wait_for_toast("没有填")
    assert (await visit.inspection()).submitted_at is None


async def test_no_problem_excludes_every_other_result(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="“未发现问题”单独选")
    shown = screen_of(visit.recorder)
    assert shown is not None
    await visit.recorder.press("发现问题已责令改正", message=shown.number)
    await visit.recorder.wait_for(button="✅ 发现问题已责令改正")
    await visit.recorder.press("未发现问题", message=shown.number)
    now = await visit.recorder.wait_for(button="✅ 未发现问题")
    assert not any(label.startswith("✅ 发现问题已责令改正") for label in now.labels)


async def test_commands_in_the_middle_lose_nothing(stage: Stage) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, MOVES, until="灭火器有几具")
    before = await visit.answers()
    for command in ("/tasks", "/help", "/start", "/nonsense"):
        await visit.recorder.say(command)
        await visit.recorder.wait_for()
    assert await visit.answers() == before
    await visit.recorder.say("/resume")
    await visit.recorder.wait_for("灭火器有几具")


@pytest.mark.parametrize("skipped", ["备注", "维护日期"])
async def test_optional_questions_can_be_skipped_and_required_ones_cannot(stage: Stage, skipped: str) -> None:
    visit = await begun(stage)
    await answer(visit.recorder, {**MOVES, skipped: press("跳过")})
    review = screen_of(visit.recorder)
    assert review is not None
    assert "全部填好了" in review.text


async def test_no_problem_overall_contradicts_a_problem_in_an_item(stage: Stage) -> None:
    visit = await begun(stage)
    moves = {
        **MOVES,
        "发现了什么问题": Type("未公示年报"),
        "怎样处置": press("当场改正"),
        "现场照片": photos([picture(5)]),
        "是否发现问题": press("是"),
        "门头和现场照片": photos([picture(1)]),
    }
    moves = {"门头和现场照片": moves.pop("门头和现场照片"), **moves}
    await answer(visit.recorder, moves)
    await visit.recorder.press("提交记录")
    await visit.recorder.wait_for_toast("分项记录里写了发现问题")
    assert (await visit.inspection()).submitted_at is None
