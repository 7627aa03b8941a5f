"""A complete draw, from the stored list to those selected, beside other ways to draw and the hashing alone.

``python -m benchmarks.draw [CANDIDATES]``
"""

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from benchmarks.measure import Work, grid, side_by_side
from rules.draw.commitment import Commit, commit_text, sha256_of
from rules.draw.entropy import close, contribution, entropy_text
from rules.draw.manifest import freeze, read
from rules.draw.piece import Spread
from rules.draw.plan import plan_text
from rules.draw.quota import Ratio, Rounding, quota
from rules.draw.sealing import seal
from rules.draw.selection import Selection, select
from services.workers import processes

CANDIDATES = 1_000_000
SUBSTITUTES = 20
STRATA = ["A"] * 40 + ["B"] * 30 + ["C"] * 15 + ["D"] * 5 + ["U"] * 8 + ["-year"] * 2
"""Of a hundred candidates."""

STRIDE = 7_368_787
"""A prime: steps of it visit every index once and leave no order."""

RATIOS = {"A": 200, "B": 300, "C": 1000, "D": 5000, "U": 300}
"""Basis points drawn of each; between 3 % and 20 % for C, 20 % and 100 % for D (示范区 五)."""

SECRET = hashlib.sha256(b"benchmark").digest()

OURS = {
    "ours, two processes": "benchmarks.draw:ours",
    "ours, one process": "benchmarks.draw:alone",
    "the list made beforehand, one process": "benchmarks.draw:freezing",
}
OTHERS = {
    "consistent_sampler": "benchmarks.draw:sampler",
    "SQLite, ORDER BY sha256": "benchmarks.queries:sqlite",
    "DuckDB, ORDER BY sha256": "benchmarks.queries:duckdb",
    "six blocks of SHA-256 each, in C, two threads": "benchmarks.blocks:hashing",
}
TARGETS = {CANDIDATES: "≤ 1.5 s, ≤ 512 MiB", 10 * CANDIDATES: "≤ 15 s, ≤ 512 MiB"}


def candidates(number: int) -> Iterator[tuple[str, str]]:
    """Made-up credit codes with their strata, in no order.

    Args:
        number: how many; no multiple of the stride.
    """
    return (_candidate(index * STRIDE % number) for index in range(number))


def stored(number: int) -> bytes:
    """The same list as the store keeps it, made line by line, so that making it needs no memory beside it.

    Args:
        number: of candidates.
    """
    text = BytesIO()
    text.writelines("\t".join(_candidate(index)).encode() + b"\n" for index in range(number))
    return text.getvalue()


def quotas(counts: dict[str, int]) -> dict[str, int]:
    """How many are drawn of each stratum.

    Args:
        counts: candidates of each stratum.
    """
    return {
        stratum: quota(counts[stratum], Ratio(basis_points, Rounding.CEIL)).count
        for stratum, basis_points in RATIOS.items()
        if stratum in counts
    }


def ours(number: int, cores: int = 2) -> Work:
    """The draw as it is held: read the stored list, commit, close, select with substitutes.

    Args:
        number: of candidates.
        cores: processes that share the work, started within it.
    """
    text = stored(number)

    def draw() -> object:
        with processes(cores) as spread:
            return _held(text, spread)

    return draw


def alone(number: int) -> Work:
    """The same in one process.

    Args:
        number: of candidates.
    """
    return ours(number, 1)


def _held(text: bytes, spread: Spread) -> tuple[Selection, ...]:
    manifest = read(text, spread=spread)
    sealed = seal(manifest, SECRET, spread)
    wanted = quotas(dict(manifest.counts))
    committed = commit_text(
        Commit(
            draw="000000-2026-0001",
            attempt=1,
            plan_sha256=sha256_of(plan_text({"benchmark": len(manifest)})),
            manifest_root=sealed.root.hex(),
            counts=manifest.counts,
            quotas=wanted,
            server_secret_sha256=hashlib.sha256(SECRET).hexdigest(),
            beacon=None,
            witnesses=("w1", "w2"),
        )
    )
    contributed = {"w1": contribution("6 3 6 2 4"), "w2": contribution("今天下雨")}
    entropy = entropy_text(close(committed, contributed))
    return select(sealed, bytes.fromhex(sha256_of(entropy)), wanted, SUBSTITUTES, spread)


def freezing(number: int) -> Work:
    """The list made from rows as a register gives them: checked, sorted, counted.

    Args:
        number: of candidates.
    """
    return lambda: freeze(candidates(number))


def sampler(number: int) -> Work:
    """The selection alone by ``consistent_sampler``; it commits to nothing.

    Args:
        number: of candidates.
    """
    sample = importlib.import_module("consistent_sampler").sampler
    strata: dict[str, list[str]] = {}
    for name, stratum in candidates(number):
        strata.setdefault(stratum, []).append(name)
    wanted = quotas({stratum: len(names) for stratum, names in strata.items()})

    def draw() -> object:
        return [
            list(islice(sample(strata[stratum], seed=SECRET.hex(), output="id"), quota + SUBSTITUTES))
            for stratum, quota in wanted.items()
        ]

    return draw


def run(number: int = CANDIDATES, repeat: int = 3) -> str:
    """Measure everything, in turn.

    Args:
        number: of candidates.
        repeat: how often each has its turn.

    Returns:
        A table in Markdown: ours, then what it stands beside.
    """
    others = dict(OTHERS)
    for module, name in (("consistent_sampler", "consistent_sampler"), ("duckdb", "DuckDB, ORDER BY sha256")):
        if importlib.util.find_spec(module) is None:
            print(f"{module} is not installed: left out of the comparison", file=sys.stderr)
            del others[name]
    works = {**OURS, **others}
    found = dict(zip(works, side_by_side(list(works.values()), number, repeat=repeat), strict=True))
    draw = found[next(iter(OURS))]
    return grid(
        ("what", "seconds", "ours ÷ this", "CPU, s", "ours ÷ this", "peak MiB", "target"),
        "lrrrrrl",
        (
            (
                name,
                f"{one.seconds:.2f}",
                f"{draw.seconds / one.seconds:.2f}" if name in others else "",
                f"{one.cpu_seconds:.2f}",
                f"{draw.cpu_seconds / one.cpu_seconds:.2f}" if name in others else "",
                f"{one.family_mib:.0f}",
                TARGETS.get(number, "") if one is draw else "",
            )
            for name, one in found.items()
        ),
    )


def _candidate(index: int) -> tuple[str, str]:
    return f"91000000MA{index:08d}", STRATA[index * STRIDE % 100]


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])))
