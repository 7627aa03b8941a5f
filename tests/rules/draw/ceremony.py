"""Made-up draws from the first step to the bundle."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.draw.assignment import Chance, assign, redraw
from rules.draw.bundle import bundle
from rules.draw.commitment import Commit, commit_text, sha256_of
from rules.draw.entropy import close, contribution, entropy_text
from rules.draw.identity import Kind
from rules.draw.manifest import Manifest, freeze
from rules.draw.plan import plan_text
from rules.draw.quota import everybody
from rules.draw.roster import Redraw, Roster, inspectors_of, outcome_of, terms
from rules.draw.sealing import Sealed, seal
from rules.draw.selection import Selection, select
from rules.draw.team import Assignment, Inspector, Place, Visit


def seeded(label: str) -> bytes:
    """32 bytes that are the same in every run."""
    return hashlib.sha256(label.encode()).digest()


@dataclass(frozen=True)
class Drawn:
    """Everything that one attempt leaves behind."""

    secret: bytes
    plan: str
    sealed: Sealed
    committed: str
    entropy: str
    selections: tuple[Selection, ...]

    @property
    def chance(self) -> bytes:
        return bytes.fromhex(sha256_of(self.entropy))

    def bundle(self, roster: Roster | None = None) -> dict[str, object]:
        return bundle(
            committed=self.committed,
            entropy=self.entropy,
            secret=self.secret,
            manifest=self.sealed.manifest,
            selections=self.selections,
            plan=self.plan,
            roster=roster,
        )


def hold(
    manifest: Manifest,
    quotas: Mapping[str, int],
    *,
    seed: str = "one",
    witnesses: Mapping[str, str] | None = None,
    plan: Mapping[str, object] | None = None,
    substitutes: int = 0,
    beacon: tuple[str, str] | None = None,
) -> Drawn:
    """Hold a draw."""
    witnesses = {"w1": "6 3 6 2 4", "w2": "今天下雨"} if witnesses is None else witnesses
    plan_json = plan_text(plan or {"line": "2026-07", "title": "示例抽查"})
    secret = seeded(seed)
    sealed = seal(manifest, secret)
    committed = commit_text(
        Commit(
            draw="000000-2026-0001",
            attempt=1,
            plan_sha256=sha256_of(plan_json),
            manifest_root=sealed.root.hex(),
            counts=manifest.counts,
            quotas=quotas,
            server_secret_sha256=hashlib.sha256(secret).hexdigest(),
            beacon=beacon[0] if beacon else None,
            witnesses=tuple(witnesses),
        )
    )
    contributed = {witness: contribution(text) for witness, text in witnesses.items()}
    entropy = entropy_text(close(committed, contributed, contribution(beacon[1]) if beacon else None))
    drawn = select(sealed, bytes.fromhex(sha256_of(entropy)), quotas, substitutes)
    return Drawn(secret, plan_json, sealed, committed, entropy, drawn)


def subjects(seed: str = "one") -> Drawn:
    """A small draw of subjects with everything in it."""
    rows = [(f"91000000MA{number:08d}", stratum) for number, stratum in enumerate("AAAABBBBCCCCCDDD")]
    rows += [("410900600000012", "U"), ("豫X-7", "餐饮"), ("91000000MA99999999", "-year")]
    quotas = {"A": 0, "B": 1, "C": 2, "D": 3, "U": 1, "餐饮": 1}
    return hold(freeze(rows), quotas, seed=seed, substitutes=2, beacon=("drand 4200000", "5f" * 32))


def staff(departments: Mapping[str, int]) -> Manifest:
    """Inspectors of some departments, an expert and somebody whose certificate ran out."""
    rows = [
        (f"insp:{department.upper()}{number:03d}", department)
        for department, many in departments.items()
        for number in range(many)
    ]
    rows += [("insp:ZJ001", "-expert"), ("insp:GQ001", "-certificate")]
    return freeze(rows, Kind.INSPECTORS)


def visits(
    number: int, places: Sequence[Place], recused: Mapping[int, Iterable[str]] | None = None
) -> tuple[Visit, ...]:
    """Visits to made-up subjects, not in ticket order."""
    return tuple(
        Visit(
            subject=f"91000000MA{index:08d}",
            ticket=seeded(f"ticket {index}"),
            places=tuple(places),
            recused=frozenset((recused or {}).get(index, ())),
        )
        for index in range(number)
    )


@dataclass(frozen=True)
class Sent:
    """An inspectors' draw and who was sent where."""

    drawn: Drawn
    inspectors: tuple[Inspector, ...]
    chance: Chance
    assignment: Assignment
    wanted: tuple[Visit, ...]
    expertise: Mapping[str, frozenset[str]]
    loads: Mapping[str, int]

    def bundle(self, redraws: Sequence[Redraw] = ()) -> dict[str, object]:
        in_order = tuple(sorted(self.wanted, key=lambda visit: visit.ticket))
        outcome = outcome_of(self.assignment)
        return self.drawn.bundle(Roster(in_order, self.expertise, self.loads, outcome, tuple(redraws)))


def send(
    manifest: Manifest,
    wanted: tuple[Visit, ...],
    *,
    expertise: Mapping[str, frozenset[str]] | None = None,
    loads: Mapping[str, int] | None = None,
    seed: str = "one",
) -> Sent:
    """Draw inspectors and give them to the visits."""
    expertise, loads = expertise or {}, loads or {}
    plan = {"assignment": terms(wanted, expertise, loads)}
    drawn = hold(manifest, everybody(manifest.counts), seed=seed, plan=plan)
    inspectors = inspectors_of(manifest, expertise)
    chance = Chance(drawn.chance, drawn.secret)
    made = assign(wanted, inspectors, chance, loads)
    return Sent(drawn, inspectors, chance, made, wanted, expertise, loads)


def inspectors(seed: str = "one") -> dict[str, object]:
    """The bundle of an inspectors' draw with recusals before and after, an open place and a load carried in."""
    expertise = {"insp:SG001": frozenset({"食品", "计量"}), "insp:XF000": frozenset({"电气"})}
    loads = {"insp:SG000": 1}
    wanted = visits(
        4, [Place("sg"), Place("xf"), Place(None, "电气")], {1: ["insp:SG002"], 2: ["insp:XF000"]}
    )
    sent = send(staff({"sg": 4, "xf": 2}), wanted, expertise=expertise, loads=loads, seed=seed)
    after, redraws = sent.assignment, []
    for subject, place in ((wanted[0].subject, 0), (wanted[3].subject, 1), (wanted[0].subject, 0)):
        holder = after.teams[subject].inspectors[place]
        assert holder is not None
        after = redraw(after, subject, place, sent.inspectors, sent.chance)
        redraws.append(Redraw(subject, place, holder, after.teams[subject].inspectors[place]))
    return sent.bundle(redraws)
