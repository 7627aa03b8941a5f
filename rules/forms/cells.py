"""The cells of the rows of questions and groups, read once all names are known."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from rules.forms import standard
from rules.forms.appearance import read_appearance
from rules.forms.expression import Each, Expression, Filter
from rules.forms.outline import OTHER, Entry, Other, Outline, View
from rules.forms.parsing import parse, parse_filter
from rules.forms.problems import Place, Problems
from rules.forms.question import (
    CHOICES,
    MOST_INSTANCES,
    MOST_PICTURES,
    Group,
    Kind,
    Option,
    Question,
    Reference,
    Scale,
    Stamp,
    Wording,
)
from rules.forms.reading import computed
from rules.forms.sheets import Row

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_MOST_PICTURES = range(1, 101)
_ALWAYS = frozenset({"type", "name", "label", "bind::relevant", "control::appearance"})
COUNT = "control::jr:count"
_OF_NOTES = _ALWAYS | {"hint", "guidance_hint", "bind::readonly"}
_USUAL_SCALE = {"start": "0", "end": "10", "step": "1"}
"""Source: https://xlsform.org/en/#range."""
_PARAMETER = re.compile(r"(start|end|step)\s*=\s*([^\s;,]+)")
_OF_QUESTIONS = _OF_NOTES | {
    "default",
    "bind::required",
    "bind::jr:requiredMsg",
    "bind::constraint",
    "bind::jr:constraintMsg",
}
_SOMEWHERE = _OF_QUESTIONS | {"parameters", "control::max_photos", "choice_filter", "bind::calculate", COUNT}


class CellReader:
    """Reads the rows of a survey.

    Args:
        key: of the form.
        outline: its rows and who bears which name.
        choices: options by list.
        problems: takes down what is wrong with a cell.
        other: words of what ``or_other`` adds.
    """

    def __init__(
        self,
        key: str,
        outline: Outline,
        choices: Mapping[str, tuple[Option, ...]],
        problems: Problems,
        other: Other,
    ) -> None:
        self._key = key
        self._outline = outline
        self._choices = choices
        self._problems = problems
        self._other = other

    def group(self, entry: Entry) -> Group:
        """The group that an entry begins."""
        self._only(entry.row, _ALWAYS | {COUNT} if entry.repeat else _ALWAYS)
        self._appearance(entry.row, None)
        label = self._words(entry, "label")
        return Group(entry.path, self._called(label) if entry.repeat else label, self._condition(entry))

    def repeat(self, entry: Entry, group: Group) -> Question:
        """What asks for another instance of a repeat, behind the last question of each; the group is what the repeat began."""
        count = self._expression(entry, COUNT)
        if count is not None and count.own:
            self._problems.add(entry.row.at(COUNT), "forms.own_value")
        elif count is not None and count.source.isdecimal() and int(count.source) > MOST_INSTANCES:
            self._problems.add(entry.row.at(COUNT), "forms.instances_counted", most=MOST_INSTANCES)
        return Question(
            path=entry.path,
            part=self._key,
            kind=Kind.REPEAT,
            label=self._called(group.label),
            hint=None,
            guidance=None,
            groups=entry.groups,
            required=False,
            required_message=None,
            relevant=group.relevant,
            constraint=None,
            constraint_message=None,
            default=None,
            read_only=COUNT in entry.row.cells,
            options=(),
            most=MOST_INSTANCES,
            calculation=count,
            repeats=entry.repeats,
        )

    def _called(self, label: Wording | None) -> Wording:
        return label or Wording((self._other.repeat,))

    def question(self, entry: Entry, kind: Kind) -> Question:
        """The question of an entry, of use only if nothing was taken down."""
        row = entry.row
        self._only(row, self._columns(kind))
        label = self._words(entry, "label")
        if label is None and kind is not Kind.CALCULATE:
            self._problems.add(row.at("label"), "forms.label_missing")
        question = Question(
            path=entry.path,
            part=self._key,
            kind=kind,
            label=label or Wording(()),
            hint=self._words(entry, "hint"),
            guidance=self._words(entry, "guidance_hint"),
            groups=entry.groups,
            required=self._required(entry),
            required_message=self._words(entry, "bind::jr:requiredMsg"),
            relevant=self._condition(entry),
            constraint=self._expression(entry, "bind::constraint"),
            constraint_message=self._words(entry, "bind::jr:constraintMsg"),
            default=None,
            read_only=self._read_only(row),
            options=(options := self._options(entry, kind)),
            most=self._most(row),
            calculation=self._calculation(entry, kind),
            stamp=_stamp(row),
            scale=self._scale(row) if kind is Kind.RANGE else None,
            filter=self._filter(entry, options),
            repeats=entry.repeats,
            appearance=self._appearance(row, kind),
        )
        return replace(question, default=self._default(entry, question))

    @staticmethod
    def _columns(kind: Kind) -> frozenset[str]:
        match kind:
            case Kind.NOTE:
                return _OF_NOTES
            case Kind.CALCULATE:
                return _ALWAYS | {"hint", "default", "bind::calculate"}
            case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK:
                return _OF_QUESTIONS | {"choice_filter"}
            case Kind.IMAGE:
                return _OF_QUESTIONS | {"parameters", "control::max_photos"}
            case Kind.AUDIO | Kind.VIDEO | Kind.FILE:
                return _OF_QUESTIONS | {"parameters"}
            case _:
                return _OF_QUESTIONS | {"parameters", "bind::calculate"}

    def _only(self, row: Row, columns: frozenset[str]) -> None:
        for name, cell in row.cells.items():
            unset = name in {"bind::required", "bind::readonly"} and not standard.YES_NO.get(cell.code, True)
            # A column that means nothing anywhere was taken down with its heading.
            if name in _SOMEWHERE and name not in columns and not unset:
                self._problems.add(cell.place, "forms.column_here", type=row.cells["type"].code)

    def _words(self, entry: Entry, column: str) -> Wording | None:
        cell = entry.row.cells.get(column)
        if cell is None:
            return None
        view = self._view(entry, cell.place)
        pieces: list[str | Reference] = []
        for at, piece in enumerate(_REFERENCE.split(cell.text)):
            if at % 2 == 0:
                pieces.append(piece)
            else:
                path = view.find(piece)
                if isinstance(path, Each):
                    view.report("forms.reference_repeated")
                pieces.append(Reference(path if isinstance(path, str) else ""))
        return Wording(tuple(piece for piece in pieces if piece))

    def _expression(self, entry: Entry, column: str) -> Expression | None:
        cell = entry.row.cells.get(column)
        if cell is None:
            return None
        view = self._view(entry, cell.place)
        return parse(cell.code, view, view.report)

    def _view(self, entry: Entry, place: Place) -> View:
        return View(self._outline, entry, self._problems.at(place), self._choices)

    def _condition(self, entry: Entry) -> Expression | None:
        condition = self._expression(entry, "bind::relevant")
        if condition is not None and condition.own:
            self._problems.add(entry.row.at("bind::relevant"), "forms.own_value")
        return condition

    def _required(self, entry: Entry) -> bool | Expression:
        cell = entry.row.cells.get("bind::required")
        if cell is None:
            return False
        if cell.code in standard.YES_NO:
            return standard.YES_NO[cell.code]
        return self._expression(entry, "bind::required") or False

    def _read_only(self, row: Row) -> bool:
        cell = row.cells.get("bind::readonly")
        if cell is not None and cell.code not in standard.YES_NO:
            self._problems.add(cell.place, "forms.yes_or_no", value=cell.code)
        return cell is not None and standard.YES_NO.get(cell.code, False)

    def _options(self, entry: Entry, kind: Kind) -> tuple[Option, ...]:
        if kind not in CHOICES:
            return ()
        if entry.list_name not in self._choices:
            self._problems.add(entry.row.at("type"), "forms.options_missing", list=entry.list_name)
        options = self._choices.get(entry.list_name, ())
        if entry.other and all(option.name != OTHER for option in options):
            return (*options, Option(OTHER, self._other.option, exclusive=False))
        return options

    def _filter(self, entry: Entry, options: tuple[Option, ...]) -> Filter | None:
        cell = entry.row.cells.get("choice_filter")
        if cell is None:
            return None
        columns = {"name", *(column for option in options for column, _ in option.columns)}
        view = self._view(entry, cell.place)
        return parse_filter(cell.code, view, view.report, columns)

    def _calculation(self, entry: Entry, kind: Kind) -> Expression | None:
        calculation = self._expression(entry, "bind::calculate")
        if calculation is None:
            return None
        row = entry.row
        if calculation.own:
            self._problems.add(row.at("bind::calculate"), "forms.own_value")
        if kind not in {Kind.CALCULATE, Kind.NOTE} and not self._read_only(row):
            # Whatever a person answers would be written over as soon as something that it reads changes.
            self._problems.add(row.at("bind::calculate"), "forms.calculation_answered")
        return calculation

    def _appearance(self, row: Row, kind: Kind | None) -> frozenset[str]:
        cell = row.cells.get("control::appearance")
        if cell is None:
            return frozenset()
        meant, refused = read_appearance(cell.code, kind)
        for word in refused:
            self._problems.add(cell.place, "forms.appearance_unsupported", appearance=word)
        return meant

    def _scale(self, row: Row) -> Scale:
        cell = row.cells.get("parameters")
        given = dict(_PARAMETER.findall(cell.code)) if cell else {}
        try:
            start, end, step = (Decimal(given.get(name, usual)) for name, usual in _USUAL_SCALE.items())
            scale = Scale(start, end, abs(step))
            sound = bool(step) and (end - start) % step == 0 and start != end
        except (InvalidOperation, ValueError):
            sound = False
        if not sound:
            self._problems.add(row.at("parameters"), "forms.scale_wrong", value=cell.text if cell else "")
            return Scale(Decimal(0), Decimal(10), Decimal(1))
        return scale

    def _most(self, row: Row) -> int:
        cell = row.cells.get("control::max_photos")
        if cell is None:
            return MOST_PICTURES
        if not cell.code.isascii() or not cell.code.isdigit() or int(cell.code) not in _MOST_PICTURES:
            self._problems.add(cell.place, "forms.max_photos", most=_MOST_PICTURES[-1], value=cell.code)
            return MOST_PICTURES
        return int(cell.code)

    def _default(self, entry: Entry, question: Question) -> str | int | list[str] | Expression | None:
        cell = entry.row.cells.get("default")
        if cell is None:
            return None
        if standard.is_dynamic(cell.code, question.kind.value):
            return self._expression(entry, "default")
        value = computed(question, cell.text)
        if value is None or isinstance(value, dict):
            self._problems.add(cell.place, "forms.default_wrong", value=cell.text)
            return None
        return value


def _stamp(row: Row) -> Stamp | None:
    type_ = row.cells["type"].code
    return next((stamp for stamp in Stamp if stamp == type_), None)
