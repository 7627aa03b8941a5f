"""A department's own form from the file to the visit, and a question that the department answers during the check."""

import pytest
from sqlmodel import select

from bot.demo.thumb import answer
from models.inquiries import Inquiry
from models.items import CheckForm
from models.people import RoleName
from services import people
from tests.conversations.acting import MOVES, begun
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The services are held on both databases (tests/services)."""

FORM = """
| survey |
| | type | name | label | required |
| | begin_group | gas | 燃气 | |
| | integer | bottles | 液化气瓶有几个？ | yes |
| | end_group | | | |

| settings |
| | form_title | form_id |
| | 燃气安全 | gas |
"""


async def test_a_form_comes_by_chat_into_the_visit_and_the_department_answers_during_it(stage: Stage) -> None:
    async with stage.store.step() as step:
        department = stage.county.departments[1].id
        account = await people.appoint(
            step, "anlan", "冯防", [RoleName.COORDINATOR], department_id=department
        )
    fire = await stage.person(account)
    await fire.say("/forms")
    await fire.wait_for("现在发来表格文件")
    await fire.send_file(FORM.replace("integer", "thought").encode(), "燃气.md", mime="text/markdown")
    await fire.wait_for("survey 第 5 行“type”列：不支持题型“thought”")
    await fire.press("本部门的检查表")
    await fire.wait_for("现在发来表格文件")
    await fire.send_file(FORM.encode(), "燃气.md", mime="text/markdown")
    await fire.wait_for("燃气安全　第 1 版")
    await fire.press("🧪 试用")
    await fire.wait_for("液化气瓶有几个")
    await fire.say("2")
    await fire.press("📤 提交记录")
    await fire.wait_for("试用完成")
    await fire.press("选用于哪些事项")
    await fire.press("消防安全检查")
    await fire.press("启用（1 项）")
    await fire.wait_for("用于：消防安全检查")

    visit = await begun(stage)
    recorder = visit.mate  # of the fire brigade, on a phone of their own
    await recorder.press("填写本部门部分")
    await answer(recorder, MOVES, until="液化气瓶有几个")
    await recorder.press("📖 指引")
    await recorder.wait_for("安澜县抽查事项清单")
    await recorder.press("问科室")
    await recorder.wait_for("直接写您的问题")
    await recorder.say("备用瓶算不算？")
    await recorder.wait_for("已发给科室")
    await fire.wait_for("备用瓶算不算？")
    await fire.press("💬 回答")
    await fire.wait_for("直接写答复")
    await recorder.wait_for("液化气瓶有几个")
    await recorder.say("3")  # nothing waits for the answer
    await fire.say("算，都要数。")
    await recorder.wait_for("算，都要数。")
    assert (await visit.answers())["bottles"] == 3
    async with stage.store.reading() as session:
        inquiry = (await session.exec(select(Inquiry))).one()
        form = (await session.exec(select(CheckForm).where(CheckForm.department_id == department))).one()
    assert (inquiry.question, inquiry.answer) == ("备用瓶算不算？", "算，都要数。")
    assert form.id in {pin["form"] for pin in (await visit.inspection()).forms}
