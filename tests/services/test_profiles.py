"""Packaged profiles, and one from outside."""

import json
import re
from pathlib import Path

import pytest

from rules.errors import Refused
from rules.profile import ProfileRefused, describe
from rules.profile.lines import Line
from rules.profile.terms import CheckMethod
from services import profiles
from templates.refusal import sentence

ROOT = Path(__file__).parents[2]
FIVE = ("puyang", "shifanqu", "wuyuan", "xingtai", "yanshi")


def test_every_folder_with_a_profile_is_a_jurisdiction() -> None:
    assert profiles.names() == FIVE


@pytest.mark.parametrize("name", FIVE)
def test_a_packaged_profile_is_read_once(name: str) -> None:
    profile = profiles.load(name)

    assert profile.code == name
    assert profiles.load(name) is profile


@pytest.mark.parametrize("name", ["atlantis", "national", "", "..", "puyang/../yanshi", "PUYANG"])
def test_an_unknown_jurisdiction_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(Refused) as refused:
        profiles.load(name)

    assert refused.value.code == "profile.unknown"
    assert all(known in sentence(refused.value) for known in FIVE)


def test_a_file_in_the_folder_of_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "atlantis"
    folder.mkdir()
    text = (ROOT / "jurisdictions" / "puyang" / "profile.toml").read_text(encoding="utf-8")
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(profiles, "files", lambda _package: tmp_path)
    profiles.names.cache_clear()
    try:
        with pytest.raises(ProfileRefused) as refused:
            profiles.load("atlantis")
    finally:
        profiles.names.cache_clear()

    assert refused.value.code == "profile.folder_mismatch"
    assert "puyang" in sentence(refused.value)


def test_a_file_from_outside_is_checked_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "sixth.toml"
    text = (ROOT / "jurisdictions" / "wuyuan" / "profile.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('code = "wuyuan"', 'code = "sixth"'), encoding="utf-8")

    assert profiles.check(path).code == "sixth"
    path.write_text(text.replace("value = 20,", "value = -20,"), encoding="utf-8")
    with pytest.raises(ProfileRefused) as refused:
        profiles.check(path)
    assert "sixth.toml" in sentence(refused.value)
    assert "publication.working_days.value" in sentence(refused.value)


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.toml", tmp_path):
        with pytest.raises(Refused) as refused:
            profiles.check(path)
        assert refused.value.code == "profile.unreadable"
        assert path.name in sentence(refused.value)


def test_a_file_that_is_far_too_big_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(Refused) as refused:
        profiles.check(path)

    assert refused.value.code == "profile.too_big"
    assert "big.toml" in sentence(refused.value)


@pytest.mark.parametrize("name", FIVE)
def test_the_lines_of_a_profile_go_into_json(name: str) -> None:
    lines = [line.plain() for line in describe(profiles.load(name))]

    assert json.loads(json.dumps(lines)) == lines


def test_a_line_has_its_value_with_its_article() -> None:
    lines = {(line.section, line.key): line for line in describe(profiles.load("wuyuan"))}

    assert lines["publication", "working_days"].value == 20
    assert lines["publication", "working_days"].article == "第二十三条"
    assert lines["limits", "dispatch.working_days"].value == 5
    assert lines["report_calendar", "joint_plan"].plain()["value"] == {
        "name": "joint_plan",
        "title": "制定并公示部门联合年度抽查工作计划",
        "kind": "plan",
        "by": ["government"],
        "schedule": {"yearly": ["03-31"]},
        "minimum": 1,
    }
    assert lines["reminders", "digest_at"].plain()["value"] == "09:00:00"
    assert ("limits", "confirmation.working_days") not in lines


def test_no_line_is_lost() -> None:
    def cited(value: object) -> int:
        if isinstance(value, dict):
            return ("source" in value) + sum(map(cited, value.values()))
        return sum(map(cited, value)) if isinstance(value, list) else 0

    for name in FIVE:
        profile = profiles.load(name)
        lines: list[Line] = [line for line in describe(profile) if line.source is not None]
        assert len(lines) == cited(profile.model_dump(mode="json", exclude_none=True))


def test_the_base_form_offers_the_same_methods_and_kinds_of_refusal() -> None:
    form = (ROOT / "jurisdictions" / "national" / "forms" / "base.md").read_text(encoding="utf-8")

    def choices(name: str) -> set[str]:
        return set(re.findall(rf"^\| *\| {name} \| (\w+) ", form, re.MULTILINE))

    # 非现场监管 is how 示范区 watches, not a way to make the record of a visit.
    assert choices("methods") == set(CheckMethod) - {CheckMethod.REMOTE}
    for name in FIVE:
        assert set(profiles.load(name).noncooperation.kinds.value) == choices("refusals")
