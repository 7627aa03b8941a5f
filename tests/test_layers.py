"""What the import linter cannot hold: one file's imports, the clock, chance, and who may change a state."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ROOMS = ("bot", "handlers", "models", "rules", "sandbox", "services", "templates", "web")

PURE = ("handlers", "models", "rules", "services", "templates", "web")
"""Rooms that are given the time, chance and the store, and never fetch them."""

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
    ("time", "sleep"),
    ("asyncio", "sleep"),
}

CHANCE = {"random", "secrets", "uuid", "numpy"}

WALL_CLOCK = {
    "bot/clock.py": "the program's one clock",
    "scheduler.py": "the first tick of APScheduler is now",
}

STATES = {
    "bot/pointers.py": "where a conversation stands is aiogram's own affair",
}


def _paths(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        path = ROOT / room
        yield from [path] if path.suffix else sorted(path.rglob("*.py"))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imported(path: Path) -> set[str]:
    """The first parts of what a module imports, wherever in it."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)}: a relative import"
            found.add((node.module or "").partition(".")[0])
    return found


def _calls(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, owner and name of every ``owner.name`` that a module speaks of."""
    for node in ast.walk(_tree(path)):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                yield node.lineno, owner, name


def test_the_clock_imports_from_the_inner_rooms_alone() -> None:
    allowed = {"models", "rules", "services", "templates", "apscheduler", "sqlmodel"}
    imported = _imported(ROOT / "scheduler.py") - set(sys.stdlib_module_names)
    assert imported <= allowed
    assert "services" in imported


def test_only_bot_imports_the_clock() -> None:
    importing = {_name(path) for path in _paths(*ROOMS) if "scheduler" in _imported(path)}
    assert importing
    assert all(name.startswith("bot/") for name in importing)


@pytest.mark.parametrize("room", PURE)
def test_inner_rooms_are_given_the_time(room: str) -> None:
    asked = [
        f"{_name(path)}:{line} {owner}.{name}"
        for path in _paths(room)
        for line, owner, name in _calls(path)
        if (owner, name) in CLOCKS
    ]
    assert asked == []


@pytest.mark.parametrize("room", PURE)
def test_inner_rooms_are_given_their_chance(room: str) -> None:
    taken = [_name(path) for path in _paths(room) if _imported(path) & CHANCE]
    drawn = [
        f"{_name(path)}:{line}"
        for path in _paths(room)
        for line, owner, name in _calls(path)
        if (owner, name) == ("os", "urandom")
    ]
    assert taken + drawn == []


def test_one_place_asks_the_machine_what_day_it_is() -> None:
    asked = {
        _name(path)
        for path in _paths("bot", "scheduler.py")
        for _, owner, name in _calls(path)
        if owner in {"datetime", "date"} and name in {"now", "today", "utcnow"}
    }
    assert asked == set(WALL_CLOCK)


def test_a_state_changes_in_a_service_and_nowhere_else() -> None:
    changed = {
        _name(path)
        for path in _paths("bot", "handlers", "web", "templates", "rules", "scheduler.py")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }
    assert changed == set(STATES)


@pytest.mark.parametrize("room", ["handlers", "web", "templates"])
def test_those_who_answer_ask_services_and_not_the_store(room: str) -> None:
    asking = [_name(path) for path in _paths(room) if _imported(path) & {"sqlalchemy", "sqlmodel"}]
    assert asking == []


def test_modules_are_nouns() -> None:
    empty_words = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "base"}
    assert [_name(path) for path in _paths(*ROOMS, "tests") if path.stem in empty_words] == []


def test_no_test_sleeps() -> None:
    slept = []
    for path in _paths("tests"):
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="asyncio" | "time" as owner), attr="sleep"),
                    args=[length],
                ) if not (owner == "asyncio" and isinstance(length, ast.Constant) and length.value == 0):
                    slept.append(f"{_name(path)}:{node.lineno}")
    assert slept == []
