"""The benchmark measures what it says; how fast is not tested."""

import os
import subprocess
import sys

from benchmarks import draw, queries
from benchmarks.measure import Row, family, measured, peak_mib, table
from rules.draw.manifest import freeze, read
from rules.draw.piece import LINES
from rules.draw.selection import Selection

SIZE = 2000


def test_the_stored_list_is_a_list_of_that_size_with_every_stratum() -> None:
    manifest = read(draw.stored(SIZE))
    assert len(manifest) == SIZE
    assert set(manifest.counts) == {*draw.RATIOS, "-year"}
    assert freeze(draw.candidates(SIZE)) == manifest


def test_every_way_draws_as_many() -> None:
    ours = draw.alone(SIZE)()
    theirs = [queries.sqlite(SIZE)(), queries.duckdb(SIZE)()]
    assert isinstance(ours, tuple)
    sizes = []
    for selection in ours:
        assert isinstance(selection, Selection)
        sizes.append(len(selection.selected) + len(selection.substitutes))
    assert sum(sizes) > 5 * draw.SUBSTITUTES
    for other in theirs:
        assert isinstance(other, list)
        assert sorted(len(rows) for rows in other) == sorted(sizes)


def test_two_processes_draw_what_one_draws() -> None:
    number = 2 * LINES + SIZE
    assert draw.ours(number)() == draw.alone(number)()


def test_a_piece_of_work_is_measured_in_a_process_of_its_own() -> None:
    measurement = measured("benchmarks.draw:ours", SIZE, repeat=1)
    assert measurement.seconds > 0
    assert measurement.cpu_seconds > 0
    assert measurement.family_mib >= measurement.peak_mib > 0
    assert peak_mib() > 0


def test_memory_is_that_of_a_process_and_of_those_that_it_has_started() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert {os.getpid(), child.pid} <= set(family(os.getpid()))
        assert child.stdin is not None
        child.stdin.write(b"\n")


def test_the_table_has_one_line_a_row() -> None:
    rows = [Row("draw", 2.5, 80.4, 0.714, "other", "≤ 4 s"), Row("list", 1.0, 9.9)]
    assert table(rows).splitlines()[2:] == [
        "| draw | 2.50 | 80 | 0.71 | other | ≤ 4 s |",
        "| list | 1.00 | 10 |  |  |  |",
    ]
