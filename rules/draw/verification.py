"""The auditor's bundle, recomputed from nothing but itself."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from rules.draw import shape
from rules.draw.assignment import extend, redraw
from rules.draw.bundle import picks_json
from rules.draw.commitment import NOTHING, PROTOCOL, amounts_text
from rules.draw.identity import Kind
from rules.draw.quota import everybody
from rules.draw.reading import Reading
from rules.draw.roster import KEYS, outcome_of, terms
from rules.draw.selection import select
from rules.draw.substitution import follow, read_substitutions
from rules.draw.verdict import Check, CheckName, Verdict
from rules.errors import Refused

_SHOWN = 160  # characters of a value in a finding: two hashes and what is around them


def verify(bundle: object) -> Verdict:
    """Recompute a draw from its bundle alone.

    Args:
        bundle: as it came from JSON; whatever is wrong in it ends in a failed check.

    Returns:
        The verdict.

    Raises:
        Refused: ``draw.bundle_shape`` if it is no JSON object at all.

    Source: ssj-draw/1, the auditor's bundle.
    """
    given = shape.members(bundle, "$")
    reading = Reading(given)
    checks: list[Check] = []
    for name in _applicable(given):
        made = _made(name, reading)
        if made.failure is not None and any(_same(made.failure, check.failure) for check in checks):
            made = Check(name, "", "", Refused("draw.check_blocked"))
        checks.append(made)
    return Verdict(tuple(checks))


def _applicable(given: Mapping[str, object]) -> Iterator[CheckName]:
    inspectors = given.get("kind") == Kind.INSPECTORS and any(
        key in given for key in (*KEYS, "redraws", "additions")
    )
    optional = {
        CheckName.SUBSTITUTES: "substitutes" in given,
        CheckName.PLAN: "plan_text" in given,
        CheckName.TERMS: inspectors,
        CheckName.VISITS: inspectors,
        CheckName.REDRAWS: inspectors and ("redraws" in given or "additions" in given),
        CheckName.SUBSTITUTIONS: "substitutions" in given,
    }
    return (name for name in CheckName if optional.get(name, True))


def _made(name: CheckName, reading: Reading) -> Check:
    try:
        finding = _CHECKS[name](reading)
    except Refused as refused:
        return Check(name, "", "", refused)
    expected, found = _shown(finding.expected), _shown(finding.found)
    failure = None if finding.holds else Refused(f"draw.check_{name}", expected=expected, found=found)
    return Check(name, expected, found, failure)


def _same(one: Refused, other: Refused | None) -> bool:
    """Whether both say the same: the second then only could not be checked because of the first."""
    return other is not None and one.code == other.code and one.details == other.details


class _Finding(NamedTuple):
    expected: object
    found: object
    holds: bool


_READABLE = _Finding("", "", holds=True)


def _equal(expected: str, found: object) -> _Finding:
    return _Finding(expected, found, holds=expected == found)


def _differ(expected: str, found: str) -> _Finding:
    return _Finding(expected, found, holds=False)


def _readable(part: Callable[[Reading], object]) -> Callable[[Reading], _Finding]:
    def check(reading: Reading) -> _Finding:
        part(reading)
        return _READABLE

    return check


def _witnesses(reading: Reading) -> _Finding:
    contributed = (witness for witness, _ in reading.entropy.contributions)
    return _equal(",".join(reading.commit.witnesses), ",".join(contributed))


def _beacon(reading: Reading) -> _Finding:
    announced, value = reading.commit.beacon, reading.entropy.beacon
    return _Finding(
        NOTHING if announced is None else announced,
        NOTHING if value is None else value.hex(),
        holds=(announced is None) == (value is None),
    )


def _counts(reading: Reading) -> _Finding:
    return _equal(amounts_text(reading.commit.counts), amounts_text(reading.manifest.counts))


def _selected(reading: Reading) -> _Finding:
    drawn = select(reading.sealed, bytes.fromhex(reading.entropy_sha256), reading.commit.quotas)
    return _first_difference(
        "selected",
        {one.stratum: picks_json(one.selected) for one in drawn},
        shape.members(reading.given.get("selected"), "selected"),
    )


def _substitutes(reading: Reading) -> _Finding:
    """As many of the next ones as the bundle names, stratum by stratum."""
    named = shape.members(reading.given["substitutes"], "substitutes")
    lengths = {name: len(shape.items(rows, f"substitutes.{name}")) for name, rows in named.items()}
    longest = max(lengths.values(), default=0)
    drawn = select(reading.sealed, bytes.fromhex(reading.entropy_sha256), reading.commit.quotas, longest)
    following = {
        one.stratum: picks_json(one.substitutes)[: lengths[one.stratum]]
        for one in drawn
        if one.stratum in lengths
    }
    return _first_difference("substitutes", following, named)


def _terms(reading: Reading) -> _Finding:
    """The terms are written the one way, and are those that the plan fixed, if it fixed any."""
    roster = reading.roster
    canonical = terms(roster.visits, roster.expertise, roster.loads)
    for source, there in (("$", reading.given), ("plan_text.assignment", reading.plan_terms)):
        if there is None:
            continue
        held = there if isinstance(there, Mapping) else {}
        finding = _first_difference(source, canonical, {key: held[key] for key in canonical if key in held})
        if not finding.holds:
            return finding
    return _READABLE


def _visits(reading: Reading) -> _Finding:
    """Everybody who may be drawn is in the draw, and the places are as load and chance have them."""
    everyone = everybody(reading.manifest.counts)
    if dict(reading.commit.quotas) != everyone:
        return _differ(amounts_text(everyone), amounts_text(reading.commit.quotas))
    outcome = [[subject, list(team)] for subject, team in outcome_of(reading.assignment).items()]
    return _first_difference("$", {"visits": outcome}, {"visits": reading.given.get("visits")})


def _redraws(reading: Reading) -> _Finding:
    """Every place drawn again and every visit added, in the order in which they happened."""
    assignment = reading.assignment
    added = list(reading.roster.additions)
    for index in range(len(reading.roster.redraws) + 1):
        while added and added[0].after == index:
            addition = added.pop(0)
            assignment = extend(
                assignment, addition.visit, reading.inspectors, reading.chance, barred=addition.barred
            )
            team = assignment.teams[addition.visit.subject].inspectors
            if team != addition.inspectors:
                place = f"additions.{addition.visit.subject}"
                return _differ(
                    f"{place}: {_brief(list(team))}", f"{place}: {_brief(list(addition.inspectors))}"
                )
        if index == len(reading.roster.redraws):
            break
        one = reading.roster.redraws[index]
        after = redraw(
            assignment, one.subject, one.place, reading.inspectors, reading.chance, barred=one.barred
        )
        was, now = (state.teams[one.subject].inspectors[one.place] for state in (assignment, after))
        if (was, now) != (one.recused, one.inspector):
            place = f"redraws[{index}]"
            return _differ(
                f"{place}: {_brief([was, now])}", f"{place}: {_brief([one.recused, one.inspector])}"
            )
        assignment = after
    return _differ("additions: 0", f"additions: {len(added)}") if added else _READABLE


def _substitutions(reading: Reading) -> _Finding:
    """Each subject that is gone was drawn, and who took its place is the next in its stratum."""
    selected = shape.members(reading.given.get("selected"), "selected")
    following = shape.members(reading.given.get("substitutes", {}), "substitutes")
    drawn = {
        name: [shape.text(shape.items(row, name, 2)[0], name) for row in shape.items(rows, name)]
        for name, rows in selected.items()
    }
    next_ones = {
        name: [shape.text(shape.items(row, name, 2)[0], name) for row in shape.items(rows, name)]
        for name, rows in following.items()
    }
    wrong = follow(
        drawn, next_ones, reading.manifest.counts, read_substitutions(reading.given["substitutions"])
    )
    return _READABLE if wrong is None else _differ(*wrong)


_CHECKS: Mapping[CheckName, Callable[[Reading], _Finding]] = {
    CheckName.PROTOCOL: lambda reading: _equal(PROTOCOL, reading.given.get("protocol")),
    CheckName.KIND: _readable(lambda reading: reading.kind),
    CheckName.COMMIT_TEXT: _readable(lambda reading: reading.commit),
    CheckName.COMMIT_HASH: lambda reading: _equal(reading.commit_sha256, reading.given.get("commit_sha256")),
    CheckName.ENTROPY_TEXT: _readable(lambda reading: reading.entropy),
    CheckName.ENTROPY_HASH: lambda reading: _equal(
        reading.entropy_sha256, reading.given.get("entropy_sha256")
    ),
    CheckName.ENTROPY_COMMIT: lambda reading: _equal(reading.commit_sha256, reading.entropy.commit_sha256),
    CheckName.WITNESSES: _witnesses,
    CheckName.BEACON: _beacon,
    CheckName.SECRET: lambda reading: _equal(reading.commit.server_secret_sha256, reading.secret_sha256),
    CheckName.CANDIDATES: _readable(lambda reading: reading.manifest),
    CheckName.COUNTS: _counts,
    CheckName.ROOT: lambda reading: _equal(reading.commit.manifest_root, reading.sealed.root.hex()),
    CheckName.SELECTED: _selected,
    CheckName.SUBSTITUTES: _substitutes,
    CheckName.PLAN: lambda reading: _equal(reading.commit.plan_sha256, reading.plan_sha256),
    CheckName.TERMS: _terms,
    CheckName.VISITS: _visits,
    CheckName.REDRAWS: _redraws,
    CheckName.SUBSTITUTIONS: _substitutions,
}


def _first_difference(place: str, expected: Mapping[str, object], found: Mapping[str, object]) -> _Finding:
    for key in sorted({*expected, *found}):
        wanted, there = expected.get(key), found.get(key)
        if key in expected and wanted == there:
            continue
        if not isinstance(wanted, list) or not isinstance(there, list):
            return _differ(f"{place}.{key}: {_brief(wanted)}", f"{place}.{key}: {_brief(there)}")
        index = 0
        while index < min(len(wanted), len(there)) and wanted[index] == there[index]:
            index += 1
        row, row_there = (_brief(rows[index] if index < len(rows) else None) for rows in (wanted, there))
        return _differ(f"{place}.{key}[{index}]: {row}", f"{place}.{key}[{index}]: {row_there}")
    return _READABLE


def _brief(value: object, depth: int = 3) -> str:
    """A value of any shape as text; what lies deeper than anything that belongs here is named by its type."""
    if value is None:
        return NOTHING
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list | tuple) and depth:
        return f"[{', '.join(_brief(one, depth - 1) for one in value)}]"
    if isinstance(value, Mapping) and depth:
        return f"{{{', '.join(f'{key}: {_brief(one, depth - 1)}' for key, one in value.items())}}}"
    return type(value).__name__


def _shown(value: object) -> str:
    """A value as one short text that any terminal takes."""
    text = _brief(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
