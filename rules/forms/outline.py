"""The sheet of questions as an outline: which questions there are, in which groups, under which names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.forms import standard
from rules.forms.expression import Each, Here, Labels, Term
from rules.forms.parsing import Report
from rules.forms.problems import Problems
from rules.forms.question import Kind, Option, Stamp
from rules.forms.sheets import Cell, Row

_KINDS: dict[str, Kind] = {
    "text": Kind.TEXT,
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "range": Kind.RANGE,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "datetime": Kind.DATETIME,
    "dateTime": Kind.DATETIME,
    "acknowledge": Kind.ACKNOWLEDGE,
    "trigger": Kind.ACKNOWLEDGE,
    "barcode": Kind.BARCODE,
    "image": Kind.IMAGE,
    "photo": Kind.IMAGE,
    "audio": Kind.AUDIO,
    "video": Kind.VIDEO,
    "file": Kind.FILE,
    "geopoint": Kind.GEOPOINT,
    "gps": Kind.GEOPOINT,
    "location": Kind.GEOPOINT,
    "note": Kind.NOTE,
    "calculate": Kind.CALCULATE,
    "hidden": Kind.CALCULATE,
    **{stamp.value: Kind.CALCULATE for stamp in Stamp},
}

LONGEST_PATH = 180
"""Characters of a question's path; the store takes 200, and the key of a check item may be longer than the one at import."""

_NUMBER = "[1000]"
"""What stands in a path behind a repeat, at its longest."""

AUDIT = "audit"
"""A log of how a form is filled in, as other tools keep it; ours is the record itself, for every form (services/chain.py)."""

OTHER = "other"
"""Name of the option that ``or_other`` adds, and the end of the name of the question that it adds."""


@dataclass(frozen=True, slots=True)
class Other:
    """The words of what ``or_other`` adds; XLSForm has English ones of its own.

    Args:
        option: the option.
        question: what to write down then.
        repeat: what a repeat without a label is called.
    """

    option: str = "Other"
    question: str = "Specify other."
    repeat: str = "Repeat"


ENGLISH = Other()
"""As other tools say it. Source: https://xlsform.org/en/#specify-other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the survey that is a question, a note or the beginning of a group.

    Args:
        row: where it stands.
        path: ``part/group/name``.
        groups: paths of the groups around it, the outermost first.
        kind: None for a group.
        list_name: of the options, for choices.
        other: whether something else may be written down instead.
        repeats: paths of the repeats around it, the outermost first.
        repeat: of the beginning of a repeat; its end has an entry of its own, which asks for another instance.
    """

    row: Row
    path: str
    groups: tuple[str, ...]
    kind: Kind | None
    list_name: str = ""
    other: bool = False
    repeats: tuple[str, ...] = ()
    repeat: bool = False


@dataclass(slots=True)
class Outline:
    """The rows in order, and who bears which name.

    Args:
        entries: questions, notes and groups.
        bearers: by name, the entries that bear it.
    """

    entries: list[Entry] = field(default_factory=list)
    bearers: dict[str, list[Entry]] = field(default_factory=dict)

    def bearer(self, name: str, report: Report) -> Entry | None:
        """The row behind ``${name}``.

        Args:
            name: between the braces.
            report: is told if there is none, or more than one, or one without an answer.

        Returns:
            The entry, None when something was reported.
        """
        bearers = self.bearers.get(name, [])
        if not bearers:
            report("forms.reference_unknown", name=name)
        elif len(bearers) > 1:
            report("forms.reference_twice", name=name)
        elif bearers[0].kind in {None, Kind.NOTE} and not bearers[0].repeat:
            report("forms.reference_empty", name=name)
        else:
            return bearers[0]
        return None


@dataclass(frozen=True, slots=True)
class View:
    """What names stand for, seen from one row.

    Within a repeat a name stands for the answer in the same instance, from outside for the answers in all of them.

    Args:
        outline: the rows.
        owner: the row.
        report: is told what is wrong.
        choices: options by list.

    Source: https://xlsform.org/en/#repeats; pyxform writes such references relative to their row.
    """

    outline: Outline
    owner: Entry
    report: Report
    choices: Mapping[str, tuple[Option, ...]]

    def find(self, name: str, *, every: bool = False) -> Term | None:
        """See ``rules.forms.parsing.Names``."""
        entry = self.outline.bearer(name, self.report)
        if entry is None:
            return None
        if entry.repeat:
            repeats = (*entry.repeats, entry.path)
            return Each(entry.path, repeats, frozenset(entry.repeats).intersection(self.owner.repeats))
        around = frozenset(entry.repeats)
        if not every and around <= set(self.owner.repeats):
            return entry.path
        if not around:
            self.report("forms.reference_repeated")
            return None
        return Each(entry.path, entry.repeats, around.intersection(self.owner.repeats))

    def labels(self, name: str) -> Labels | None:
        """See ``rules.forms.parsing.Names``."""
        entry = self.outline.bearer(name, self.report)
        if entry is None:
            return None
        options = self.choices.get(entry.list_name)
        if options is None:
            self.report("forms.reference_no_choice", name=name)
            return None
        return Labels(tuple([(option.name, option.label) for option in options]))

    def here(self, levels: int) -> Here | None:
        """See ``rules.forms.parsing.Names``."""
        parts = self.owner.path.split("/")
        above = "/".join(parts[:-levels])
        if above in self.owner.repeats:
            return Here(above)
        self.report("forms.position_outside")
        return None


class Sketch:
    """Draws the outline row by row.

    Args:
        key: of the form, with which all paths begin.
        problems: takes down what is wrong with types, names and groups.
        other: words of what ``or_other`` adds.
    """

    def __init__(self, key: str, problems: Problems, other: Other) -> None:
        self._key = key
        self._problems = problems
        self._other = other
        self._outline = Outline()
        self._open: list[tuple[Entry, str]] = []

    def drawn(self, survey: list[Row]) -> Outline:
        """The outline of a sheet.

        Args:
            survey: its rows.

        Returns:
            The outline, of use only if nothing was taken down.
        """
        for row in survey:
            cell = row.cells.get("type")
            if cell is None:
                self._problems.add(row.at("type"), "forms.type_missing")
            else:
                self._row(row, cell.code)
        for entry, type_ in self._open:
            self._problems.add(entry.row.at("type"), "forms.group_open", type=type_)
        filled = {path for entry in self._outline.entries for path in entry.groups}
        for entry in self._outline.entries:
            if entry.kind is None and entry.path not in filled:
                self._problems.add(
                    entry.row.at("type"), "forms.group_empty", name=entry.path.rpartition("/")[2]
                )
        return self._outline

    def _row(self, row: Row, type_: str) -> None:
        control = standard.control(type_)
        if control is None:
            selection = standard.selection(type_)
            if selection is None and type_ == AUDIT:
                return
            if selection is None or _wordless(row):
                self._add(row, self._kind(row, type_))
                return
            self._add(row, Kind(selection.kind), selection.list_name, other=selection.other)
            if selection.other and "name" in row.cells:
                self._add(self._specify(row), Kind.TEXT)
            return
        begins, what = control
        if not begins:
            self._close(row, type_, what)
            return
        if what not in {standard.GROUP, standard.REPEAT}:
            self._problems.add(row.at("type"), "forms.type_unsupported", type=type_)
        self._open.append((self._add(row, None, repeat=what == standard.REPEAT), what))

    def _close(self, row: Row, type_: str, what: str) -> None:
        if not self._open or self._open[-1][1] != what:
            self._problems.add(row.at("type"), "forms.group_not_open", type=type_)
            return
        entry, _ = self._open.pop()
        if entry.repeat:
            self._outline.entries.append(replace(entry, kind=Kind.REPEAT, repeat=False))

    def _kind(self, row: Row, type_: str) -> Kind:
        if _wordless(row) and (type_ in _KINDS or standard.selection(type_) is not None):
            return Kind.CALCULATE
        if type_ not in _KINDS:
            self._problems.add(row.at("type"), "forms.type_unsupported", type=type_)
        return _KINDS.get(type_, Kind.NOTE)

    def _specify(self, row: Row) -> Row:
        """The question that ``or_other`` adds, as if its author had written it below."""
        name = row.cells["name"]
        cells = {
            "type": "text",
            "name": f"{name.code}_{OTHER}",
            "label": self._other.question,
            "bind::relevant": f"selected(${{{name.code}}}, '{OTHER}')",
            "bind::required": "yes",
        }
        return Row(row.place, {column: Cell(text, row.at("type")) for column, text in cells.items()})

    def _add(
        self, row: Row, kind: Kind | None, list_name: str = "", *, other: bool = False, repeat: bool = False
    ) -> Entry:
        groups = tuple(entry.path for entry, _ in self._open)
        repeats = tuple(entry.path for entry, _ in self._open if entry.repeat)
        name = self._named(row, kind)
        path = f"{groups[-1] if groups else self._key}/{name}"
        if any(other.path == path for other in self._outline.bearers.get(name, [])):
            self._problems.add(row.at("name"), "forms.name_twice", name=name)
        entry = Entry(row, path, groups, kind, list_name, other, repeats, repeat)
        if len(path) + len(_NUMBER) * (len(repeats) + 1) > LONGEST_PATH:
            self._problems.add(row.at("name"), "forms.path_long", most=LONGEST_PATH)
        self._outline.entries.append(entry)
        self._outline.bearers.setdefault(name, []).append(entry)
        return entry

    def _named(self, row: Row, kind: Kind | None) -> str:
        cell = row.cells.get("name")
        if cell is None:
            if kind is not Kind.NOTE:
                self._problems.add(row.at("name"), "forms.name_missing")
            return f"row_{row.place.row}"
        name = cell.code
        if not standard.is_name(name):
            self._problems.add(cell.place, "forms.name_wrong", name=name)
        return name


def _wordless(row: Row) -> bool:
    """Whether a row is worked out and has no words: then it is a calculation of whatever type, and nobody is asked."""
    return "bind::calculate" in row.cells and not row.cells.keys() & {"label", "hint"}
