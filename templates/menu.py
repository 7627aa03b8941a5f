"""The menu below the chat: which commands there are, what they are called, who sees them."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COLUMNS = 2

MOST = 7
"""Entries on one menu: whoever has more finds the rare ones behind 更多."""

MORE, BACK = "more", "menu"
"""The commands that turn to the rare entries and back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command.

    Args:
        command: as it is typed, without the slash.
        label: on the menu's button; empty when it has none.
        hint: in Telegram's list of commands.
        roles: who sees it.
        rare: whether it stands behind 更多 for those who would have too many.
    """

    command: str
    label: str
    hint: str
    roles: frozenset[str]
    rare: bool


@cache
def entries() -> tuple[Entry, ...]:
    """Every command, in the order in which it is shown."""
    with (Path(__file__).parent / "menu.toml").open("rb") as file:
        found = tomllib.load(file)["entry"]
    return tuple(
        Entry(e["command"], e["label"], e["hint"], frozenset(e["roles"]), e.get("rare", False)) for e in found
    )


def rows(roles: Collection[str], *, more: bool = False) -> list[list[str]]:
    """The menu's labels for somebody with these roles, two a row.

    Args:
        roles: of the person.
        more: what stands behind 更多, with the way back, instead of what they need every day.
    """
    own = [entry for entry in entries() if entry.label and entry.roles & set(roles)]
    switches = {MORE, BACK}
    if len(own) - len(switches) <= MOST:
        shown = [entry for entry in own if entry.command not in switches]
    elif more:
        shown = [entry for entry in own if entry.rare or entry.command == BACK]
    else:
        shown = [entry for entry in own if not entry.rare and entry.command != BACK]
    labels = [entry.label for entry in shown]
    return [labels[start : start + COLUMNS] for start in range(0, len(labels), COLUMNS)]


@cache
def command_of(label: str) -> str | None:
    """The command behind a label of the menu."""
    return next((entry.command for entry in entries() if entry.label and entry.label == label), None)
