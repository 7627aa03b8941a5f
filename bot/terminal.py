"""A form in the terminal: the chat's screens as text, what is typed as presses and answers."""

import sys
from typing import TextIO

from handlers.drafts import drawn
from rules.errors import Refused
from services.playing import Play
from templates.refusal import sentence
from templates.render import environment
from templates.terminal import HELP, SIGNS, typed

TALK = "rec"
"""The conversation whose screens these are."""

VERBATIM = "\\"
"""Before an answer that would be read as a sign: ``\\<`` is the answer <."""

_PRESSED = {sign: do for do, sign in SIGNS.items() if do != "submit"}


class Terminal:
    """Plays a form line by line until it is handed in or there is no more to read.

    Args:
        play: the form, just opened.
        title: what stands on every screen.
        out: where the screens go.
        lines: where the answers come from.
    """

    def __init__(self, play: Play, title: str, out: TextIO, lines: TextIO) -> None:
        self._play = play
        self._title = title
        self._out = out
        self._lines = lines
        self._page = 0
        self._deleting = False
        self._numbered: tuple[tuple[str, str], ...] = ()

    def run(self) -> bool:
        """Play.

        Returns:
            Whether the form was handed in.

        Raises:
            Refused: ``playing.encoding`` for a line that is no text.
        """
        self._say(environment().get_template("documents/form_keys.txt.j2").render())
        self._draw()
        while not self._play.completed:
            line = self._read()
            if line is None or line == SIGNS["leave"]:
                return False
            if line == HELP:
                self._say(environment().get_template("documents/form_keys.txt.j2").render())
                continue
            if not line:
                continue
            try:
                self._take(line)
            except Refused as refusal:
                self._say(f"✗ {sentence(refusal)}")
                if refusal.code != "forms.unfinished":
                    continue
            if not self._play.completed:
                self._draw()
        return True

    def _take(self, line: str) -> None:
        do = _PRESSED.get(line)
        if not line.startswith("#"):
            self._deleting = False
        in_review = self._play.filling.question is None
        if line.startswith("#") and line[1:].isdecimal():
            self._press_number(line, line[1:])
        elif in_review and line.isdecimal():
            self._play.press("goto", str(int(line) - 1))
        elif in_review and do == "done":
            self._play.submit()
        elif do is not None:
            self._page = 0
            self._play.press(do)
        else:
            self._play.answer(line.removeprefix(VERBATIM))

    def _press_number(self, line: str, digits: str) -> None:
        number = int(digits)
        if not 0 < number <= len(self._numbered):
            raise Refused("playing.number", sign=line)
        do, argument = self._numbered[number - 1]
        self._deleting = do == "instances"
        if do == "page":
            self._page = int(argument)
        elif do in {"instances", "resume"}:
            return
        else:
            self._page = 0
            self._play.press(do, argument)

    def _draw(self) -> None:
        drawing = drawn(self._play.at, self._play.filling, self._title, self._page, deleting=self._deleting)
        shown = typed(drawing, TALK)
        self._numbered = shown.numbered
        self._say(f"\n{shown.text}")

    def _read(self) -> str | None:
        """The next line, None when there is no more."""
        if self._lines.isatty():
            self._out.write("> ")
            self._out.flush()
        try:
            line = self._lines.readline()
        except UnicodeDecodeError as error:
            raise Refused("playing.encoding") from error
        return line.strip() if line else None

    def _say(self, text: str) -> None:
        self._out.write(text.rstrip("\n") + "\n")
        self._out.flush()


def console() -> TextIO:
    """Where answers are typed."""
    return sys.stdin
