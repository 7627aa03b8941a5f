"""Conversations about who inspects and whom instead: recusals beforehand, experts, a subject that is gone, loads."""

from models.people import Account, RoleName
from models.registers import Certification, Inspector, Recusal, RecusalKind
from services import people
from tests.conftest import BEGINNING
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    _dispatched,
    _holders,
    _presses,
    _texts,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)


async def _expert(at_desk: Desk, name: str) -> Account:
    """Somebody of the pool, bound."""
    story = at_desk.story
    async with story.step() as step:
        row = Inspector(
            jurisdiction="anlan",
            department_id=story.county.departments[1].id,
            name=name,
            certificate_no=f"专{name}",
            certification=Certification.NONE,
            specialties=["电气"],
            is_expert=True,
            digest="",
            changed_at=BEGINNING,
        )
        step.session.add(row)
        await step.session.flush()
        account = await people.appoint(
            step, "anlan", name, [RoleName.EXPERT], department_id=row.department_id, inspector_id=row.id
        )
    story.county.inspectors[name] = account
    await story.bind(account)
    return account


@renders("recusals", "recusal_step", "assignment")
async def test_an_interest_is_declared_beforehand_and_withdrawn(at_desk: Desk) -> None:
    story = at_desk.story
    visit = (await _dispatched(at_desk, 0, 2))[0]
    subject = (await story.inspection(visit)).subject_id
    name = next(one.name for one in story.county.subjects if one.id == subject)
    me = (await _holders(at_desk, visit))[1]

    assert "还没有登记" in (await at_desk.write(me, "/recusals")).text
    await at_desk.press(me, "➕ 登记我的回避")
    assert "至少写两个字" in (await at_desk.write(me, "云")).text
    assert "没有找到“<u>x</u>”" in (await at_desk.write(me, "<u>x</u>")).text
    await at_desk.write(me, name[3:])
    await at_desk.press(me, name)
    await at_desk.write(me, "<i>亲戚</i>开的")
    assert "正在进行的 1 次检查已另行安排人员" in await _presses(at_desk, me, "2 年")
    assert me.id not in {account.id for account in await _holders(at_desk, visit)}
    assert "<i>亲戚</i>开的（2028年11月19日止）" in await _presses(at_desk, me, "🙅 回避登记")

    await at_desk.press(me, "↩️ 撤回 1")
    assert "请写明原因" in (await at_desk.write(me, "无")).text
    assert "还没有登记" in (await at_desk.write(me, "亲戚已经转让")).text


@renders("recusals", "recusal_step")
async def test_a_coordinator_declares_for_the_people_of_the_department(at_desk: Desk) -> None:
    story = at_desk.story
    me, chen = story.coordinator, story.county.inspectors["陈知远"]
    await at_desk.write(me, "🙅 回避登记")
    await at_desk.press(me, "➕ 为本部门人员登记")
    assert "没有找到" in (await at_desk.write(me, "何景行")).text  # of the other department
    await at_desk.write(me, "知远")
    await at_desk.press(me, "陈知远")
    await at_desk.write(me, "小满")
    await _presses(at_desk, me, "小满面馆", "曾在该单位任职")
    assert "陈知远" in await _presses(at_desk, me, "长期")
    assert "小满面馆" in (await at_desk.write(chen, "/recusals")).text


@renders(
    *("expert_visits", "expert_candidates", "expert_why", "expert_visit", "expert_recusal"),
    *("expert_recused", "visits"),
)
async def test_an_expert_comes_along_and_writes_nothing(at_desk: Desk) -> None:
    story = at_desk.story
    me = story.coordinator
    first, second = await _expert(at_desk, "<专>甲"), await _expert(at_desk, "专乙")
    visit = (await _dispatched(at_desk, 0, 2))[0]
    await at_desk.write(me, "/plan")
    await _presses(at_desk, me, "抽查", "🎓 请专家参加", "安澜县")
    shown = await _presses(at_desk, me, "🎲 随机抽一名专家")
    drawn, other = (first, second) if "&lt;专&gt;甲" in shown or "<专>甲" in shown else (second, first)
    await at_desk.deliver()
    await _presses(at_desk, drawn, "🙅 申请回避", "经济利害")
    await at_desk.deliver()
    assert "已另抽一名" in at_desk.phone(me).last.text
    await at_desk.press(other, "✅ 参加")
    await at_desk.write(other, "/tasks")
    assert "组长" in await _presses(at_desk, other, "🎓 ")
    for data in (f"visit:begin:{visit}:0:", f"rec:submit:{visit}:1:", f"visit:accept:{visit}:0:"):
        await at_desk.send_data(other, data)
        assert "不是给您的" in at_desk.phone(other).toasts[-1]

    third = await _expert(at_desk, "专丙")
    await _presses(at_desk, me, "🎓 选专家", "专丙")
    assert "专丙" in (await at_desk.write(me, "熟悉<电气>设备")).text
    await at_desk.deliver()
    await _presses(at_desk, third, "🙅 申请回避", "近亲属")
    await at_desk.deliver()
    assert "需要时请您另选" in at_desk.phone(me).last.text


@renders(
    *("substitution_why", "substitution_photos", "substitution_done", "substitution_asked"),
    *("substitution_refusal", "substitution_decided", "place_open"),
)
async def test_a_subject_that_is_gone_is_replaced(at_desk: Desk) -> None:
    story = at_desk.story
    visit = (await _dispatched(at_desk, 0, 2))[0]
    by = (await _holders(at_desk, visit))[0]
    me, second = story.coordinator, story.second

    await _presses(at_desk, by, "🏚", "已注销")
    assert "没有上报" in await _presses(at_desk, by, "⬅️ 不报了")
    await _report(at_desk, by, "照片一")
    await at_desk.press(second, "❌ 不同意")
    await at_desk.write(second, "查询仍<在>本辖区")
    await at_desk.deliver()
    assert "查询仍<在>本辖区" in at_desk.phone(by).last.text
    await _report(at_desk, by, "照片二")
    for name in ("何景行", "沈若木"):  # nobody of the fire brigade can go to the next one
        await _recused_from_all(at_desk, name)
    assert "由候补的下一户替补" in await _presses(at_desk, me, "✅ 确认，替补")
    await at_desk.deliver()
    assert "不用再去" in _texts(at_desk, by)
    assert "没有可以抽取的人" in at_desk.phone(me).last.text
    await at_desk.press(second, "✅ 确认，替补")
    assert "已经处理过" in at_desk.phone(second).toasts[-1]
    assert "已替补" in await _presses(at_desk, me, "🗂 打开任务")


async def _recused_from_all(at_desk: Desk, name: str) -> None:
    story = at_desk.story
    account = story.county.inspectors[name]
    async with story.step(account) as step:
        for subject in story.county.subjects[:12]:
            step.session.add(
                Recusal(
                    jurisdiction="anlan",
                    inspector_id=account.inspector_id or 0,
                    subject_id=subject.id,
                    kind=RecusalKind.STANDING,
                    reason="亲属",
                    declared_at=step.now,
                )
            )


async def _report(at_desk: Desk, by: Account, photo: str) -> None:
    """It has moved away; the photo shows it."""
    await at_desk.write(by, "/tasks")
    await _presses(at_desk, by, "安澜县", "🏚", "已迁出")
    assert "请先发至少一张" in (await at_desk.write(by, "门口没人")).text
    await at_desk.photo(by, photo)
    assert "已收到 1 张照片" in at_desk.phone(by).last.text
    assert "等待牵头部门的另一人确认" in await _presses(at_desk, by, "📨 提交")
    await at_desk.deliver()


@renders("task_demands", "task")
async def test_a_draft_says_what_it_asks_of_those_who_go(at_desk: Desk) -> None:
    story = at_desk.story
    async with story.step() as step:
        for name, region, level in (("何景行", "城关镇、柳河镇", "县级"), ("沈若木", "柳河镇", "市级")):
            row = await step.get(Inspector, story.county.inspectors[name].inspector_id or 0)
            row.specialties, row.region, row.level = ["<电>气"], region, level
            step.session.add(row)
    me = story.coordinator
    await story.plan(0, 2)
    await at_desk.write(me, "/plan")
    assert "不限" in await _presses(at_desk, me, "抽查", "⚙️ 更多", "🎓 人员要求")
    shown = await _presses(at_desk, me, "▫️ 专长 <电>气", "▫️ 区域 城关镇", "▫️ 级别 市级")
    assert "专长：<电>气　区域：城关镇　级别：市级" in shown
    assert "符合要求的 0 人" in shown
    shown = await _presses(at_desk, me, "✅ 级别 市级", "▫️ 区域 对象所在区域")
    assert "专长：<电>气　区域：对象所在区域　级别：不限" in shown
    await at_desk.press(me, "👍 选好了")


@renders("loads")
async def test_who_was_sent_how_often(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    assert "今年还没有派员" in (await at_desk.write(me, "/loads")).text
    await _dispatched(at_desk, 0, 2, ratio_bp=5000)
    shown = await _presses(at_desk, me, "🔄 刷新")
    assert "陈知远" in shown
    assert "相差 0 次" in shown
    assert "随机平均 1.0 次" in shown
