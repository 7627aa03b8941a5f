"""Nothing in a bundle can be changed without a check that fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.draw.verification import verify
from tests.rules.draw.kept import BARE, INSPECTORS, SUBJECTS, Route, drop, get, paths, put

ODDITIES: tuple[Any, ...] = (None, True, 0, 1.5, "", "x", [], {}, [None])


def changes(value: Any) -> Iterator[Any]:
    """Other values that could stand in a place."""
    yield from (other for other in ODDITIES if other != value or other is True)
    if isinstance(value, str):
        yield from (
            value + " ",
            value + "\n",
            value[:-1],
            value + value[-1:],
            f"\ufeff{value}",
            value + "\ud800",
        )
        yield from (other for other in (value.upper(), value.lower(), value[::-1]) if other != value)
    if isinstance(value, int):
        yield from (value + 1, -1, 10**30, float(value))
    if isinstance(value, list):
        yield from (other for other in (value[::-1], value[1:], value[:-1]) if other != value)
        yield from ([*value, None], [*value, *value[:1]]) if value else ()
    if isinstance(value, dict):
        yield from ({**value, "E": []}, {**value, "E": None})
        yield from ({**value, key: None} for key in value)


@pytest.mark.parametrize("bundle", [BARE, SUBJECTS, INSPECTORS], ids=["bare", "subjects", "inspectors"])
def test_every_change_of_a_single_place_is_caught(bundle: Any) -> None:
    tried = 0
    for path in paths(bundle):
        if path[0] in {"substitutes", "redraws"}:  # may be shorter: below
            continue
        mutations = [put(bundle, path, other) for other in changes(get(bundle, path))]
        if path not in {("kind",), ("plan_text",)}:  # may be left out: below
            mutations.append(drop(bundle, path))
        for changed in mutations:
            tried += 1
            assert not verify(changed).ok, (path, changed)
    assert tried > 300


def test_what_a_bundle_may_leave_out_it_may() -> None:
    for bundle, key in (
        (SUBJECTS, "kind"),
        (SUBJECTS, "plan_text"),
        (SUBJECTS, "substitutes"),
        (INSPECTORS, "redraws"),
    ):
        assert verify(drop(bundle, (key,))).ok
    for stratum, rows in SUBJECTS["substitutes"].items():
        assert verify(drop(SUBJECTS, ("substitutes", stratum))).ok
        for length in range(len(rows)):
            assert verify(put(SUBJECTS, ("substitutes", stratum), rows[:length])).ok
    assert verify(put(INSPECTORS, ("redraws",), INSPECTORS["redraws"][:-1])).ok
    assert verify(put(INSPECTORS, ("redraws", 0, "reason"), "relative")).ok


def test_a_substitute_out_of_turn_is_caught() -> None:
    assert not verify(put(SUBJECTS, ("substitutes",), [])).ok
    assert not verify(put(SUBJECTS, ("substitutes", "E"), [])).ok
    assert not verify(put(SUBJECTS, ("substitutes", "-year"), [])).ok
    for stratum, rows in SUBJECTS["substitutes"].items():
        wrong: tuple[Any, ...] = (None, "x", {}, [*rows, None], [None, *rows], rows[1:] or [[]], [[]])
        for other in wrong:
            assert not verify(put(SUBJECTS, ("substitutes", stratum), other)).ok, (stratum, other)
        for index, (name, ticket) in enumerate(rows):
            for row in ([name, ticket.upper()], [name], [ticket, name], [name, ticket, ""], name, None):
                if row != [name, ticket]:
                    assert not verify(put(SUBJECTS, ("substitutes", stratum, index), row)).ok


def test_a_redraw_that_did_not_happen_so_is_caught() -> None:
    rows = INSPECTORS["redraws"]
    wrong: tuple[Any, ...] = (None, {}, "x", [None], [[]], rows[::-1], rows[1:], [*rows, rows[-1]])
    for one in wrong:
        assert not verify(put(INSPECTORS, ("redraws",), one)).ok, one
    for index, row in enumerate(rows):
        for key, value in row.items():
            assert not verify(drop(INSPECTORS, ("redraws", index, key))).ok
            for other in (*changes(value), "insp:SG000", "insp:XF000", 2):
                if other != value or type(other) is not type(value):
                    assert not verify(put(INSPECTORS, ("redraws", index, key), other)).ok, (key, other)


STRINGS = [
    (bundle, path)
    for bundle in (BARE, SUBJECTS, INSPECTORS)
    for path in paths(bundle)
    if isinstance(get(bundle, path), str)
]


@settings(max_examples=400)
@given(st.sampled_from(STRINGS), st.data())
def test_every_change_of_a_single_character_is_caught(spot: tuple[Any, Route], data: st.DataObject) -> None:
    bundle, path = spot
    text = get(bundle, path)
    at = data.draw(st.integers(0, len(text)))
    put_in = data.draw(st.text("019afAF-=,: \n\r\t\u3000\u200bé", max_size=2) | st.text(max_size=2))
    cut = data.draw(st.integers(0, 2))
    other = text[:at] + put_in + text[at + cut :]
    if other != text:
        verdict = verify(put(bundle, path, other))
        assert not verdict.ok
        assert all(check.failure is not None for check in verdict.failed)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted({*SUBJECTS, *INSPECTORS})), anything))
def test_whatever_comes_ends_in_a_verdict(bundle: dict[str, object]) -> None:
    assert not verify(bundle).ok


@settings(max_examples=300)
@given(st.sampled_from([(b, p) for b in (SUBJECTS, INSPECTORS) for p in paths(b)]), anything)
def test_whatever_stands_in_a_place_ends_in_a_verdict(spot: tuple[Any, Route], value: object) -> None:
    bundle, path = spot
    verdict = verify(put(bundle, path, value))
    for check in verdict.checks:
        (check.expected + check.found).encode()  # a finding can always be written out
        assert check.ok == (check.failure is None)
