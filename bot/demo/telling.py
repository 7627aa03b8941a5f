"""Tells the story: a heading for each scene, what was on the phones, and what was checked."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from sandbox.client import Person, Sandbox
from templates.story import word

Look: TypeAlias = Callable[[str, Sequence[Person]], Awaitable[None]]

SHOWN_LINES = 5
SHOWN_BUTTONS = 4
SHOWN_ALIKE = 2


class Telling:
    """Writes the story as it happens.

    Args:
        sandbox: where it happens.
        names: of the people by their Telegram number.
        write: takes text.
        look: is called at moments worth a picture, with their name and whose phone shows them.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        names: Mapping[int, str],
        write: Callable[[str], object],
        look: Look | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._names = names
        self._write = write
        self._look = look
        self._shown = 0
        self.checks = 0

    def title(self) -> None:
        """What is told."""
        self._write(word("title") + "\n")

    def scene(self, name: str) -> None:
        """A new scene."""
        self._write(f"\n━━ {word(f'scenes.{name}')}\n\n")

    def check(self, holds: object, name: str, /, **details: object) -> None:
        """Check something and say so; the story ends where something does not hold."""
        what = word(f"checks.{name}", **details)
        if not holds:
            self._write(f"   {word('broken', what=what)}\n")
            raise AssertionError(what)
        self.checks += 1
        self._write(f"   {word('check', what=what)}\n")

    async def moment(self, name: str, *people: Person) -> None:
        """A moment worth a picture."""
        if self._look is not None:
            await self._look(name, people)

    def end(self) -> None:
        """All is well."""
        self._write(f"\n{word('done', checks=self.checks)}\n")

    async def skip(self) -> None:
        """Leave out what has happened on the phones since the last time."""
        self._shown = len(await self._sandbox.journal())

    async def phones(self) -> None:
        """What has happened on the phones since the last time."""
        entries = await self._sandbox.journal()
        news, self._shown = entries[self._shown :], len(entries)
        alike: Counter[str] = Counter()
        for lines in _condensed(news):
            name = self._names.get(lines[0]["person"], "?")
            kind = _kind(lines[0])
            alike[kind] += 1
            if not kind or alike[kind] <= SHOWN_ALIKE:
                self._write(_told(name, lines))
        left_out = sum(
            number - SHOWN_ALIKE for kind, number in alike.items() if kind and number > SHOWN_ALIKE
        )
        if left_out:
            self._write(f"   {word('alike', count=left_out)}\n")


def _kind(entry: dict[str, Any]) -> str:
    """The first line of a new message of the bot: notices to many people begin alike. Nothing for anything else."""
    is_notice = entry["by"] == "bot" and entry["event"] == "said" and entry["kind"] == "text"
    return entry["text"].partition("\n")[0] if is_notice else ""


def _condensed(entries: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Entries worth telling; photos that follow each other are one."""
    worth = [
        entry
        for entry in entries
        if entry["event"] in {"said", "edited", "pressed"} or (entry["event"] == "answered" and entry["text"])
    ]
    for _, group in groupby(worth, key=_run):
        yield list(group)


def _run(entry: dict[str, Any]) -> tuple[Any, ...]:
    is_photo = entry["event"] == "said" and entry["kind"] in {"photo", "document"}
    return (entry["person"], entry["by"], "photos") if is_photo else (id(entry),)


def _told(name: str, lines: list[dict[str, Any]]) -> str:
    entry = lines[0]
    by_bot = entry["by"] == "bot"
    who = f"{word('bot')} → {name}" if by_bot else name
    if entry["event"] == "pressed":
        return f"   {name}　{word('pressed', text=entry['text'])}\n"
    if entry["event"] == "answered":
        return f"   {who}　{word('toast', text=entry['text'])}\n"
    if entry["kind"] in {"photo", "document"}:
        return f"   {who}　{word('photos', count=len(lines))}\n"
    if entry["kind"] == "location":
        return f"   {who}　{word('location', details=entry['details'])}\n"
    mark = word("edited") if entry["event"] == "edited" else ""
    text = [line for line in entry["text"].splitlines() if line.strip()]
    shown = text[:SHOWN_LINES] + ([word("more")] if len(text) > SHOWN_LINES else [])
    buttons = [label for row in entry["buttons"] for label in row]
    if not by_bot:
        return f"   {who}　{' '.join(shown) or entry['details']}\n"
    told = f"   {who}{mark}\n" + "".join(f"      │ {line}\n" for line in shown)
    if buttons:
        rest = word("more") if len(buttons) > SHOWN_BUTTONS else ""
        told += "      │ " + " ".join(f"[{label}]" for label in buttons[:SHOWN_BUTTONS]) + rest + "\n"
    return told
