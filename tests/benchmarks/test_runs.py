"""Every benchmark runs and measures what it says; how fast is not tested."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from benchmarks import (
    answers,
    assignment,
    blocks,
    chain,
    dossier,
    drafts,
    holidays,
    lengths,
    notices,
    proof,
    reminders,
    taps,
)
from benchmarks.__main__ import BENCHMARKS, MACHINE, main
from benchmarks.document import DOCUMENT, NoPlace, begin, end, put, write
from benchmarks.machine import commit_ms
from benchmarks.measure import Figures, Work, grid, measured
from services.binder import Bound

Side = Callable[[int], AbstractContextManager[Work]]

RECORD = 36
"""Answers of one inspector."""


@pytest.mark.parametrize("side", [answers.ours, answers.bare, answers.barest])
def test_every_side_answers_every_update_of_a_record(side: Side) -> None:
    with side(RECORD) as work:
        figures = work()  # raises when an answer is lost
    assert isinstance(figures, Figures)
    assert figures.keys() == {"per_second", "cpu_ms", "p95_ms"}
    assert min(figures.values()) > 0


def test_of_drafts_at_once_no_answer_is_lost_or_doubled() -> None:
    with drafts.ours(4) as work:
        figures = work()  # raises when one is
    assert isinstance(figures, Figures)
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert figures["per_second"] > 0


@pytest.mark.parametrize("side", [taps.ours, taps.bare])
def test_every_tap_gets_its_screen(side: Side) -> None:
    with side(RECORD) as work:
        figures = work()  # raises when a tap gets none
    assert isinstance(figures, Figures)
    assert 0 < figures["median_ms"] <= figures["p95_ms"]


def test_every_notice_arrives_while_people_talk() -> None:
    with notices.ours(20) as work:
        figures = work()
    assert isinstance(figures, Figures)
    assert figures["sent"] == 20
    assert figures["refused"] == 0
    assert figures["replies"] >= 2


def test_answers_go_into_forms_of_any_length() -> None:
    lengths.repeated_engine(1)()
    with lengths.short_take(1) as work:
        work()  # raises when one is refused


def test_chance_alone_spreads_visits_further_than_ours() -> None:
    ours, chance = assignment.ours(200)(), assignment.sample(200)()
    assert isinstance(ours, Figures)
    assert isinstance(chance, Figures)
    assert ours["spread"] <= 2 < chance["spread"]


def test_the_floor_is_so_many_blocks_of_a_draw() -> None:
    assert sum(blocks.BLOCKS.values()) == 6
    hashed = blocks.hashing(100_000)()
    assert isinstance(hashed, list)
    assert len(hashed) == blocks.THREADS


def test_what_takes_long_runs_only_when_it_is_named() -> None:
    assert [name for name, benchmark in BENCHMARKS.items() if benchmark.named] == ["draw-10m"]


def test_a_chain_is_verified_and_hashed() -> None:
    chain.ours(50)()
    assert chain.bare(50)() == list(chain.lines(50))[-1]["hash"]


def test_an_import_moves_what_a_loop_over_the_rows_moves() -> None:
    mine, loop = holidays.ours(400)(), holidays.looping(400)()
    assert isinstance(mine, dict)
    assert isinstance(loop, dict)
    assert mine["moved"] == loop["moved"] > 0
    assert mine["settled"] == 400
    assert mine["told"] > 0


def test_a_tick_tells_everybody_of_what_a_walk_finds() -> None:
    with reminders.ours(400) as tick, reminders.walking(400) as walk:
        assert tick() == {"told": 125}
        assert walk() == {"due": 401}
    with reminders.digest(400) as tick:
        assert tick() == {"told": 1}


def test_a_check_s_file_has_every_photo() -> None:
    with dossier.ours(2) as work:
        bound = work()
    assert isinstance(bound, Bound)
    assert sum(name.endswith(".jpg") for name in bound.files) == 2
    for side in (dossier.zipped, dossier.scaled):
        with side(1) as work:
            assert work()


def test_a_draw_is_checked_by_every_side() -> None:
    assert proof.python(500)()
    if shutil.which("chromium") is not None:
        for side in (proof.webcrypto, proof.javascript):
            with side(500) as work:
                assert work()


def test_a_piece_of_work_is_measured_in_a_process_of_its_own() -> None:
    found = measured("benchmarks.draw:freezing", 100, repeat=1)
    assert found.seconds > 0
    assert found.peak_mib > 1
    assert found.figures == {}


def test_the_disk_is_asked_what_a_commit_costs() -> None:
    assert commit_ms(3) > 0


def test_a_table_is_markdown() -> None:
    assert (
        grid(("what", "n"), "lr", [("a", "1"), ("b", "2")])
        == "| what | n |\n|---|--:|\n| a | 1 |\n| b | 2 |\n"
    )


def test_a_table_takes_the_place_of_the_one_before() -> None:
    text = f"before\n{begin('x')}\nold\n{end('x')}\nafter\n"
    once = put(text, "x", "new \\1\n")
    assert once == f"before\n{begin('x')}\n\nnew \\1\n\n{end('x')}\nafter\n"
    assert put(once, "x", "new \\1\n") == once


@pytest.mark.parametrize(
    "text", ["", f"{begin('x')}\n", f"{end('x')}\n{begin('x')}\n", f"{begin('x')}\n{end('x')}\n" * 2]
)
def test_a_document_without_one_place_for_a_table_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NoPlace):
        write({"x": "new\n"}, path)
    assert path.read_text(encoding="utf-8") == text


def test_the_document_has_a_place_for_every_table() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in (MACHINE, *BENCHMARKS):
        assert put(text, name, "new\n") != text


@pytest.mark.parametrize("arguments", [["tea"], ["draw", "--quick", "--write"]])
def test_what_makes_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("python -m benchmarks: error: ")
