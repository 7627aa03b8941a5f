"""Time and memory of a piece of work, alone in a fresh process (alone.py), and the table that shows them."""

import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Any

ROOT = Path(__file__).parent.parent

LOOK_SECONDS = 0.02
"""How often a process and its children are looked at."""

Work = Callable[[], object]
"""What is timed: everything it needs is already there."""


class Figures(dict[str, float]):
    """What a piece of work has measured itself, by name; what it returns, if seconds alone don't say it."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a piece of work cost.

    Args:
        seconds: median of the runs, each in a process of its own.
        peak_mib: largest resident memory of such a process, its preparation too, in MiB.
        figures: what the work has measured itself, the median of each.
        family_mib: the same of the process and all that it has started, at the moment when they had most together; a
            page that several share counts in each.
        cpu_seconds: of all these processes together, the median.
    """

    seconds: float
    peak_mib: float
    figures: Mapping[str, float] = field(default_factory=dict)
    family_mib: float = 0.0
    cpu_seconds: float = 0.0


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
        work: ``module:function``; the function is called with the arguments, prepares, and returns what is timed,
            or a context that gives it and cleans up after it.
        *arguments: sizes.
        repeat: in how many processes.

    Returns:
        The median time and the largest memory.
    """
    return side_by_side([work], *arguments, repeat=repeat)[0]


def side_by_side(works: Sequence[str], *arguments: int, repeat: int = 3) -> list[Measurement]:
    """Measure several pieces of work in turn, so that what else the machine does meanwhile meets them all.

    Args:
        works: as for :func:`measured`.
        *arguments: sizes, the same for each.
        repeat: how often each has its turn.

    Returns:
        One measurement a work.
    """
    runs = [[_run(work, *arguments) for work in works] for _ in range(repeat)]
    return [_median(run) for run in zip(*runs, strict=True)]


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown.

    Args:
        rows: in order.

    Returns:
        A table with one line a row, an LF at the end.
    """
    return grid(
        ("what", "seconds", "peak MiB", "ours ÷ alternative", "alternative", "target"),
        "lrrrll",
        (
            (
                row.name,
                f"{row.seconds:.2f}",
                f"{row.peak_mib:.0f}",
                "" if row.ratio is None else f"{row.ratio:.2f}",
                row.alternative,
                row.target,
            )
            for row in rows
        ),
    )


def grid(heads: Sequence[str], sides: str, lines: Iterable[Sequence[str]]) -> str:
    """A table in Markdown.

    Args:
        heads: of the columns.
        sides: ``l`` or ``r`` for each column.
        lines: the cells.

    Returns:
        The table, an LF at the end.
    """
    rules = ("---" if side == "l" else "--:" for side in sides)
    rows = [heads, *lines]
    written = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([written[0], f"|{'|'.join(rules)}|", *written[1:]]) + "\n"


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


def family(pid: int) -> Iterator[int]:
    """A process and all that it has started and that still runs, as far as the system says.

    Args:
        pid: of the process.

    Yields:
        Process ids.
    """
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:  # it has ended meanwhile
            continue
        for child in children:
            yield from family(int(child))


def _run(work: str, *arguments: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.alone", work, *map(str, arguments)]
    most = 0.0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter and module, arguments from this folder
        while process.poll() is None:
            most = max(most, sum(_resident_mib(pid) for pid in family(process.pid)))
            sleep(LOOK_SECONDS)
        said, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    ran: dict[str, Any] = json.loads(said)
    return {**ran, "family_mib": max(most, ran["peak_mib"])}


def _resident_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:  # it has ended meanwhile
        return 0.0
    return pages * resource.getpagesize() / 1024**2


def _median(runs: Sequence[dict[str, Any]]) -> Measurement:
    return Measurement(
        seconds=statistics.median(run["seconds"] for run in runs),
        peak_mib=max(run["peak_mib"] for run in runs),
        figures={
            name: statistics.median(run["figures"][name] for run in runs) for name in runs[0]["figures"]
        },
        family_mib=max(run["family_mib"] for run in runs),
        cpu_seconds=statistics.median(run["cpu_seconds"] for run in runs),
    )
