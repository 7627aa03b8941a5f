"""Filling in forms of several lengths, beside holding every condition again at every answer; and reading a form.

``python -m benchmarks.forms``
"""

from datetime import UTC, datetime

from benchmarks.measure import Measurement, Row, Work, measured, table
from rules.forms import standard
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import Choice, Give, Open, Raw, Text
from rules.forms.form import Form
from rules.forms.problems import Problems
from rules.forms.question import Kind
from rules.forms.relevance import visible
from rules.forms.tables import read_tables
from rules.forms.xlsform import load

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LENGTHS = (10, 60, 300)
STEPS = 3000
READINGS = 10
_ANSWERS: dict[Kind, Raw] = {
    Kind.SELECT_ONE: Choice("yes"),
    Kind.INTEGER: Text("12"),
    Kind.TEXT: Text("疏散通道畅通"),
}


def spreadsheet(questions: int) -> bytes:
    """A form in Markdown in which two questions out of three hang on the ones before.

    Args:
        questions: how many.
    """
    lines = ["| survey |", "| | type | name | label | required | relevant | constraint |"]
    for at in range(questions):
        match at % 3:
            case 0:
                lines.append(f"| | select_one yes_no | q{at} | 第 {at} 题 | yes | | |")
            case 1:
                lines.append(
                    f"| | integer | q{at} | 第 {at} 题 | yes | ${{q{at - 1}}} != 'no' | . >= 0 and . < 1000 |"
                )
            case _:
                lines.append(
                    f"| | text | q{at} | 第 {at} 题 | yes | ${{q{at - 2}}} = 'yes' or ${{q{at - 1}}} > 3 | |"
                )
    lines += [
        "| choices |",
        "| | list_name | name | label |",
        "| | yes_no | yes | 是 |",
        "| | yes_no | no | 否 |",
    ]
    return "\n".join(lines).encode()


def _filled(form: Form, steps: int, *, everything: bool) -> None:
    draft = advance(form, Draft(), Open(), NOW).draft
    for _ in range(steps):
        if draft.cursor is None or draft.cursor == REVIEW:
            draft = advance(form, Draft(), Open(), NOW).draft
        path = str(draft.cursor)
        draft = advance(form, draft, Give(path, _ANSWERS[form.questions[path].kind]), NOW).draft
        if everything:
            list(visible(form, draft.answers, NOW))


def ours(questions: int) -> Work:
    """``STEPS`` answers to a form of a length."""
    form = load(spreadsheet(questions), ".md", "x")
    return lambda: _filled(form, STEPS, everything=False)


def holding_everything(questions: int) -> Work:
    """The same, and every condition of the form held again after each answer."""
    form = load(spreadsheet(questions), ".md", "x")
    return lambda: _filled(form, STEPS, everything=True)


def reading(questions: int) -> Work:
    """A form read from Markdown ``READINGS`` times."""
    source = spreadsheet(questions)
    load(source, ".md", "x")
    return lambda: [load(source, ".md", "x") for _ in range(READINGS)]


def converting(questions: int) -> Work:
    """The same form converted by pyxform alone as often."""
    tables = read_tables(spreadsheet(questions), ".md", Problems())
    sheets = {name: ([cells for _, cells in sheet.rows], sheet.columns) for name, sheet in tables.items()}
    standard.convert(sheets)
    return lambda: [standard.convert(sheets) for _ in range(READINGS)]


def rows() -> list[Row]:
    """The lines of the table."""
    found = []
    shortest: Measurement | None = None
    for questions in LENGTHS:
        all_steps = measured("benchmarks.forms:ours", questions)
        naive = measured("benchmarks.forms:holding_everything", questions)
        found.append(
            Row(
                f"{STEPS} answers, form of {questions} questions",
                all_steps.seconds,
                all_steps.peak_mib,
                all_steps.seconds / naive.seconds,
                "every condition held again at each answer",
                "below 1.5 ms an answer",
            )
        )
        shortest = shortest or all_steps
        if questions == LENGTHS[-1]:
            found.append(
                Row(
                    f"{STEPS} answers, form of {questions} questions",
                    all_steps.seconds,
                    all_steps.peak_mib,
                    all_steps.seconds / shortest.seconds,
                    f"form of {LENGTHS[0]} questions",
                    "below 5",
                )
            )
    ours_, theirs = measured("benchmarks.forms:reading", 300), measured("benchmarks.forms:converting", 300)
    ratio = ours_.seconds / theirs.seconds
    found.append(
        Row(
            f"form of 300 questions read {READINGS} times",
            ours_.seconds,
            ours_.peak_mib,
            ratio,
            "pyxform's conversion alone",
        )
    )
    return found


if __name__ == "__main__":
    print(table(rows()))
