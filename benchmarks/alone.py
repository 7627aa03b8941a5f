"""One piece of work in this process, its time and memory on stdout: ``python -m benchmarks.alone MODULE:FUNCTION SIZE…``."""

import gc
import importlib
import json
import resource
import sys
from contextlib import AbstractContextManager, nullcontext
from time import perf_counter, process_time

from benchmarks.measure import Figures, Work, peak_mib


def _cpu_seconds() -> float:
    """Of this process and of those that it has started and that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _main(work: str, *arguments: str) -> None:
    module, _, name = work.partition(":")
    made: Work | AbstractContextManager[Work] = getattr(importlib.import_module(module), name)(
        *map(int, arguments)
    )
    with made if isinstance(made, AbstractContextManager) else nullcontext(made) as prepared:
        gc.collect()
        gc.freeze()  # as a process of ours does when it has started (bot/serving.py); the others may as well
        before, cpu_before = perf_counter(), _cpu_seconds()
        found = prepared()
        seconds, cpu_seconds = perf_counter() - before, _cpu_seconds() - cpu_before
        figures = found if isinstance(found, Figures) else {}
        print(
            json.dumps(
                {
                    "seconds": seconds,
                    "cpu_seconds": cpu_seconds,
                    "peak_mib": peak_mib(),
                    "figures": figures,
                }
            )
        )
    gc.unfreeze()  # a library may complain of what it cannot take down in order


if __name__ == "__main__":
    _main(*sys.argv[1:])
