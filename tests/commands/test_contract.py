"""The command line as a contract: its commands, its help, and what a wrong word gets."""

import subprocess
import sys
import tomllib
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot.arguments import ROLES, parser
from models.people import RoleName
from tests.commands.conftest import Shell

ROOT = Path(__file__).parents[2]

HEAVY = (
    *(
        "aiogram",
        "aiohttp",
        "alembic",
        "apscheduler",
        "asyncpg",
        "chinese_calendar",
        "elementpath",
        "fastapi",
    ),
    *("jinja2", "openpyxl", "PIL", "pydantic", "pyxform", "sqlalchemy", "sqlmodel", "telegram", "uvicorn"),
)

CONTRACT = (
    "demo --play --port 0",
    "run",
    "run all",
    "run bot",
    "run scheduler",
    "run web",
    "db upgrade",
    "db check",
    "profile list --json",
    "profile show puyang --json",
    "profile check FILE --json",
    "import subjects FILE --jurisdiction puyang --json",
    "import inspectors FILE --jurisdiction puyang --department D --dry-run",
    "import items FILE --jurisdiction puyang --skip-bad",
    "import plan FILE --jurisdiction puyang --department D --dry-run --skip-bad --json",
    "invite CERTIFICATE",
    "status --json",
    "calendar deadline 2026-11-20 --working-days 20 --json",
    "calendar deadline 2026-11-20 --working-days 20 --jurisdiction puyang",
    "calendar import FILE --replace --json",
    "calendar add-day 2026-11-20 --jurisdiction puyang --source S --json",
    "calendar remove-day 2026-11-20 --jurisdiction puyang --json",
    "draw list --json",
    "duties export --jurisdiction puyang --out FILE --year 2026 --json",
    "department office NAME --jurisdiction puyang --json",
    "draw export ID --out FILE",
    "draw verify FILE --json",
    "forms check FILE --json",
    "forms run FILE --answers FILE --save FILE --json",
    "audit verify --json",
)
"""What other programs type. A word here is never taken away."""


def _parsers(line: ArgumentParser | None = None, name: str = "") -> Iterator[tuple[str, ArgumentParser]]:
    line = line or parser()
    yield name, line
    for action in line._actions:
        if isinstance(action, _SubParsersAction):
            for word, deeper in action.choices.items():
                yield from _parsers(deeper, f"{name} {word}".strip())


@pytest.mark.parametrize("words", CONTRACT)
def test_the_words_of_the_contract_are_understood(words: str) -> None:
    arguments = parser().parse_args(words.split())
    module, _, function = arguments.run.partition(":")
    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_data_folder_may_be_named_before_the_command_or_after_it(place: str) -> None:
    words = ["--data", "X", "status"] if place == "before" else ["status", "--data", "X"]
    assert parser().parse_args(words).data == Path("X")
    assert parser().parse_args(["status"]).data is None


def test_help_imports_nothing_heavy() -> None:
    """So that it answers at once; every command's own help as well."""
    program = """
import contextlib, io, sys
from bot.__main__ import main
for words in WORDS:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main([*words.split(), "--help"])
    assert "usage" in out.getvalue()
print(*sorted({name.partition(".")[0] for name in sys.modules} & set(HEAVY)))
"""
    names = [name for name, _ in _parsers()]
    done = subprocess.run(  # noqa: S603  (our own interpreter and the text above)
        [sys.executable, "-c", program.replace("WORDS", repr(names)).replace("HEAVY", repr(HEAVY))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_every_command_and_word_is_explained_and_nothing_else_is() -> None:
    for name, made in _parsers():
        assert made.description, name
        if not name:
            continue
        for action in made._actions:
            assert action.help or isinstance(action, _SubParsersAction), f"{name} {action.dest}"
    words = tomllib.loads((ROOT / "templates" / "commands.toml").read_text(encoding="utf-8"))
    source = (ROOT / "bot" / "arguments.py").read_text(encoding="utf-8")
    shown = {made.description for _, made in _parsers()}
    assert [key for key, text in words.items() if text not in shown and f'"{key}"' not in source] == []


def test_the_roles_are_those_of_the_tables() -> None:
    """They are written down twice, because help must not import the tables."""
    assert set(ROLES) == set(RoleName)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "nothing",
        "db",
        "db downgrade",
        "run everything",
        "status extra",
        "calendar deadline 2026-11-20",
        "calendar deadline 2026-11-20 --working-days viele",
        "import plans FILE --jurisdiction puyang",
        "import subjects FILE",
        "draw export ID",
        "appoint 甲 --jurisdiction puyang",
        "appoint 甲 --jurisdiction puyang --role king",
        "invite A B",
        "demo --port x",
    ],
)
def test_a_wrong_word_gets_one_line_and_exit_2(shell: Shell, words: str) -> None:
    done = shell.bare(*words.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert done.err.startswith("chouchatong")
    assert not shell.data.exists()
