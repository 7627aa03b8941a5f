"""The second inspector's word, the reviewer's word, and what becomes public."""

import pytest
from sqlmodel import select

from models.inspections import Confirmation, InspectionState, Verdict
from models.people import Role, RoleName
from models.results import Publication, Result, Review
from tests.conversations.acting import by_one_department, confirmed, submitted, unsigned
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The steps are held on both databases in tests/services; the main job is acted on both."""


@pytest.fixture(autouse=True)
async def one_department(stage: Stage) -> None:
    await by_one_department(stage)


async def test_an_objection_goes_back_with_its_reason_and_the_next_version_is_confirmed(stage: Stage) -> None:
    visit = await submitted(stage)
    await visit.mate.press("查看并核对")
    await visit.mate.press("有异议")
    await visit.mate.wait_for("写明哪里不对")
    await visit.mate.say("灭火器是 5 具")
    await visit.mate.wait_for("已退给填写人")
    await visit.recorder.wait_for("灭火器是 5 具")
    await visit.recorder.press("去修改")
    review = await visit.recorder.wait_for("总览")
    number = next(line.split(".")[0] for line in review.text.splitlines() if "灭火器有几具" in line)
    await visit.recorder.press(
        data=next(button.data for row in review.buttons for button in row if button.text == number)
    )
    await visit.recorder.wait_for("当前：4")
    await visit.recorder.say("5")
    await visit.recorder.wait_for("总览")
    await visit.recorder.press("提交记录")
    await visit.recorder.wait_for("记录已提交")
    await visit.mate.press("查看并核对")
    record = await visit.mate.wait_for("灭火器有几具？　5")
    await visit.mate.press("确认无误", message=record.number)
    await visit.mate.wait_for("检查结果已经产生")
    async with stage.store.reading() as session:
        said = (await session.exec(select(Confirmation).order_by(Confirmation.id))).all()  # type: ignore[arg-type]  # a column, to the checker an int
        versions = (await session.exec(select(Result.version))).all()
    assert [one.verdict for one in said] == [Verdict.OBJECTED, Verdict.CONFIRMED]
    assert said[0].reason == "灭火器是 5 具"
    assert sorted(versions) == [1, 2]


async def test_the_version_that_was_read_is_the_one_that_is_confirmed(stage: Stage) -> None:
    visit = await submitted(stage)
    await visit.mate.press("查看并核对")
    first = await visit.mate.wait_for(button="确认无误")
    yes = next(button.data for row in first.buttons for button in row if "确认无误" in button.text)
    await visit.mate.press("有异议")
    await visit.mate.wait_for("写明哪里不对")
    await visit.mate.say("请再看一遍")
    await visit.recorder.press("去修改")
    await visit.recorder.press("提交记录")
    await visit.recorder.wait_for("记录已提交")
    await visit.mate.forge(yes or "", message=first.number)
    await visit.mate.wait_for_toast("现在不能做这一步")
    assert (await visit.inspection()).result_produced_on is None


async def test_the_recorder_does_not_confirm_their_own_record(stage: Stage) -> None:
    visit = await submitted(stage)
    async with stage.store.reading() as session:
        result = (await session.exec(select(Result))).one()
    await visit.recorder.forge(f"conf:yes:{result.id}:0:", message=visit.recorder.last.number)
    await visit.recorder.wait_for_toast("由同行人员核对")


async def test_a_returned_record_is_changed_and_comes_again(stage: Stage) -> None:
    visit = await confirmed(stage)
    await visit.coordinator.press("查看并审核")
    await visit.coordinator.press("退回")
    await visit.coordinator.wait_for("写明退回的原因")
    await visit.coordinator.say("请补充备注")
    await visit.coordinator.wait_for("已退回")
    told = await visit.recorder.wait_for("检查记录被退回")
    assert "请补充备注" in told.text
    assert (await visit.inspection()).state is InspectionState.RETURNED
    await visit.recorder.press("去修改")
    await visit.recorder.press("提交记录")
    await visit.recorder.wait_for("记录已提交")
    await unsigned(visit.recorder)
    await visit.mate.wait_for("请核对检查记录")
    await visit.mate.press("查看并核对")
    await visit.mate.press("确认无误")
    await visit.coordinator.wait_for("待您审核")
    await visit.coordinator.press("查看并审核")
    shown = await visit.coordinator.wait_for("第 2 稿")
    await visit.coordinator.press("通过并公示", message=shown.number)
    await visit.coordinator.wait_for("已通过并公示")
    async with stage.store.reading() as session:
        assert len((await session.exec(select(Review))).all()) == 2


async def test_nobody_reviews_a_visit_of_their_own(stage: Stage) -> None:
    visit = await confirmed(stage)
    async with stage.store.step() as step:
        account = stage.county.inspectors[visit.recorder.name]
        step.session.add(
            Role(jurisdiction=account.jurisdiction, account_id=account.id, name=RoleName.REVIEWER)
        )
    async with stage.store.reading() as session:
        result = (await session.exec(select(Result))).one()
    await visit.recorder.forge(f"rev:yes:{result.id}:0:", message=visit.recorder.last.number)
    await visit.recorder.wait_for_toast("不是给您的")
    async with stage.store.reading() as session:
        assert (await session.exec(select(Publication))).first() is None


async def test_only_once_is_a_record_published(stage: Stage) -> None:
    visit = await confirmed(stage)
    second = await stage.person(stage.county.second)
    await visit.coordinator.press("查看并审核")
    await visit.coordinator.press("通过并公示")
    await visit.coordinator.wait_for("已通过并公示")
    async with stage.store.reading() as session:
        result = (await session.exec(select(Result))).one()
    await second.forge(f"rev:yes:{result.id}:0:", message=second.last.number)
    await second.wait_for_toast("现在不能做这一步")
    async with stage.store.reading() as session:
        assert len((await session.exec(select(Publication))).all()) == 1


async def test_the_mate_sees_the_photos_before_confirming(stage: Stage) -> None:
    visit = await submitted(stage)
    await visit.mate.press("查看并核对")
    await visit.mate.press("看照片")
    await visit.mate.wait_for(kind="photo")
    albums = [message for message in visit.mate.messages if message.from_bot and message.kind == "photo"]
    assert len(albums) == 2
