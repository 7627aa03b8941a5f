"""``python -m benchmarks [NAME …] [--quick] [--write]``: the tables of docs/performance.md, measured now.

``make bench`` does the same; ``make bench ARGS="answers --quick"`` passes arguments on.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import (
    answers,
    assignment,
    chain,
    dossier,
    drafts,
    draw,
    holidays,
    lengths,
    notices,
    proof,
    registers,
    reminders,
    taps,
)
from benchmarks.document import write
from benchmarks.machine import facts
from benchmarks.measure import table
from bot.clock import utc_now
from rules.deadlines import local_date

MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One table.

    Args:
        run: gives it in Markdown.
        size: how much is measured.
        quick: how much to see whether it runs.
        named: whether it takes so long that it runs only when it is named.
    """

    run: Callable[[int], str]
    size: int
    quick: int
    named: bool = False


BENCHMARKS = {
    "answers": Benchmark(answers.run, answers.ANSWERS, 100),
    "assignment": Benchmark(assignment.run, assignment.VISITS, 100),
    "chain": Benchmark(chain.run, chain.LINES, 1_000),
    "dossier": Benchmark(lambda size: table(dossier.run(size)), dossier.PHOTOS, 3),
    "drafts": Benchmark(drafts.run, drafts.DRAFTS, 20),
    "draw": Benchmark(draw.run, draw.CANDIDATES, 10_000),
    "draw-10m": Benchmark(lambda size: draw.run(size, 1), 10 * draw.CANDIDATES, 20_000, named=True),
    "holidays": Benchmark(lambda size: table(holidays.run(size)), holidays.DUTIES, 1_000),
    "lengths": Benchmark(lengths.run, lengths.ANSWERS, 10),
    "notices": Benchmark(notices.run, notices.NOTICES, 60),
    "proof": Benchmark(proof.run, proof.CANDIDATES, 1_000),
    "registers": Benchmark(lambda size: table(registers.run(size)), registers.SUBJECTS, 1_000),
    "reminders": Benchmark(lambda size: table(reminders.run(size)), reminders.DUTIES, 1_000),
    "taps": Benchmark(taps.run, taps.STEPS, 36),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the tables.

    Args:
        arguments: of the command line; those of the process if not given.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed and memory, as ratios.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)}; without one, all that are quick"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it runs, not how fast")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"there is no benchmark «{unknown[0]}»; there is {', '.join(BENCHMARKS)}")
    if given.quick and given.write:
        parser.error("--quick measures too little to be written down")
    tables = {MACHINE: facts(local_date(utc_now()))}
    _show(MACHINE, tables[MACHINE])
    for name in given.names or [name for name, benchmark in BENCHMARKS.items() if not benchmark.named]:
        benchmark = BENCHMARKS[name]
        tables[name] = benchmark.run(benchmark.quick if given.quick else benchmark.size)
        _show(name, tables[name])
    if given.write:
        write(tables)
    return 0


def _show(name: str, text: str) -> None:
    print(f"## {name}\n\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
