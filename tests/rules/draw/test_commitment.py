from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.commitment import (
    Commit,
    beacon_name,
    commit_text,
    read_commit,
    sha256_of,
    short_code,
)
from rules.draw.identity import is_name
from rules.errors import Refused

COMMIT = Commit(
    draw="410928-2026-0001",
    attempt=2,
    plan_sha256="a1" * 32,
    manifest_root="b2" * 32,
    counts={"A": 3, "-year": 1, "B": 2},
    quotas={"B": 1, "A": 0},
    server_secret_sha256="c3" * 32,
    beacon=None,
    witnesses=("w2", "w1"),
)
TEXT = f"""ssj-draw/1
draw: 410928-2026-0001
attempt: 2
plan_sha256: {"a1" * 32}
manifest_root: {"b2" * 32}
counts: -year=1,A=3,B=2
quotas: A=0,B=1
server_secret_sha256: {"c3" * 32}
beacon: -
witnesses: w2,w1
"""

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5).filter(is_name)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def commits(draw: st.DrawFn) -> Commit:
    counts = draw(st.dictionaries(names, st.integers(1, 10**9), max_size=4))
    included = {name: count for name, count in counts.items() if not name.startswith("-")}
    quotas = {name: draw(st.integers(0, count)) for name, count in included.items() if draw(st.booleans())}
    return Commit(
        draw=draw(names),
        attempt=draw(st.integers(1, 1000)),
        plan_sha256=draw(hashes),
        manifest_root=draw(hashes),
        counts=counts,
        quotas=quotas,
        server_secret_sha256=draw(hashes),
        beacon=draw(st.none() | st.lists(names, min_size=2, max_size=3).map(" ".join)),
        witnesses=tuple(draw(st.lists(names, unique=True, max_size=3))),
    )


def test_the_text_is_as_the_protocol_has_it() -> None:
    assert commit_text(COMMIT) == TEXT
    assert read_commit(TEXT) == COMMIT


@given(commits())
def test_a_text_says_what_was_written(commit: Commit) -> None:
    text = commit_text(commit)
    assert read_commit(text) == commit
    assert commit_text(read_commit(text)) == text


@given(st.data())
def test_what_is_accepted_has_one_spelling(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text(st.sampled_from("0aA-,=: \n\t\r１é"), max_size=3))
    changed = TEXT[:at] + put + TEXT[at + cut :]
    try:
        understood = read_commit(changed)
    except Refused:
        return
    assert commit_text(understood) == changed


def test_a_draw_without_witnesses_and_with_a_beacon_can_be_written() -> None:
    text = commit_text(replace(COMMIT, witnesses=(), beacon="drand 4200000"))
    assert text.endswith("beacon: drand 4200000\nwitnesses: \n")
    assert read_commit(text).witnesses == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("ssj-draw/1\n", "ssj-draw/2\n", 1),
        ("ssj-draw/1\n", "\ufeffssj-draw/1\n", 1),
        ("draw: 4", "draw:4", 2),
        ("draw: 410928-2026-0001", "draw: ", 2),
        ("draw: 410928-2026-0001", "draw: 410928 2026", 2),
        ("attempt: 2", "attempt: 0", 3),
        ("attempt: 2", "attempt: 02", 3),
        ("attempt: 2", "attempt: ２", 3),
        ("attempt: 2", "attempt: -1", 3),
        ("attempt: 2", "attempt: " + "9" * 5000, 3),
        ("attempt: 2", "attempts: 2", 3),
        ("a1a1a1", "A1a1a1", 4),
        ("b2b2b2", "b2b2b", 5),
        ("-year=1,A=3,B=2", "A=3,-year=1,B=2", 6),
        ("-year=1,A=3,B=2", "-year=1,A=3,B=2,", 6),
        ("-year=1,A=3,B=2", "-year=1,A=3,A=3,B=2", 6),
        ("-year=1", "-year=0", 6),
        ("-year=1", "-year", 6),
        ("-year=1", "-year==1", 6),
        ("quotas: A=0,B=1", "quotas: B=1,A=0", 7),
        ("quotas: A=0,B=1", "quotas: A=0, B=1", 7),
        ("c3c3c3", "g3c3c3", 8),
        ("beacon: -", "beacon: ", 9),
        ("beacon: -", "beacon: drand  4", 9),
        ("witnesses: w2,w1", "witnesses: w2,w2", 10),
        ("witnesses: w2,w1", "witnesses: w2,,w1", 10),
        ("witnesses: w2,w1\n", "witnesses: w2,w1", 10),
        ("witnesses: w2,w1\n", "witnesses: w2,w1\n\n", 11),
        ("witnesses: w2,w1\n", "witnesses: w2,w1\nmore: 1\n", 11),
        ("witnesses: w2,w1\n", "", 10),
        ("attempt: 2\n", "attempt: 2\r\n", 3),
    ],
)
def test_what_is_not_as_the_protocol_has_it_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    assert old in TEXT
    with pytest.raises(Refused) as refused:
        read_commit(TEXT.replace(old, new, 1))
    assert refused.value.code == "draw.commit_line"
    assert refused.value.details["line"] == line


@pytest.mark.parametrize(
    ("commit", "line"),
    [
        (replace(COMMIT, draw="x\nattempt: 1"), 4),
        (replace(COMMIT, attempt=0), 3),
        (replace(COMMIT, plan_sha256="A1" * 32), 4),
        (replace(COMMIT, beacon="-"), 9),
        (replace(COMMIT, witnesses=("w1,w2",)), 10),
        (replace(COMMIT, witnesses=("",)), 10),
        (replace(COMMIT, counts={"A": 3, "B": 2, "C=1,D": 4}), 6),
    ],
)
def test_nothing_is_committed_that_reads_as_something_else(commit: Commit, line: int) -> None:
    with pytest.raises(Refused) as refused:
        commit_text(commit)
    assert refused.value.code == "draw.commit_line"
    assert refused.value.details["line"] == line


@pytest.mark.parametrize(
    ("quotas", "code"),
    [({"-year": 1}, "draw.quota_excluded"), ({"C": 1}, "draw.quota_stratum"), ({"B": 3}, "draw.quota_over")],
)
def test_a_quota_that_the_counts_do_not_allow_is_not_committed(quotas: dict[str, int], code: str) -> None:
    with pytest.raises(Refused) as refused:
        commit_text(replace(COMMIT, quotas=quotas))
    assert refused.value.code == code


def test_another_attempt_is_another_commitment() -> None:
    one, two = (sha256_of(commit_text(replace(COMMIT, attempt=number))) for number in (1, 2))
    assert one != two
    assert short_code(one) != short_code(two)


def test_the_short_code_is_the_beginning_of_the_commitment() -> None:
    commitment = sha256_of(TEXT)
    assert len(short_code(commitment)) == 16
    assert commitment.startswith(short_code(commitment))


@given(st.text(max_size=70))
def test_the_name_of_a_source_and_its_round_stand_in_the_commitment_as_they_are(typed: str) -> None:
    try:
        name = beacon_name(typed)
    except Refused as refusal:
        assert refusal.code == "draw.beacon_name"  # noqa: PT017  (nothing else is wrong with a name)
        return
    assert beacon_name(name) == name
    assert read_commit(commit_text(replace(COMMIT, beacon=name))).beacon == name


def test_a_source_has_a_name_and_a_round() -> None:
    assert beacon_name(" 排列5　\t26301 ") == "排列5 26301"
    for typed in ("排列5", "-", "", "a" * 60 + " 1", "排列5 1,2"):
        with pytest.raises(Refused):
            beacon_name(typed)
