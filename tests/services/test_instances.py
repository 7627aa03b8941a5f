"""Repeats in the store: every instance under paths of its own, and what was deleted is kept but in no record."""

from sqlmodel import col, select

from models.inspections import Answer, Evidence, EvidenceState
from rules.forms.event import Goto
from rules.forms.record import record
from templates.phrases import phrases
from tests.services.asking import ask
from tests.services.refusals import refused
from tests.services.story import Story

STALLS = """
| survey |
| | type | name | label | required | calculation |
| | begin_repeat | stall | 摊位 | | |
| | text | name | 名称 | yes | |
| | image | picture | 照片 | | |
| | end_repeat | | | | |
| | calculate | names | 名单 | | join('、', ${name}) |
"""
STALL = "item90/stall"


async def test_instances_have_paths_of_their_own_and_a_deleted_one_is_in_no_record(story: Story) -> None:
    visit, me, _ = await story.begun(2)
    await ask(story.store, visit, STALLS)
    work = await story.take(visit, me, Goto(f"{STALL}[1]/name"))
    assert work.question is not None
    assert work.question.name == "name"
    await story.write(visit, me, "鲜果")
    await story.photograph(visit, me, "一")
    await story.press(visit, me, "done")
    work = await story.press(visit, me, "add")
    assert work.draft.cursor == f"{STALL}[2]/name"
    await story.write(visit, me, "水产")
    await story.photograph(visit, me, "二")
    assert (await story.press(visit, me, "done")).draft.cursor == STALL
    with refused("common.stale"):
        await story.press(visit, me, "remove", 2)
    work = await story.press(visit, me, "remove", 1)
    assert work.draft.answers["item90/names"] == "鲜果"

    async with story.store.reading() as session:
        query = select(Answer).where(Answer.inspection_id == visit, col(Answer.question).startswith(STALL))
        rows = {
            row.question: (row.value, row.aside)
            for row in (await session.exec(query)).all()
            if row.superseded_at is None
        }
        pictures = (await session.exec(select(Evidence).order_by(col(Evidence.id)))).all()
    assert rows[STALL] == (["1"], False)
    assert rows[f"{STALL}[1]/name"] == ("鲜果", False)
    assert rows[f"{STALL}[2]/name"] == ("水产", True)
    assert [row.question for row in pictures] == [f"{STALL}[1]/picture", f"{STALL}[2]/picture"]
    assert [row.state for row in pictures] == [EvidenceState.PENDING, EvidenceState.REMOVED]

    work = await story.look(visit)
    titles = [section.title for section in record(work.form, work.draft.answers, story.clock(), phrases())]
    assert titles[-3:-1] == ["自备表 · 摊位 1", "自备表"]
    assert (await story.press(visit, me, "add")).draft.cursor == f"{STALL}[3]/name"
