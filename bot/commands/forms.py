"""``chouchatong forms``."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.clock import utc_now
from bot.output import emit
from rules.errors import Refused
from rules.forms.form import Form
from templates.lines import line
from templates.refusal import sentence

LARGEST_FORM = 10 * 1024 * 1024

LARGEST_SCRIPT = 10 * 1024 * 1024

KEY = "form"
"""What the paths of a form begin with that is checked or played alone."""


def check(arguments: Namespace) -> int:
    """Read a form; what can't be asked in a chat is told with sheet, row and column."""
    from rules.forms.problems import BadForm  # noqa: PLC0415  (pyxform is slow to import)

    path: Path = arguments.file
    try:
        form = _form(path)
    except BadForm as bad:
        problems = [
            {
                "code": one.code,
                **{key: one.details[key] for key in ("sheet", "row", "column")},
                "reason": sentence(one),
            }
            for one in bad.problems
        ]
        emit(arguments, {"ok": False, "problems": problems}, "")
        raise
    questions = sum(1 for question in form.questions.values() if question.asked)
    text = line("form_good", file=path.name, title=form.title, questions=questions)
    emit(arguments, {"ok": True, "title": form.title, "questions": questions, "problems": []}, text)
    return 0


def run(arguments: Namespace) -> int:
    """Play a form: question by question from stdin, or from a file of answers as a test.

    Args:
        arguments: ``file``, ``answers``, ``save``, ``json``.

    Returns:
        0 when the form was handed in, with the record that was expected; 1 when it was not.
    """
    form = _form(arguments.file)
    if arguments.answers is not None:
        return _replay(arguments, form)
    return _play(arguments, form)


def _play(arguments: Namespace, form: Form) -> int:
    from bot.terminal import Terminal, console  # noqa: PLC0415  (the chat's screens are slow to import)
    from services.playing import Play  # noqa: PLC0415  (likewise)
    from services.script import record_of, written  # noqa: PLC0415  (likewise)

    play = Play(form, utc_now())
    # With --json stdout has the one object; the screens go where the person still sees them.
    out = sys.stderr if arguments.json else sys.stdout
    try:
        ended = Terminal(play, arguments.file.name, out, console()).run()
    finally:
        if arguments.save is not None:
            _write(arguments.save, written(play))
    title = play.form.questions[play.place].name if play.filling.question else play.place
    text = _record(play) if ended else line("form_left", question=title)
    if arguments.save is not None:
        text += "\n" + line("form_saved", file=arguments.save)
    emit(arguments, {"ok": ended, "record": record_of(play), "faults": []}, text)
    return 0 if ended else 1


def _replay(arguments: Namespace, form: Form) -> int:
    from services.playing import Play  # noqa: PLC0415  (slow to import)
    from services.script import read, record_of, replay, told, written  # noqa: PLC0415  (likewise)

    script = read(_json(arguments.answers), arguments.answers.name)
    play = Play(form, script.now or utc_now(), script.user)
    faults = replay(play, script)
    if arguments.save is not None:
        _write(arguments.save, written(play))
    lines = [
        line(
            "form_fault_at" if fault.step else "form_fault_end",
            file=arguments.answers.name,
            step=fault.step,
            question=fault.question,
            reason=sentence(fault.refusal),
        )
        for fault in faults
    ]
    held = "form_held" if script.record is not None else "form_reached"
    text = "\n".join(lines) or line(held, file=arguments.answers.name, steps=len(script.steps))
    found = {"ok": not faults, "record": record_of(play), "faults": [told(fault) for fault in faults]}
    emit(arguments, found, text)
    return 1 if faults else 0


def _record(play: Any) -> str:
    """What was taken down, as people read it."""
    from rules.forms.record import record  # noqa: PLC0415  (only a play needs it)
    from templates.phrases import phrases  # noqa: PLC0415  (likewise)
    from templates.render import environment  # noqa: PLC0415  (likewise)

    sections = record(play.form, play.draft.answers, play.at.now, phrases())
    template = environment().get_template("documents/form_record.txt.j2")
    return line("form_ended") + template.render(sections=sections)


def _form(path: Path) -> Form:
    from rules.forms.outline import Other  # noqa: PLC0415  (pyxform is slow to import)
    from rules.forms.xlsform import load  # noqa: PLC0415  (likewise)
    from templates.phrases import other_words  # noqa: PLC0415  (with them)

    return load(_read(path, LARGEST_FORM), path.suffix.lower(), KEY, other=Other(**other_words()))


def _read(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise Refused("files.too_big", file=path)
        return path.read_bytes()
    except OSError as error:
        raise Refused("files.unreadable", file=path, reason=error.strerror) from error


def _json(path: Path) -> object:
    source = _read(path, LARGEST_SCRIPT)
    try:
        found: object = json.loads(source)
    except UnicodeDecodeError as error:
        raise Refused("files.not_json", file=path, row=1, column=error.start + 1) from error
    except json.JSONDecodeError as error:
        raise Refused("files.not_json", file=path, row=error.lineno, column=error.colno) from error
    except (RecursionError, ValueError) as error:  # too deep; a number of thousands of digits
        raise Refused("files.not_json", file=path, row=1, column=1) from error
    return found


def _write(path: Path, found: object) -> None:
    try:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused("files.unwritable", file=path, reason=error.strerror) from error
