"""Time and memory of a piece of work, alone in a fresh process, and the table that shows them."""

import gc
import importlib
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent

Work = Callable[[], object]
"""What is timed: everything it needs is already there."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a piece of work cost.

    Args:
        seconds: median of the runs, each in a process of its own.
        peak_mib: largest resident memory of such a process, its preparation too, in MiB.
    """

    seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        name: what was done.
        seconds: how long it took.
        peak_mib: resident memory at most, in MiB.
        ratio: our seconds for one of the alternative's, or None without an alternative.
        alternative: what it is compared with, empty without one.
        target: what we want it to be, empty if it stands here only for comparison.
    """

    name: str
    seconds: float
    peak_mib: float
    ratio: float | None = None
    alternative: str = ""
    target: str = ""


def measured(work: str, *arguments: int, repeat: int = 3) -> Measurement:
    """Measure a piece of work in processes of its own.

    Args:
        work: ``module:function``; the function is called with the arguments, prepares, and returns what is timed.
        *arguments: sizes.
        repeat: in how many processes.

    Returns:
        The median time and the largest memory.
    """
    runs = []
    for _ in range(repeat):
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, arguments from this folder
            [sys.executable, "-m", "benchmarks.measure", work, *map(str, arguments)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        runs.append(json.loads(done.stdout))
    return Measurement(
        seconds=statistics.median(run["seconds"] for run in runs),
        peak_mib=max(run["peak_mib"] for run in runs),
    )


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown.

    Args:
        rows: in order.

    Returns:
        A table with one line a row, an LF at the end.
    """
    lines = [
        "| what | seconds | peak MiB | ours ÷ alternative | alternative | target |",
        "|---|--:|--:|--:|---|---|",
    ]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells = (row.name, f"{row.seconds:.2f}", f"{row.peak_mib:.0f}", ratio, row.alternative, row.target)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def peak_mib() -> float:
    """Resident memory of this process at most so far, in MiB.

    Linux hands ``ru_maxrss`` down from the process that started this one, so a large parent would be measured
    too; ``VmHWM`` begins anew with each program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _main(work: str, *arguments: str) -> None:
    module, _, name = work.partition(":")
    prepared: Work = getattr(importlib.import_module(module), name)(*map(int, arguments))
    gc.collect()
    before = perf_counter()
    prepared()
    seconds = perf_counter() - before
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
