"""The menu below the chat: which commands there are, what they are called, who sees them."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One command.

    Args:
        command: as it is typed, without the slash.
        label: on the menu's button; empty when it has none.
        hint: in Telegram's list of commands.
        roles: who sees it.
    """

    command: str
    label: str
    hint: str
    roles: frozenset[str]


@cache
def entries() -> tuple[Entry, ...]:
    """Every command, in the order in which it is shown."""
    with (Path(__file__).parent / "menu.toml").open("rb") as file:
        found = tomllib.load(file)["entry"]
    return tuple(Entry(e["command"], e["label"], e["hint"], frozenset(e["roles"])) for e in found)


def rows(roles: Collection[str]) -> list[list[str]]:
    """The menu's labels for somebody with these roles, two a row."""
    labels = [entry.label for entry in entries() if entry.label and entry.roles & set(roles)]
    return [labels[start : start + COLUMNS] for start in range(0, len(labels), COLUMNS)]


@cache
def command_of(label: str) -> str | None:
    """The command behind a label of the menu."""
    return next((entry.command for entry in entries() if entry.label and entry.label == label), None)
