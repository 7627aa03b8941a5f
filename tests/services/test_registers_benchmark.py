"""The benchmark measures what it says; how fast is not tested."""

from benchmarks import registers
from services.registers.report import Outcome, Report

SIZE = 300


def test_all_three_take_every_line_of_the_same_file() -> None:
    assert registers.bare(SIZE)() == SIZE
    for work, outcome in ((registers.ours, Outcome.ADDED), (registers.again, Outcome.UNCHANGED)):
        report = work(SIZE)()
        assert isinstance(report, Report)
        assert report.faults == []
        assert report.count(outcome) == SIZE
        assert report.unknown == ()


def test_the_file_has_a_column_for_most_fields_and_no_line_twice() -> None:
    rows = list(registers.lines(SIZE))
    assert {len(row) for row in rows} == {len(registers.HEADERS)}
    assert len({row[1] for row in rows}) == SIZE
