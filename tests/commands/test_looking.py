"""Commands that look: JSON shapes that other programs read, and text for people."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from models.guards import GUARDED
from models.migrations.triggers import lifting
from services import profiles
from tests.commands.conftest import FILE, Shell

SUBJECTS, INSPECTORS = "419998-2026-0001", "419998-2026-0002"


@pytest.mark.parametrize(
    ("day", "number", "due", "provisional"),
    [
        ("2026-11-20", 20, "2026-12-18", False),
        ("2026-11-20", 0, "2026-11-20", False),
        ("2026-12-04", 20, "2027-01-04", True),
        ("2022-06-30", 1, "2022-07-01", False),
    ],
)
def test_a_deadline(shell: Shell, day: str, number: int, due: str, provisional: bool) -> None:
    done = shell("calendar", "deadline", day, "--working-days", str(number), "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {"due": due, "provisional": provisional}
    said = shell("calendar", "deadline", day, "--working-days", str(number)).out
    assert due in said
    assert ("暂定" in said) is provisional
    assert not shell.data.exists()  # nothing is opened for it


def test_the_numbers_of_an_empty_deployment(shell: Shell) -> None:
    assert shell("status", "--json").json == {
        "tasks": {},
        "inspections": {},
        "evidence": {},
        "overdue": 0,
        "overdue_by_kind": {},
        "inbox": {},
        "outbox": {},
        "quotas": [],
    }
    assert (shell.data / FILE).is_file()


def test_the_numbers_of_a_deployment_at_work(at_work: Shell) -> None:
    found = at_work("status", "--json").json
    assert found["tasks"] == {"checking": 1}
    assert found["inspections"] == {"assigned": 2, "published": 1}
    assert (found["overdue"], found["overdue_by_kind"]) == (0, {})
    said = at_work("status").out
    assert "assigned 2，published 1" in said
    assert "逾期：0" in said


def test_the_shares_of_the_year_stand_in_the_numbers(shell: Shell, tmp_path: Path) -> None:
    items = tmp_path / "事项.csv"
    items.write_text("抽查事项名称,抽查依据,抽查主体,抽查对象\n甲,《条例》,某局,企业\n", encoding="utf-8")
    assert shell("import", "items", items, "--jurisdiction", "xingtai").code == 0
    found = shell("status", "--json").json["quotas"]
    assert [(one["jurisdiction"], one["kind"], one["state"]) for one in found] == [
        ("xingtai", kind, "empty") for kind in ("credit_risk", "joint", "joint_subjects")
    ]
    said = shell("status").out
    assert "xingtai 信用风险分类抽查占比：0/0（要求不低于80%）今年还没有抽查" in said
    assert "联合抽查主体占比：0/0（要求不低于10%）" in said


def test_who_was_sent_how_often(at_work: Shell) -> None:
    found = at_work("loads", "--jurisdiction", "anlan", "--json").json
    assert set(found) == {"year", "spread", "inspectors", "tasks", "pairs"}
    assert sum(one["visits"] for one in found["inspectors"]) == 2 * sum(
        one["visits"] for one in found["tasks"]
    )
    assert all(len(set(one["names"])) == 2 for one in found["pairs"])
    said = at_work("loads", "--jurisdiction", "anlan").out
    assert f"相差 {found['spread']} 次" in said
    nowhere = at_work("loads", "--jurisdiction", "nowhere")
    assert (nowhere.code, nowhere.out) == (2, "")


def _tamper(shell: Shell, statement: str) -> None:
    with sqlite3.connect(shell.data / FILE) as connection:
        for guard in GUARDED:
            for lifted in lifting(guard, "sqlite"):
                connection.execute(lifted)
        connection.execute(statement)
    connection.close()


def test_a_chain_that_holds(at_work: Shell) -> None:
    done = at_work("audit", "verify", "--json")
    assert (done.code, done.json) == (0, {"ok": True, "breaks": []})
    assert at_work("audit", "verify").out == "记录链完整。\n"


def test_a_chain_that_was_tampered_with_is_told_with_its_place(at_work: Shell) -> None:
    _tamper(at_work, "UPDATE audit_event SET kind = 'task.forged' WHERE sequence = 7")
    done = at_work("audit", "verify", "--json")
    assert done.code == 1
    assert done.json == {
        "ok": False,
        "breaks": [
            {
                "jurisdiction": "anlan",
                "sequence": 7,
                "reason": "content",
                "after": "2026-11-20T01:30:00+00:00",
                "before": "2026-11-20T01:30:00+00:00",
                "held": None,
            }
        ],
    }
    assert at_work("audit", "verify").out == (
        "anlan 的记录链在第 7 条断开：内容与指纹不符，这一条被改过"
        "（受影响的记录在 2026-11-20 09:30:00 与 2026-11-20 09:30:00 之间）\n"
    )


def test_a_chain_is_checked_against_what_a_witness_holds(at_work: Shell) -> None:
    with sqlite3.connect(at_work.data / FILE) as connection:
        (kept,) = connection.execute("SELECT hash FROM audit_event WHERE sequence = 7").fetchone()
    connection.close()
    line = f"anlan/7/{kept[:16]}"
    done = at_work("audit", "verify", "--checkpoint", line, "--checkpoint", kept[:16])
    assert (done.code, done.out) == (0, "记录链完整。\n给出的 2 个校验码全部相符。\n")
    done = at_work("audit", "verify", "--checkpoint", f"anlan/7/{'0' * 16}", "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    (found,) = done.json["breaks"]
    assert (found["sequence"], found["reason"], found["held"]) == (7, "held", "0" * 16)
    _tamper(at_work, "DELETE FROM audit_event WHERE sequence > 5")
    assert at_work("audit", "verify").code == 0
    done = at_work("audit", "verify", "--checkpoint", line)
    assert done.code == 1
    assert done.out.startswith(
        f"anlan 的记录链在第 6 条断开：从这一条起的记录被截去，见证人保存的校验码 {kept[:16]}"
    )
    done = at_work("audit", "verify", "--checkpoint", kept[:16])
    assert done.out.startswith(f"核验不符：见证人保存的校验码 {kept[:16]} 在任何记录链里都找不到")
    done = at_work("audit", "verify", "--checkpoint", "不是校验码")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("没有读出校验码。")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM audit_event WHERE sequence = 7", "gap"),
        ("UPDATE audit_event SET previous = hash WHERE sequence = 7", "link"),
    ],
)
def test_every_way_in_which_a_chain_breaks_has_its_words(at_work: Shell, statement: str, reason: str) -> None:
    _tamper(at_work, statement)
    assert at_work("audit", "verify", "--json").json["breaks"][0]["reason"] == reason
    said = at_work("audit", "verify")
    assert said.code == 1
    assert said.out.count("\n") == 1


def test_the_profiles(shell: Shell) -> None:
    found = shell("profile", "list", "--json").json["profiles"]
    assert [one["name"] for one in found] == list(profiles.names())
    assert found[0] == {
        "name": "puyang",
        "jurisdiction": "濮阳县",
        "title": profiles.load("puyang").document.title,
        "number": "濮县双随机办〔2023〕12号",
    }
    assert shell("profile", "list").out.count("\n") == 5


@pytest.mark.parametrize("name", ["puyang", "yanshi", "wuyuan", "shifanqu", "xingtai"])
def test_a_profile_line_by_line(shell: Shell, name: str) -> None:
    found = shell("profile", "show", name, "--json").json
    assert found["name"] == name
    lines = {(one["section"], one["key"]): one for one in found["lines"]}
    assert lines["publication", "working_days"]["value"] == 20
    assert all({"section", "key", "value", "source", "article", "note"} >= set(one) for one in found["lines"])
    said = shell("profile", "show", name).out
    assert "20个工作日" in said


def test_a_profile_that_could_be_used(shell: Shell, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "jurisdictions" / "wuyuan" / "profile.toml"
    path = tmp_path / "sixth.toml"
    path.write_text(source.read_text(encoding="utf-8").replace('code = "wuyuan"', 'code = "sixth"'), "utf-8")
    done = shell("profile", "check", path, "--json")
    assert (done.code, done.json) == (0, {"ok": True, "name": "sixth", "problems": []})
    assert shell("profile", "check", path).out == "sixth.toml 可以使用。\n"


def test_the_draws(at_work: Shell) -> None:
    (subjects, inspectors) = at_work("draw", "list", "--json").json["draws"]
    assert (subjects["id"], subjects["kind"], inspectors["kind"]) == (SUBJECTS, "subjects", "inspectors")
    assert set(subjects) == {
        *(
            "id",
            "jurisdiction",
            "kind",
            "attempt",
            "state",
            "committed_at",
            "commit_sha256",
            "counts",
            "quotas",
            "witnesses",
            "failure",
        )
    }
    assert (subjects["witnesses"], subjects["failure"]) == (1, None)
    assert (subjects["counts"], subjects["quotas"], subjects["state"]) == ({"ALL": 12}, {"ALL": 3}, "opened")
    said = at_work("draw", "list").out
    assert said.count("\n") == said.count("见证人 1 名") == 2
    assert subjects["commit_sha256"][:16] in said


def test_no_draws(shell: Shell) -> None:
    assert shell("draw", "list", "--json").json == {"draws": []}
    assert shell("draw", "list").out == "还没有抽取。\n"


@pytest.mark.parametrize("number", [SUBJECTS, INSPECTORS])
def test_a_bundle_is_written_for_its_owner_alone_and_holds(
    at_work: Shell, tmp_path: Path, number: str
) -> None:
    out = tmp_path / "bundle.json"
    done = at_work("draw", "export", number, "--out", out)
    assert (done.code, done.err) == (0, "")
    assert out.stat().st_mode & 0o777 == 0o600
    assert number in out.read_text("utf-8")
    checked = at_work("draw", "verify", out, "--json")
    assert checked.code == 0
    assert checked.json["ok"] is True
    assert all(set(one) == {"name", "ok", "reason"} for one in checked.json["checks"])
    assert checked.json["draw"]["draw"] == number
    said = at_work("draw", "verify", out).out
    assert said.startswith(f"抽取 {number}，第 1 次：")
    assert checked.json["draw"]["commit_sha256"] in said
    assert "见证人：w1" in said
    assert said.count("✓") == len(checked.json["checks"])
    assert "核验通过" in said


def test_a_file_that_was_there_is_closed_to_others_before_it_is_written(
    at_work: Shell, tmp_path: Path
) -> None:
    out = tmp_path / "bundle.json"
    out.write_text("{}")
    out.chmod(0o644)
    assert at_work("draw", "export", SUBJECTS, "--out", out).code == 0
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_bundle_that_was_tampered_with_fails_by_name(at_work: Shell, tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    at_work("draw", "export", SUBJECTS, "--out", out)
    bundle = json.loads(out.read_text("utf-8"))
    bundle["selected"]["ALL"].reverse()
    out.write_text(json.dumps(bundle))
    done = at_work("draw", "verify", out, "--json")
    assert done.code == 1
    assert [one["name"] for one in done.json["checks"] if not one["ok"]] == ["selected"]
    said = at_work("draw", "verify", out)
    assert said.code == 1
    assert "✗ selected：" in said.out
    assert "核验通过" not in said.out
    assert "核验不通过" in said.out
    assert "核对的是：用 E 给每个候选重算号码" in said.out


def test_a_file_of_anything_is_a_verdict_too(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    out.write_text('{"kind": 3}')
    assert shell("draw", "verify", out, "--json").json["draw"] is None
    said = shell("draw", "verify", out)
    assert said.code == 1
    assert "✗ commit_text：" in said.out


def test_the_example_of_the_protocol_holds(shell: Shell) -> None:
    example = Path(__file__).parents[3] / "shared" / "data" / "draw_example.json"
    if not example.exists():
        pytest.skip("the folder beside the checkout is not here")
    assert shell("draw", "verify", example, "--json").json["ok"] is True
    assert not shell.data.exists()


@pytest.mark.parametrize(
    "form", ["national/forms/base.md", "national/forms/item.md", "puyang/forms/fire_safety.md"]
)
def test_the_packaged_forms_can_be_used(shell: Shell, form: str) -> None:
    path = Path(__file__).parents[2] / "jurisdictions" / form
    done = shell("forms", "check", path, "--json")
    assert (done.code, done.json["ok"], done.json["problems"]) == (0, True, [])
    assert set(done.json) == {"ok", "title", "questions", "problems"}
    assert "可以使用" in shell("forms", "check", path).out


def test_the_tables_climb_and_say_where_they_are(shell: Shell) -> None:
    done = shell("db", "check")
    assert (done.code, done.out) == (2, "")
    assert "chouchatong db upgrade" in done.err
    assert shell("db", "upgrade").out.startswith("表结构已是版本 ")
    assert shell("db", "check").out == "表结构是最新版本。\n"
    assert shell("db", "upgrade").code == 0  # again, and nothing happens


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    """An address of PostgreSQL with nothing in it, as people write it."""

    async def execute(command: str) -> None:
        connection = await asyncpg.connect(postgres)
        await connection.execute(command)
        await connection.close()

    asyncio.run(execute("CREATE DATABASE of_commands"))
    yield make_url(postgres).set(database="of_commands").render_as_string(hide_password=False)
    asyncio.run(execute("DROP DATABASE of_commands WITH (FORCE)"))


def test_postgresql_climbs_when_it_is_told_to(
    shell: Shell, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database)
    for words in (("status", "--json"), ("db", "check")):
        done = shell(*words)
        assert (done.code, done.out) == (2, "")
        assert "chouchatong db upgrade" in done.err
    assert shell("db", "upgrade").code == 0
    assert shell("status", "--json").json["overdue"] == 0
    assert shell("audit", "verify", "--json").json == {"ok": True, "breaks": []}
    assert not (shell.data / FILE).exists()
