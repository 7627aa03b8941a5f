"""A department's own form: sent, checked, tried, put into use for its items, and pinned where it began."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.forms import FormTrial, FormUpload, UploadState
from models.items import CheckForm, CheckItem
from models.people import Account, RoleName
from rules.errors import Refused
from rules.forms.event import Text
from rules.forms.problems import BadForm
from services import forms, people, trials, uploads, uses
from services.evidence import Sent
from services.registers.intake import Order, RegisterName, bring_in
from services.trials import StaleTrial
from tests.county import CODE
from tests.services.refusals import refused
from tests.services.story import Story
from tests.silence import no_silence

FORM = """
| survey |
| | type | name | label | required | constraint | constraint_message |
| | begin_group | stock | 进货 | | | |
| | integer | suppliers | 有几家供货商？ | yes | . > 0 | 至少一家。 |
| | text | notes | 说明 | | | |
| | end_group | | | | | |

| settings |
| | form_title | form_id | version |
| | 进货查验 | stock/../check | {version} |
""".replace("stock/../check", "stock../check")


def source(version: int = 1) -> bytes:
    return FORM.format(version=version).encode()


def file(name: str | None = "进货.md", size: int | None = 900) -> Sent:
    return Sent("file", "unique", "document", "text/markdown", name, size, datetime(2026, 11, 20, tzinfo=UTC))


async def taken(story: Story, version: int = 1, by: Account | None = None) -> int:
    """A form that was sent and checked: its id."""
    async with story.step(by or story.coordinator) as step:
        upload = await uploads.note(step, file())
    async with story.step() as step:
        row = await uploads.take(step, upload.id, source(version), uploads.read("进货.md", source(version)))
        assert row is not None
        return row.id


async def tried(story: Story, form_id: int, by: Account | None = None) -> None:
    """Answer a form to its end."""
    who = by or story.coordinator
    async with story.step(who) as step:
        trying = await trials.begin(step, form_id)
        trying = await trials.give(step, trying, Text("2"))
        trying = await trials.press(step, trying, "skip", "")
        assert (await trials.press(step, trying, "submit", "")).completed


async def enabled(story: Story, form_id: int, *items: CheckItem) -> None:
    await tried(story, form_id)
    async with story.step(story.coordinator) as step:
        for item in items:
            await uses.toggle(step, form_id, item.id)
        await uses.enable(step, form_id)


async def version_of(story: Story, form_id: int) -> CheckForm:
    async with story.store.reading() as session:
        return (await session.exec(select(CheckForm).where(CheckForm.id == form_id))).one()


async def pinned(story: Story, item: CheckItem) -> int:
    """The version that a visit which begins now is pinned to for an item."""
    async with story.step() as step:
        pins = await forms.pin(step, await story.profile(), CODE, (item,))
        found = pins[1]["form"]
        assert isinstance(found, int)
        return found


async def kinds(story: Story) -> Sequence[str]:
    async with story.store.reading() as session:
        return (await session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.sequence)))).all()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (file("检查表.pdf"), "uses.upload_type"),
        (file(None), "uses.upload_type"),
        (file(size=21 * 2**20), "records.too_big"),
    ],
)
async def test_what_is_no_form_is_refused_before_it_is_fetched(story: Story, sent: Sent, code: str) -> None:
    with refused(code):
        async with story.step(story.coordinator) as step:
            await uploads.note(step, sent)


async def test_only_a_coordinator_of_a_department_sends_a_form(story: Story) -> None:
    with refused("access.role"):
        async with story.step(story.county.inspectors["陈知远"]) as step:
            await uploads.note(step, file())
    async with story.step() as step:
        nobody = await people.appoint(step, CODE, "无科室", [RoleName.COORDINATOR])
    with refused("tasks.no_department"):
        async with story.step(nobody) as step:
            await uploads.note(step, file())


async def test_a_form_is_used_from_the_moment_in_which_its_department_says_so(story: Story) -> None:
    item, other = story.county.items[1], story.county.items[0]
    with no_silence(story.store):
        before = await pinned(story, item)
        form_id = await taken(story)
        with refused("uses.untried"):
            async with story.step(story.coordinator) as step:
                await uses.toggle(step, form_id, item.id)
                await uses.enable(step, form_id)
        await tried(story, form_id)
        with refused("uses.no_item"):
            async with story.step(story.coordinator) as step:
                await uses.enable(step, form_id)
        async with story.step(story.coordinator) as step:
            await uses.toggle(step, form_id, item.id)
        assert await pinned(story, item) == before
        async with story.step(story.coordinator) as step:
            await uses.enable(step, form_id)
        assert (await pinned(story, item), await pinned(story, other)) == (form_id, before)
        async with story.step(story.coordinator) as step:
            await uses.stop(step, form_id)
        assert await pinned(story, item) == before
        with refused("uses.unused"):
            async with story.step(story.coordinator) as step:
                await uses.stop(step, form_id)
    row = await version_of(story, form_id)
    assert (row.key, row.version, row.title) == (
        f"dept-{story.county.departments[0].id}/stock_check",
        1,
        "进货查验",
    )
    assert (row.enabled_by, row.sent_by) == (story.coordinator.id, story.coordinator.id)
    said = await kinds(story)
    for kind in ("form.sent", "form.version", "form.trial", "form.tried", "form.item", "form.enabled"):
        assert kind in said


async def test_a_visit_that_has_begun_keeps_the_version_that_it_began_with(story: Story) -> None:
    form_id = await taken(story)
    await enabled(story, form_id, story.county.items[1])
    visit, recorder, _ = await story.begun(1)
    second = await taken(story, 2)
    await tried(story, second)
    async with story.step(story.coordinator) as step:
        card = await uses.card(step.session, await uses.of_department(step, second))
        assert [item.code for item in card.chosen] == ["SJ02"]  # proposed for what the first is used for
        await uses.enable(step, second)
    work = await story.look(visit)
    assert [pin["form"] for pin in work.inspection.forms][1:] == [form_id]
    assert await pinned(story, story.county.items[1]) == second
    assert (await version_of(story, second)).version == 2
    await story.fill_in(visit, recorder, {"suppliers": "3"})


async def test_the_same_file_again_is_the_version_that_is_there(story: Story) -> None:
    assert await taken(story) == await taken(story)


async def test_a_settled_upload_is_settled(story: Story) -> None:
    await taken(story)
    async with story.store.reading() as session:
        upload = (await session.exec(select(FormUpload))).one()
    async with story.step() as step:
        assert await uploads.take(step, upload.id, source(), uploads.read("a.md", source())) is None
        await uploads.refuse(step, upload.id, [Refused("forms.file_unreadable")])
        await uploads.failed(step, upload.id, "TimedOut", final=True)
    async with story.store.reading() as session:
        assert (await session.exec(select(FormUpload.state))).one() is UploadState.TAKEN


async def test_another_department_s_form_and_items_are_out_of_reach(story: Story) -> None:
    form_id = await taken(story)
    fire = story.county.items[2]
    async with story.step() as step:
        other = await people.appoint(
            step, CODE, "消防协调", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )
    for deed in (uses.of_department, uses.choices, uses.enable, uses.stop, trials.begin):
        with refused("access.form"):
            async with story.step(other) as step:
                await deed(step, form_id)
    with refused("access.form"):
        async with story.step(other) as step:
            await uses.toggle(step, form_id, fire.id)
    with refused("uses.item_foreign"):
        async with story.step(story.coordinator) as step:
            await uses.toggle(step, form_id, fire.id)
    async with story.step(other) as step:
        assert await uses.own(step) == []
    async with story.step(story.coordinator) as step:
        trying = await trials.begin(step, form_id)
    with refused("common.not_yours"):
        async with story.step(other) as step:
            await trials.of_tester(step, trying.trial.id)


async def test_a_new_item_list_has_the_newer_word(story: Story) -> None:
    item = story.county.items[2]
    async with story.step() as step:
        other = await people.appoint(
            step, CODE, "消防协调", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )
    form_id = await taken(story, by=other)
    await tried(story, form_id, by=other)
    async with story.step(other) as step:
        await uses.toggle(step, form_id, item.id)
        await uses.enable(step, form_id)
    head = "编号,抽查事项,抽查依据,抽查主体,抽查对象"
    row = f"XF01,消防安全检查,{item.basis},{item.body},{item.subjects}"

    async def listed(columns: str, cells: str) -> None:
        data = f"{head}{columns}\n{row}{cells}\n".encode()
        async with story.step() as step:
            report = await bring_in(step, Order(RegisterName.ITEMS, "x.csv", data, CODE))
            assert report.written

    await listed(",工作要求", ",两人到场")  # says nothing of forms
    assert await pinned(story, item) == form_id
    await listed(",检查表", ",national/item")
    async with story.store.reading() as session:
        newest = (await session.exec(select(CheckItem).order_by(col(CheckItem.id).desc()))).first()
    assert newest is not None
    assert (newest.requirement, newest.form) == ("两人到场", "national/item")
    assert await pinned(story, newest) != form_id


async def test_an_item_list_names_a_department_s_form_only_when_it_is_in_use(story: Story) -> None:
    form_id = await taken(story)
    key = (await version_of(story, form_id)).key
    async with story.store.reading() as session:
        assert key not in await forms.keys(session, CODE)
    await enabled(story, form_id, story.county.items[0])
    async with story.store.reading() as session:
        assert key in await forms.keys(session, CODE)


async def test_a_trial_is_left_and_gone_on_with_and_nothing_of_it_stays(story: Story) -> None:
    form_id = await taken(story)
    async with story.step(story.coordinator) as step:
        trying = await trials.begin(step, form_id)
        with refused("forms.expected_integer"):
            await trials.give(step, trying, Text("几家"))
        trying = await trials.give(step, trying, Text("2"))
        first = trying.trial.revision
    async with story.step(story.coordinator) as step:
        trying = await trials.begin(step, form_id)
        assert trying.draft.answers == {"base/stock/suppliers": 2}
        with pytest.raises(StaleTrial):
            await trials.of_tester(step, trying.trial.id, first)
        trying = await trials.press(step, trying, "back", "")
        trying = await trials.press(step, trying, "clear", "")
        trying = await trials.press(step, trying, "review", "")
        trying = await trials.press(step, trying, "submit", "")
        assert (trying.completed, trying.draft.cursor) == (False, "base/stock/suppliers")
    assert (await version_of(story, form_id)).tried_at is None
    async with story.step(story.coordinator) as step:
        trying = await trials.give(step, await trials.of_tester(step, trying.trial.id), Text("7"))
        trying = await trials.press(step, trying, "skip", "")
        assert (await trials.press(step, trying, "submit", "")).completed
    async with story.store.reading() as session:
        trial = (await session.exec(select(FormTrial))).one()
    assert (trial.completed, trial.draft["answers"]) == (True, {})
    assert (await version_of(story, form_id)).tried_at is not None
    with refused("common.not_now"):
        async with story.step(story.coordinator) as step:
            await trials.of_tester(step, trial.id)


async def test_faults_are_told_with_their_places_in_the_words_of_the_command_line(story: Story) -> None:
    async with story.step(story.coordinator) as step:
        upload = await uploads.note(step, file())
    with pytest.raises(BadForm) as bad:
        uploads.read("进货.md", FORM.format(version=1).replace("integer", "thought").encode())
    async with story.step() as step:
        await uploads.refuse(step, upload.id, bad.value.problems)
    [mail] = await story.mail(story.coordinator, "form")
    assert "survey 第 5 行“type”列：不支持题型“thought”" in mail.text


async def test_what_was_typed_in_a_trial_that_was_left_goes_when_another_begins(story: Story) -> None:
    first, second = await taken(story), await taken(story, 2)
    async with story.step(story.coordinator) as step:
        trying = await trials.begin(step, first)
        await trials.give(step, trying, Text("2"))
    async with story.step(story.coordinator) as step:
        await trials.begin(step, second)
    async with story.store.reading() as session:
        left, there = (await session.exec(select(FormTrial).order_by(col(FormTrial.id)))).all()
    assert (left.draft["answers"], left.completed, left.ended_at is None) == ({}, False, False)
    assert there.ended_at is None
