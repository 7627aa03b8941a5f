"""The benchmark measures what it says; how fast is not tested."""

from benchmarks import draw
from benchmarks.measure import Row, measured, peak_mib, table
from rules.draw.manifest import freeze, read
from rules.draw.selection import Selection

SIZE = 2000


def test_the_stored_list_is_a_list_of_that_size_with_every_stratum() -> None:
    manifest = read(draw.stored(SIZE))
    assert len(manifest) == SIZE
    assert set(manifest.counts) == {*draw.RATIOS, "-year"}
    assert freeze(draw.candidates(SIZE)) == manifest


def test_both_ways_draw_as_many() -> None:
    ours = draw.ours(SIZE)()
    theirs = [draw.sqlite(SIZE)(), draw.sqlite_with_insertion(SIZE)()]
    assert isinstance(ours, tuple)
    sizes = []
    for selection in ours:
        assert isinstance(selection, Selection)
        sizes.append(len(selection.selected) + len(selection.substitutes))
    assert sum(sizes) > 5 * draw.SUBSTITUTES
    for other in theirs:
        assert isinstance(other, list)
        assert sorted(len(rows) for rows in other) == sorted(sizes)


def test_a_piece_of_work_is_measured_in_a_process_of_its_own() -> None:
    measurement = measured("benchmarks.draw:ours", SIZE, repeat=1)
    assert measurement.seconds > 0
    assert measurement.peak_mib > 0
    assert peak_mib() > 0


def test_the_table_has_one_line_a_row() -> None:
    rows = [Row("draw", 2.5, 80.4, 0.714, "other", "≤ 4 s"), Row("list", 1.0, 9.9)]
    assert table(rows).splitlines()[2:] == [
        "| draw | 2.50 | 80 | 0.71 | other | ≤ 4 s |",
        "| list | 1.00 | 10 |  |  |  |",
    ]
