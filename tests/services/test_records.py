"""The record while it is taken down: every answer is a row before a screen can show it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.inspections import Answer, Evidence, EvidenceState
from models.people import Account
from rules.forms.draft import REVIEW
from rules.forms.event import Choice, Give, Open, Toggle
from services import records
from services.evidence import FILE_BYTES
from services.records import Stale, Work
from tests.conftest import SetClock
from tests.services.answering import document, photo
from tests.services.refusals import refused
from tests.services.story import Story

METHODS, SHOWN, POSITION, PHOTOS = (
    f"base/arrival/{name}" for name in ("methods", "certificate_shown", "position", "arrival_photos")
)


@pytest.fixture
async def at_work(story: Story) -> tuple[Story, int, Account]:
    """A visit of the fire brigade's item that has begun, and who takes its record down."""
    visit, recorder, _ = await story.begun_by_one()
    return story, visit, recorder


async def _rows(story: Story, visit: int) -> list[Answer]:
    async with story.store.reading() as session:
        query = select(Answer).where(Answer.inspection_id == visit).order_by(col(Answer.id))
        return list((await session.exec(query)).all())


async def _current(story: Story, visit: int) -> dict[str, Any]:
    """What the store holds as the answers of now, by the bare name of the question."""
    return {
        row.question.rpartition("/")[2]: row.value
        for row in await _rows(story, visit)
        if row.superseded_at is None and not row.aside
    }


async def _locate(story: Story, visit: int, by: Account, **place: Any) -> Work:
    async with story.step(by) as step:
        pen = await records.of_recorder(step, visit)
        return await records.locate(step, pen, **place, sent_at=step.now)


async def test_every_kind_of_answer_is_kept_in_its_shape(at_work: tuple[Story, int, Account]) -> None:
    story, visit, me = at_work
    for option in (1, 2):  # written, online; on the spot is suggested
        await story.press(visit, me, "toggle", option)
    await story.press(visit, me, "done")
    await story.press(visit, me, "choose", 0)
    await _locate(story, visit, me, lat=35.71, lon=115.02, accuracy=12.5)
    for name in ("门头", "店内"):
        await story.photograph(visit, me, name)
    await story.press(visit, me, "done")
    await story.press(visit, me, "skip")  # nothing in writing to photograph
    await story.press(visit, me, "choose", 0)  # the passage is clear
    for text in ("2", "0", "０.90"):
        await story.write(visit, me, text)
    for text in ("4", "0", "2026年3月5日"):
        await story.write(visit, me, text)
    for option in (1, 3):
        await story.press(visit, me, "toggle", option)
    await story.press(visit, me, "done")
    await story.press(visit, me, "skip")  # no drill that anybody remembers
    await story.press(visit, me, "done")  # a problem was found: the wiring
    await story.press(visit, me, "choose", 0)
    photos = [str(row.id) for row in await _evidence(story, visit)]

    assert await _current(story, visit) == {
        "methods": ["on_site", "written", "online"],
        "certificate_shown": "yes",
        "position": {"lat": 35.71, "lon": 115.02, "accuracy": 12.5},
        "arrival_photos": photos,
        "passage": "clear",
        "exits": 2,
        "exits_locked": 0,
        "door_width": "0.9",
        "extinguishers": 4,
        "extinguishers_bad": 0,
        "serviced_on": "2026-03-05",
        "wiring": ["tangled", "aged"],
        "problem_found": "yes",
        "handling": "on_spot",
    }
    work = await story.look(visit)
    assert work.question is not None
    assert work.question.name == "problem_photos"
    drill = f"item{story.county.items[2].id}/electricity/drill_on"
    assert work.draft.skipped == {drill, "base/arrival/materials"}


async def _evidence(story: Story, visit: int) -> list[Evidence]:
    async with story.store.reading() as session:
        query = select(Evidence).where(Evidence.inspection_id == visit).order_by(col(Evidence.id))
        return list((await session.exec(query)).all())


async def test_a_changed_answer_is_a_new_row_and_the_earlier_one_is_kept(
    at_work: tuple[Story, int, Account], clock: SetClock
) -> None:
    story, visit, me = at_work
    await story.fill_in(visit, me, {"exits": "2"})
    changed = clock.advance(minutes=5)
    await story.goto(visit, me, "exits")
    await story.write(visit, me, "3")

    exits = [row for row in await _rows(story, visit) if row.question.endswith("/exits")]
    assert [(row.value, row.superseded_at) for row in exits] == [(2, changed), (3, None)]
    assert [row.given_at for row in exits] == [changed - timedelta(minutes=5), changed]


async def test_the_same_answer_again_is_no_change(at_work: tuple[Story, int, Account]) -> None:
    story, visit, me = at_work
    await story.press(visit, me, "done")
    await story.take(visit, me, Give(SHOWN, Choice("yes")))
    before = len(await _rows(story, visit))
    await story.take(visit, me, Give(SHOWN, Choice("yes")))
    assert len(await _rows(story, visit)) == before


async def test_an_answer_whose_question_went_is_set_aside_and_comes_back_with_it(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    await story.fill_in(visit, me)
    full = await _current(story, visit)
    assert "exits" in full

    await story.take(visit, me, Give(SHOWN, Choice("nobody")))
    aside = await _current(story, visit)
    assert "exits" not in aside
    assert {row.question.rpartition("/")[2] for row in await _rows(story, visit) if row.aside} >= {"exits"}
    await story.take(visit, me, Give(SHOWN, Choice("yes")))
    assert await _current(story, visit) == full
    answered_once = [row for row in await _rows(story, visit) if row.question.endswith("/exits")]
    assert len(answered_once) == 1


async def test_an_answer_that_was_taken_away_is_kept_as_it_was(at_work: tuple[Story, int, Account]) -> None:
    story, visit, me = at_work
    await story.press(visit, me, "toggle", 1)
    await story.press(visit, me, "clear")
    (row,) = await _rows(story, visit)
    assert row.value == ["on_site", "written"]
    assert row.superseded_at is not None
    assert await _current(story, visit) == {}


async def test_a_button_of_an_earlier_screen_changes_nothing(at_work: tuple[Story, int, Account]) -> None:
    story, visit, me = at_work
    seen = (await story.portions(visit))[0].revision
    await story.press(visit, me, "done")
    after = await story.portions(visit)
    assert after[0].revision == seen + 1
    for revision in (seen, 0, seen + 2):
        with pytest.raises(Stale) as stale:
            async with story.step(me) as step:
                await records.of_recorder(step, visit, revision)
        assert (stale.value.code, stale.value.inspection_id) == ("common.stale", visit)
    assert await story.portions(visit) == after


async def test_every_step_of_a_draft_makes_the_screens_before_it_old(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    revisions = [(await story.portions(visit))[0].revision]
    for do, argument in (("toggle", 1), ("toggle", 1), ("done", ""), ("back", ""), ("review", "")):
        revisions.append((await story.press(visit, me, do, argument)).portion.revision)
    assert revisions == list(range(revisions[0], revisions[0] + 6))


async def test_only_whoever_takes_the_record_down_writes_in_it(story: Story) -> None:
    visit, _, mate = await story.begun()
    with refused("visits.other_records"):
        await story.press(visit, mate, "done")
    for stranger in (story.coordinator, story.witness):
        with refused("common.not_yours"):
            await story.press(visit, stranger, "done")


async def test_a_record_that_was_handed_in_is_closed(story: Story) -> None:
    result, recorder, _ = await story.submitted()
    for act in ("back", "review"):
        with refused("records.handed_in", name=recorder.name):
            await story.press(result.inspection_id, recorder, act)


async def test_what_cannot_be_answered_leaves_the_draft_as_it_was(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    await story.fill_in(visit, me)
    await story.goto(visit, me, "exits")
    before = await _everything(story, visit)
    for text, code in {
        "两个": "forms.expected_integer",
        "51": "forms.constraint_message",
        "-1": "forms.constraint_message",
        "9" * 40: "forms.number_long",
    }.items():
        with refused(code):
            await story.write(visit, me, text)
    with refused("forms.expected_integer"):
        await _locate(story, visit, me, lat=1.0, lon=1.0, accuracy=None)
    with refused("forms.expected_integer"):
        await story.photograph(visit, me)
    assert await _everything(story, visit) == before


async def _everything(story: Story, visit: int) -> tuple[object, ...]:
    return await story.inspection(visit), await _rows(story, visit), await _evidence(story, visit)


@pytest.mark.parametrize(
    ("do", "argument", "code"),
    [
        ("choose", "99", "common.stale"),
        ("toggle", "-1", "common.stale"),
        ("toggle", "x", "common.stale"),
        ("drop", "0", "common.stale"),
        ("goto", "", "common.stale"),
        ("goto", "1000", "common.stale"),
        ("day", "31", "common.stale"),
        ("day", "²", "common.stale"),
        ("choose", "0", "forms.expected_select_multiple"),
        ("back", "", "forms.first"),
    ],
)
async def test_a_press_that_means_nothing_here_is_refused(
    at_work: tuple[Story, int, Account], do: str, argument: str, code: str
) -> None:
    story, visit, me = at_work
    with refused(code):
        await story.press(visit, me, do, argument)
    assert await _rows(story, visit) == []


async def test_the_number_buttons_of_the_review_lead_to_their_questions(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    work = await story.fill_in(visit, me)
    assert work.draft.cursor == REVIEW
    questions = records.asked(work, story.clock())
    for at, question in enumerate(questions):
        gone = await story.press(visit, me, "goto", at)
        assert gone.draft.cursor == question.path
    with refused("common.stale"):
        await story.press(visit, me, "goto", len(questions))
    assert (await story.press(visit, me, "review")).draft.cursor == REVIEW


async def test_in_the_review_words_and_photos_have_no_question(at_work: tuple[Story, int, Account]) -> None:
    story, visit, me = at_work
    await story.fill_in(visit, me)
    with refused("common.unknown_words"):
        await story.write(visit, me, "可以")
    with refused("common.unknown_words"):
        await story.photograph(visit, me)
    async with story.step(me) as step:
        pen = await records.of_recorder(step, visit)
        assert (await records.expected(step, pen)).code == "common.unknown_words"


async def test_a_day_s_button_counts_back_from_today_in_china(
    at_work: tuple[Story, int, Account], clock: SetClock
) -> None:
    story, visit, me = at_work
    await story.fill_in(visit, me)
    clock.now = clock.now.replace(hour=17)  # past midnight in China
    for back in (0, 1, 2, 30):
        await story.goto(visit, me, "closed_on")
        await story.press(visit, me, "day", back)
        assert (await _current(story, visit))["closed_on"] == (
            date(2026, 11, 21) - timedelta(days=back)
        ).isoformat()


async def test_when_it_was_sent_is_kept_beside_when_it_came(
    at_work: tuple[Story, int, Account], clock: SetClock
) -> None:
    """A phone without a network sends what was written hours before."""
    story, visit, me = at_work
    await story.fill_in(visit, me)
    await story.goto(visit, me, "exits")
    sent_at = clock() - timedelta(hours=3)
    async with story.step(me) as step:
        await records.write(step, await records.of_recorder(step, visit), "7", sent_at=sent_at)
    row = (await _rows(story, visit))[-1]
    assert (row.sent_at, row.given_at, row.given_by) == (sent_at, clock(), me.id)


async def _at_photos(story: Story, visit: int, me: Account) -> None:
    await story.press(visit, me, "done")
    await story.press(visit, me, "choose", 0)
    await story.press(visit, me, "skip")


async def test_ten_photos_are_ten_pieces_of_evidence_and_one_answer(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    await _at_photos(story, visit, me)
    for number in range(10):
        work = await story.photograph(visit, me, f"p{number}")
    assert work.draft.cursor == PHOTOS
    with refused("forms.pictures_full", most=10):
        await story.photograph(visit, me, "p10")

    evidence = await _evidence(story, visit)
    assert len(evidence) == 10
    assert (await _current(story, visit))["arrival_photos"] == [str(row.id) for row in evidence]
    work = await story.photograph(visit, me, "p3")  # the same file again
    assert work.effects == ()
    assert len(await _evidence(story, visit)) == 10


async def test_a_photo_that_was_taken_back_stays_in_the_store_but_not_in_the_record(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    await _at_photos(story, visit, me)
    for name in ("一", "二"):
        await story.photograph(visit, me, name)
    await story.press(visit, me, "drop", 1)

    first, second = await _evidence(story, visit)
    assert (first.state, second.state) == (EvidenceState.PENDING, EvidenceState.REMOVED)
    assert (await _current(story, visit))["arrival_photos"] == [str(first.id)]
    await story.press(visit, me, "drop", 0)
    assert {row.state for row in await _evidence(story, visit)} == {EvidenceState.REMOVED}
    with refused("forms.required_message"):
        await story.press(visit, me, "done")

    await story.photograph(visit, me, "二")  # and it may come back
    assert (await _current(story, visit))["arrival_photos"] == [str(second.id)]
    assert (await _evidence(story, visit))[1].state is EvidenceState.PENDING


async def test_only_pictures_of_a_size_that_can_be_fetched_are_taken(
    at_work: tuple[Story, int, Account], clock: SetClock
) -> None:
    story, visit, me = at_work
    await _at_photos(story, visit, me)
    now = clock()
    for sent, code in (
        (photo("大", now, size=FILE_BYTES + 1), "records.too_big"),
        (document("大", now, "image/jpeg", size=FILE_BYTES + 1), "records.too_big"),
        (document("文", now, "application/pdf"), "records.not_a_picture"),
        (document("影", now, "video/mp4"), "records.not_a_picture"),
        (document("无", now, ""), "records.not_a_picture"),
    ):
        with refused(code):
            await story.send(visit, me, sent)
    assert await _evidence(story, visit) == []
    for number, sent in enumerate(
        (
            photo("恰好", now, size=FILE_BYTES),
            photo("不知", now, size=None),
            document("原图", now, "image/jpeg"),
            document("苹果", now, "image/heic"),
        ),
        start=1,
    ):
        await story.send(visit, me, sent)
        assert len(await _evidence(story, visit)) == number


async def test_what_the_question_wants_is_said_for_what_it_cannot_take(
    at_work: tuple[Story, int, Account],
) -> None:
    """A sticker, a voice message."""
    story, visit, me = at_work
    seen = []
    await story.fill_in(visit, me)
    for name in (
        "methods",
        "certificate_shown",
        "position",
        "arrival_photos",
        "exits",
        "closed_on",
        "remarks",
    ):
        await story.goto(visit, me, name)
        async with story.step(me) as step:
            refusal = await records.expected(step, await records.of_recorder(step, visit))
        seen.append(refusal.code.removeprefix("forms.expected_"))
    assert seen == ["select_multiple", "select_one", "geopoint", "image", "integer", "date", "text"]


async def test_a_draft_is_the_same_whoever_reads_it_and_when(at_work: tuple[Story, int, Account]) -> None:
    """A dead phone, a restart: everything is in the rows."""
    story, visit, me = at_work
    work = await story.take(visit, me, Toggle(METHODS, "written"))
    assert (await story.look(visit)).draft == work.draft
    work = await story.take(visit, me, Open())
    assert (await story.look(visit)).draft == work.draft
    assert work.draft.answers == {METHODS: ["on_site", "written"]}


async def test_the_record_of_steps_holds_ids_of_answers_and_no_answers(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    await story.press(visit, me, "done")
    await story.press(visit, me, "back")
    async with story.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.kind == "answer.changed")
        lines = (await session.exec(query)).all()
    (row,) = await _rows(story, visit)
    assert [line.data for line in lines] == [{"answers": [row.id], "changes": ["stored"]}]


async def test_an_answer_by_its_name_is_found_wherever_its_group_is(
    at_work: tuple[Story, int, Account],
) -> None:
    story, visit, me = at_work
    work = await story.fill_in(visit, me)
    assert records.answers_named(work.form, work.draft, "base", "results") == ["no_problem"]
    assert records.answers_named(work.form, work.draft, "base", "exits") is None
    item = f"item{story.county.items[2].id}"
    assert records.answers_named(work.form, work.draft, item, "exits") == 2
