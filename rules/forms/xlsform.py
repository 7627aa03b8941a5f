"""From a spreadsheet in XLSForm, the standard of ODK and KoboToolbox, to a form that can be asked.

pyxform knows the standard: it reads Excel, names the columns, and at the end converts the whole spreadsheet, so that what
is taken here is taken by the other tools too. Whatever a chat cannot ask is refused with sheet, row and column, all of it at
once. Slow to import, because pyxform is; whoever only asks questions does not need this module.

Source: https://xlsform.org/en/; https://getodk.github.io/xforms-spec/.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from rules.forms import standard
from rules.forms.choices import option_lists
from rules.forms.expression import Expression
from rules.forms.form import Circle, Form, Source
from rules.forms.outline import Entry, Outline, Sketch
from rules.forms.parsing import parse
from rules.forms.problems import Place, Problems
from rules.forms.question import MOST_PICTURES, Group, Kind, Option, Question, Reference, Wording
from rules.forms.reading import computed
from rules.forms.sheets import Row, rows, unused
from rules.forms.tables import Table, read_tables

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_MOST_PICTURES = range(1, 101)
_ALWAYS = frozenset({"type", "name", "label", "bind::relevant", "control::appearance"})
_OF_NOTES = _ALWAYS | {"hint", "guidance_hint", "bind::readonly"}
_OF_QUESTIONS = _OF_NOTES | {
    "default",
    "bind::required",
    "bind::jr:requiredMsg",
    "bind::constraint",
    "bind::jr:constraintMsg",
}


def load(source: bytes, suffix: str, key: str, title: str = "") -> Form:
    """Read a form.

    Types: text, integer, decimal, date, select_one, select_multiple, image, geopoint, note, and groups in groups.
    Columns: type, name, label, hint, guidance_hint, required, required_message, relevant, constraint,
    constraint_message, default, read_only; words also in several languages (``label::中文 (zh)``). ``appearance`` and
    ``parameters`` are for other tools. Ours are ``body::max_photos``, the largest number of pictures of an image question,
    and in the sheet of choices ``exclusive``; both are legal XLSForm and mean nothing elsewhere.

    Args:
        source: the file's bytes; their digest pins the version.
        suffix: of the file's name: ``.xlsx``, ``.csv`` or ``.md``.
        key: what its paths begin with: ``base``, or the code of a check item.
        title: as people read it; empty for the one in the settings sheet.

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
    outline = Sketch(key, problems).drawn(rows(tables["survey"], language, problems))
    choices = (
        option_lists(rows(tables["choices"], language, problems), problems) if "choices" in tables else {}
    )
    reader = _Reader(key, outline, choices, problems)
    groups = [reader.group(entry) for entry in outline.entries if entry.kind is None]
    questions = [reader.question(entry, entry.kind) for entry in outline.entries if entry.kind is not None]
    if problems.none and not any(question.asked for question in questions):
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
        form = Form.of([pin], groups, questions)
    except Circle as circle:
        _report(circle, outline, problems)
    _convert(tables, problems)
    problems.settle()
    return form


class _Reader:
    """Reads the cells of questions and groups, once all names are known."""

    def __init__(
        self, key: str, outline: Outline, choices: Mapping[str, tuple[Option, ...]], problems: Problems
    ) -> None:
        self._key = key
        self._outline = outline
        self._choices = choices
        self._problems = problems

    def group(self, entry: Entry) -> Group:
        self._only(entry.row, _ALWAYS)
        return Group(entry.path, self._words(entry.row, "label"), self._condition(entry.row))

    def question(self, entry: Entry, kind: Kind) -> Question:
        row = entry.row
        self._only(row, self._columns(kind))
        label = self._words(row, "label")
        if label is None:
            self._problems.add(row.at("label"), "forms.label_missing")
        question = Question(
            path=entry.path,
            part=self._key,
            kind=kind,
            label=label or Wording(()),
            hint=self._words(row, "hint"),
            guidance=self._words(row, "guidance_hint"),
            groups=entry.groups,
            required=self._required(row),
            required_message=self._words(row, "bind::jr:requiredMsg"),
            relevant=self._condition(row),
            constraint=self._expression(row, "bind::constraint"),
            constraint_message=self._words(row, "bind::jr:constraintMsg"),
            default=None,
            read_only=self._read_only(row),
            options=self._options(entry, kind),
            most=self._most(row),
        )
        return replace(question, default=self._default(row, question))

    @staticmethod
    def _columns(kind: Kind) -> frozenset[str]:
        match kind:
            case Kind.NOTE:
                return _OF_NOTES
            case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE:
                return _OF_QUESTIONS
            case Kind.IMAGE:
                return _OF_QUESTIONS | {"parameters", "control::max_photos"}
            case _:
                return _OF_QUESTIONS | {"parameters"}

    def _only(self, row: Row, columns: frozenset[str]) -> None:
        for name, cell in row.cells.items():
            unset = name in {"bind::required", "bind::readonly"} and not standard.YES_NO.get(cell.code, True)
            # A column that means nothing anywhere was taken down with its heading.
            if (
                name in _OF_QUESTIONS | {"parameters", "control::max_photos"}
                and name not in columns
                and not unset
            ):
                self._problems.add(cell.place, "forms.column_here", type=row.cells["type"].code)

    def _words(self, row: Row, column: str) -> Wording | None:
        cell = row.cells.get(column)
        if cell is None:
            return None
        pieces: list[str | Reference] = []
        for at, piece in enumerate(_REFERENCE.split(cell.text)):
            if at % 2 == 0:
                pieces.append(piece)
            else:
                path = self._outline.find(piece, self._problems.at(cell.place))
                pieces.append(Reference(path or ""))
        return Wording(tuple(piece for piece in pieces if piece))

    def _expression(self, row: Row, column: str) -> Expression | None:
        cell = row.cells.get(column)
        if cell is None:
            return None
        report = self._problems.at(cell.place)
        return parse(cell.code, lambda name: self._outline.find(name, report), report)

    def _condition(self, row: Row) -> Expression | None:
        condition = self._expression(row, "bind::relevant")
        if condition is not None and condition.own:
            self._problems.add(row.at("bind::relevant"), "forms.own_value")
        return condition

    def _required(self, row: Row) -> bool | Expression:
        cell = row.cells.get("bind::required")
        if cell is None:
            return False
        if cell.code in standard.YES_NO:
            return standard.YES_NO[cell.code]
        return self._expression(row, "bind::required") or False

    def _read_only(self, row: Row) -> bool:
        cell = row.cells.get("bind::readonly")
        if cell is not None and cell.code not in standard.YES_NO:
            self._problems.add(cell.place, "forms.yes_or_no", value=cell.code)
        return cell is not None and standard.YES_NO.get(cell.code, False)

    def _options(self, entry: Entry, kind: Kind) -> tuple[Option, ...]:
        if kind not in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}:
            return ()
        if entry.list_name not in self._choices:
            self._problems.add(entry.row.at("type"), "forms.options_missing", list=entry.list_name)
        return self._choices.get(entry.list_name, ())

    def _most(self, row: Row) -> int:
        cell = row.cells.get("control::max_photos")
        if cell is None:
            return MOST_PICTURES
        if not cell.code.isascii() or not cell.code.isdigit() or int(cell.code) not in _MOST_PICTURES:
            self._problems.add(cell.place, "forms.max_photos", most=_MOST_PICTURES[-1], value=cell.code)
            return MOST_PICTURES
        return int(cell.code)

    def _default(self, row: Row, question: Question) -> str | int | list[str] | Expression | None:
        cell = row.cells.get("default")
        if cell is None:
            return None
        if standard.is_dynamic(cell.code, question.kind.value):
            return self._expression(row, "default")
        value = computed(question, cell.text)
        if value is None or isinstance(value, dict):
            self._problems.add(cell.place, "forms.default_wrong", value=cell.text)
            return None
        return value


def _settings(tables: Mapping[str, Table], problems: Problems) -> dict[str, str]:
    found = rows(tables["settings"], "", problems) if "settings" in tables else []
    return {name: cell.text for name, cell in found[0].cells.items()} if found else {}


def _report(circle: Circle, outline: Outline, problems: Problems) -> None:
    names = " → ".join(path.rpartition("/")[2] for path in circle.paths)
    for entry in outline.entries:
        if entry.path in circle.paths:
            problems.add(entry.row.at("bind::relevant"), "forms.circle", names=names)


def _convert(tables: Mapping[str, Table], problems: Problems) -> None:
    sheets = {name: ([cells for _, cells in table.rows], table.columns) for name, table in tables.items()}
    verdict = standard.convert(sheets)
    if verdict is None:
        return
    table = tables.get(verdict.sheet, tables["survey"])
    at = len(table.rows) if verdict.row is None else verdict.row - 2
    row = table.rows[at][0] if 0 <= at < len(table.rows) else table.heading
    problems.add(Place(table.name, row, ""), "forms.not_xlsform", reason=verdict.reason)
