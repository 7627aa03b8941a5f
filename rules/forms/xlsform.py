"""From a spreadsheet in XLSForm, the standard of ODK and KoboToolbox, to a form that can be asked.

pyxform knows the standard: it reads Excel, names the columns, and at the end converts the whole spreadsheet, so that what
is taken here is taken by the other tools too. Whatever a chat cannot ask is refused with sheet, row and column, all of it at
once. Slow to import, because pyxform is; whoever only asks questions does not need this module.

Source: https://xlsform.org/en/; https://getodk.github.io/xforms-spec/.
"""

import hashlib
from collections.abc import Mapping

from rules.forms import standard
from rules.forms.cells import COUNT, CellReader
from rules.forms.choices import option_lists
from rules.forms.form import Circle, Form, Source
from rules.forms.outline import ENGLISH, Other, Outline, Sketch
from rules.forms.problems import Place, Problems
from rules.forms.question import Kind
from rules.forms.sheets import rows, unused
from rules.forms.tables import Table, read_tables


def load(source: bytes, suffix: str, key: str, title: str = "", other: Other = ENGLISH) -> Form:
    """Read a form.

    Types: text, integer, decimal, range, date, time, datetime, select_one and select_multiple (also ``or_other``), rank,
    acknowledge, barcode, image, geopoint, note, calculate, hidden, start, end, today, username; groups and repeats, also in each other.
    Columns: type, name, label, hint, guidance_hint, required, required_message, relevant, constraint,
    constraint_message, calculation, choice_filter, default, read_only, repeat_count; words also in several languages (``label::中文 (zh)``).
    ``appearance``, and ``parameters`` but for a range, are for other tools. Ours are ``body::max_photos``, the largest number of
    pictures of an image question,
    and in the sheet of choices ``exclusive``; both are legal XLSForm and mean nothing elsewhere.

    Args:
        source: the file's bytes; their digest pins the version.
        suffix: of the file's name: ``.xlsx``, ``.csv`` or ``.md``.
        key: what its paths begin with: ``base``, or the code of a check item.
        title: as people read it; empty for the one in the settings sheet.
        other: words of what ``or_other`` adds.

    Returns:
        The form.

    Raises:
        BadForm: something in it cannot be asked; tells everything, each with sheet, row and column.
        Refused: the file is no spreadsheet.
        ValueError: the key cannot begin a path.
    """
    if not key or "/" in key:
        raise ValueError(f"a path cannot begin with {key!r}")
    problems = Problems()
    tables = read_tables(source, suffix, problems)
    unused(tables, problems)
    settings = _settings(tables, problems)
    language = settings.get("default_language", "")
    outline = Sketch(key, problems, other).drawn(rows(tables["survey"], language, problems))
    choices = (
        option_lists(rows(tables["choices"], language, problems), problems) if "choices" in tables else {}
    )
    reader = CellReader(key, outline, choices, problems, other)
    groups = {entry.path: reader.group(entry) for entry in outline.entries if entry.kind is None}
    questions = [
        reader.repeat(entry, groups[entry.path])
        if entry.kind is Kind.REPEAT
        else reader.question(entry, entry.kind)
        for entry in outline.entries
        if entry.kind is not None
    ]
    if problems.none and not any(
        question.asked and question.kind is not Kind.REPEAT for question in questions
    ):
        problems.add(Place("survey", tables["survey"].heading, ""), "forms.no_question")
    problems.settle()
    pin = Source(
        key,
        title or settings.get("title", "") or key,
        hashlib.sha256(source).hexdigest(),
        settings.get("id_string", ""),
        settings.get("version", ""),
    )
    try:
        form = Form.of([pin], groups.values(), questions)
    except Circle as circle:
        _report(circle, outline, problems)
    _convert(tables, problems)
    problems.settle()
    return form


def _settings(tables: Mapping[str, Table], problems: Problems) -> dict[str, str]:
    found = rows(tables["settings"], "", problems) if "settings" in tables else []
    return {name: cell.text for name, cell in found[0].cells.items()} if found else {}


def _report(circle: Circle, outline: Outline, problems: Problems) -> None:
    names = " → ".join(path.rpartition("/")[2] for path in circle.paths)
    for entry in outline.entries:
        if entry.path in circle.paths and entry.kind is not None:
            column = COUNT if entry.kind is Kind.REPEAT else "bind::relevant"
            problems.add(entry.row.at(column), "forms.circle", names=names)


def _convert(tables: Mapping[str, Table], problems: Problems) -> None:
    sheets = {name: ([cells for _, cells in table.rows], table.columns) for name, table in tables.items()}
    verdict = standard.convert(sheets)
    if verdict is None:
        return
    table = tables.get(verdict.sheet, tables["survey"])
    at = len(table.rows) if verdict.row is None else verdict.row - 2
    row = table.rows[at][0] if 0 <= at < len(table.rows) else table.heading
    problems.add(Place(table.name, row, ""), "forms.not_xlsform", reason=verdict.reason)
