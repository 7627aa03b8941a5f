"""The ceremony in full: three departments, two witnesses, a public source, two who open, at the second attempt."""

import hashlib
import json
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.demo.stage import Moved, staged
from bot.demo.story import BEGINS
from models.inspections import Inspection, Place
from models.mail import Outbox
from models.registers import Inspector, Subject
from models.tasks import AttemptState, BeaconReading, Contribution, DrawAttempt
from rules.draw.verification import verify
from services import audit, bundles
from tests.conversations import joint

BUNDLES = Path(__file__).parents[2] / "docs" / "bundles"


async def test_three_departments_draw_before_two_witnesses(tmp_path: Path) -> None:
    with joint.held_strictly():
        async with staged(tmp_path, Moved(BEGINS)) as stage:
            cast = await joint.cast_of(stage)
            last = await joint.act(cast)
            told = "".join(
                message.text
                for one in (cast.first_witness, cast.second_witness)
                for message in one.messages
                if message.from_bot
            )
            async with stage.store.reading() as session:
                exported = {
                    one["id"]: await bundles.export(session, one["id"])
                    for one in await bundles.listed(session)
                }
                query = select(DrawAttempt).order_by(col(DrawAttempt.id))
                halves = (await session.exec(query)).all()
                readings = (await session.exec(select(BeaconReading).order_by(col(BeaconReading.id)))).all()
                visits = (await session.exec(select(Inspection))).all()
                teams = (
                    await session.exec(
                        select(Place.inspection_id, Inspector.department_id).join(
                            Inspector, col(Place.inspector_id) == Inspector.id
                        )
                    )
                ).all()
                names = (await session.exec(select(Subject.name))).all()
                messages = (
                    await session.exec(
                        select(Outbox.message_id)
                        .join(Contribution, col(Contribution.notice_id) == Outbox.id)
                        .where(Contribution.attempt_id == halves[2].id)
                    )
                ).all()
                assert await audit.verify(session) == []

    # Nothing vanished, and everything holds.
    assert [(one.attempt, one.state) for one in halves] == [
        *[(1, AttemptState.FAILED)] * 2,
        *[(2, AttemptState.OPENED)] * 2,
    ]
    assert [(one.turn, one.value) for one in readings] == [
        *[(1, joint.SAID), (1, joint.MISREAD)],
        *[(2, joint.SAID), (2, joint.SAID)],
    ]
    for bundle in exported.values():
        assert verify(json.loads(json.dumps(bundle))).ok
    assert f"beacon: {joint.SOURCE}\n" in halves[2].commit_text
    assert halves[2].entropy_text is not None
    assert f"beacon: {joint.SAID.encode().hex()}\n" in halves[2].entropy_text
    assert halves[2].opening_asked_by != halves[2].opened_by
    assert len(messages) == 2
    assert all(messages)
    # Three go to each of the seven, one of each department.
    assert len(visits) == 20
    for visit in visits:
        departments = [department for number, department in teams if number == visit.id]
        assert (len(departments), len(set(departments))) == (3, 3)
    # The witness's phone shows what they can check by themselves, and nobody's name.
    assert not [name for name in names if name in told]
    assert halves[2].commit_sha256[:16] in last.text
    assert joint.DICE in last.text
    _, _, quoted = last.text.partition("ssj-draw/1")
    commit, _, entropy = ("ssj-draw/1" + quoted).partition("——")
    assert hashlib.sha256(f"{commit.strip()}\n".encode()).hexdigest() == halves[2].commit_sha256
    assert hashlib.sha256(f"{entropy.strip()}\n".encode()).hexdigest() == halves[2].entropy_sha256
    assert halves[2].entropy_sha256 in last.text


@pytest.mark.parametrize("path", sorted(BUNDLES.glob("*.json")), ids=lambda path: path.stem)
def test_the_example_in_the_docs_holds(path: Path) -> None:
    verdict = verify(json.loads(path.read_text(encoding="utf-8")))
    assert verdict.ok
    assert len(verdict.checks) > 10
