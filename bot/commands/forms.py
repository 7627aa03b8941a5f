"""``chouchatong forms``."""

from argparse import Namespace
from pathlib import Path

from bot.output import emit
from rules.errors import Refused
from templates.lines import line
from templates.refusal import sentence

LARGEST_FORM = 10 * 1024 * 1024


def check(arguments: Namespace) -> int:
    """Read a form; what can't be asked in a chat is told with sheet, row and column."""
    from rules.forms.problems import BadForm  # noqa: PLC0415  (pyxform is slow to import)
    from rules.forms.xlsform import load  # noqa: PLC0415  (likewise)

    path: Path = arguments.file
    try:
        if path.stat().st_size > LARGEST_FORM:
            raise Refused("files.too_big", file=path)
        source = path.read_bytes()
    except OSError as error:
        raise Refused("files.unreadable", file=path, reason=error.strerror) from error
    try:
        form = load(source, path.suffix.lower(), "form")
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
