"""Grave non-cooperation: the short way leads to the record's own questions, and the check can end with it."""

from models.inspections import InspectionState
from models.people import Account
from rules.profile.terms import Noncooperation
from services import hindrances, records
from services.hindrances import Hindrance
from services.records import Work
from tests.services.refusals import refused
from tests.services.story import Story


async def _turn(story: Story, visit: int, by: Account, kind: Noncooperation | None) -> Hindrance:
    async with story.step(by) as step:
        pen = await records.of_recorder(step, visit)
        if kind is None:
            return await hindrances.turn_falsified(step, pen)
        return await hindrances.turn(step, pen, kind)


async def _write(story: Story, visit: int, by: Account, *, stopped: bool) -> Work:
    async with story.step(by) as step:
        return await hindrances.write(step, await records.of_recorder(step, visit), stopped=stopped)


def _answers(work: Work) -> dict[str, object]:
    return {path.rpartition("/")[2]: value for path, value in work.draft.answers.items()}


async def test_a_check_that_was_stopped_ends_with_its_category_facts_and_evidence_alone(story: Story) -> None:
    """偃师 art. 12; 濮阳 二(九)."""
    visit, me, mate = await story.begun(2)
    await _turn(story, visit, me, Noncooperation.ENTRY)
    found = await _turn(story, visit, me, Noncooperation.OBSTRUCTION)
    assert found.chosen == {"entry", "obstruction"}
    work = await _write(story, visit, me, stopped=True)
    assert work.draft.cursor == "base/conclusion/problem/situation"
    assert _answers(work)["results"] == ["uncooperative"]
    assert not [one for one in records.asked(work, story.clock()) if one.part != "base"]
    await story.write(visit, me, "11月20日在店门口，负责人拒绝检查人员进入")
    filled = {
        "signature": "refused",
        "unsigned_reason": "拒绝签字",
        "measures": ["supervision"],
        "closed": "no",
    }
    await story.fill_in(visit, me, filled)
    result = await story.submit(visit, me)
    assert result.categories == ["uncooperative"]
    told = {label: value for section in result.record for label, value in section["lines"]}
    assert told["不予配合的情形"].startswith("拒绝检查人员或其委托的专业机构进入被检查场所、其他阻挠")
    assert told["不予配合的证据"] == "1 张照片"
    assert told["检查是否因此无法继续？"] == "是"
    assert (await story.inspection(visit)).state is InspectionState.SUBMITTED
    assert mate.id != me.id


async def test_a_check_that_goes_on_keeps_its_items(story: Story) -> None:
    visit, me, _ = await story.begun_by_one()
    await _turn(story, visit, me, Noncooperation.INFORMATION)
    work = await _write(story, visit, me, stopped=False)
    assert [one for one in records.asked(work, story.clock()) if one.part != "base"]


async def test_what_was_checked_before_it_was_stopped_is_set_aside_and_comes_back(story: Story) -> None:
    visit, me, _ = await story.begun_by_one()
    await story.fill_in(visit, me)
    before = (await story.look(visit)).draft.answers
    await _turn(story, visit, me, Noncooperation.UNTRUE)
    stopped = await _write(story, visit, me, stopped=True)
    assert not any(path.startswith("item") for path in stopped.draft.answers)
    again = await _write(story, visit, me, stopped=False)
    items = {path: value for path, value in before.items() if path.startswith("item")}
    assert items
    assert items.items() <= again.draft.answers.items()


async def test_what_was_ticked_by_mistake_leaves_nothing_behind(story: Story) -> None:
    visit, me, _ = await story.begun()
    before = _answers(await story.look(visit))
    for _ in range(2):
        assert (await _turn(story, visit, me, Noncooperation.ENTRY)).chosen == {"entry"}
        assert (await _turn(story, visit, me, Noncooperation.ENTRY)).chosen == frozenset()
    assert _answers(await story.look(visit)) == before
    with refused("records.hindrance_none"):
        await _write(story, visit, me, stopped=True)


async def test_falsification_is_a_category_of_its_own_and_the_check_goes_on(story: Story) -> None:
    """濮阳 二(九): 隐瞒真实情况、弄虚作假."""
    visit, me, _ = await story.begun()
    assert (await _turn(story, visit, me, None)).falsified
    work = await _write(story, visit, me, stopped=False)
    assert _answers(work)["results"] == ["published_untrue"]
    assert "stopped" not in _answers(work)
    assert not (await _turn(story, visit, me, None)).any


async def test_whoever_does_not_take_the_record_down_can_t(story: Story) -> None:
    visit, _, mate = await story.begun()
    with refused("visits.other_records"):
        await _turn(story, visit, mate, Noncooperation.ENTRY)
