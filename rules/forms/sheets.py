"""The columns of a form's sheets: which there are, in which language, and what they are called in XLSForm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.forms import standard
from rules.forms.problems import Place, Problems
from rules.forms.tables import OTHER_SHEETS, Table

TRANSLATED = ("label", "hint", "guidance_hint", "bind::jr:constraintMsg", "bind::jr:requiredMsg")
"""Columns of words, which may be there once for each language."""

SURVEY_COLUMNS = frozenset(
    {
        *TRANSLATED,
        "type",
        "name",
        "default",
        "parameters",
        "choice_filter",
        "bind::calculate",
        "bind::required",
        "bind::relevant",
        "bind::constraint",
        "bind::readonly",
        "control::appearance",
        "control::jr:count",
        "control::max_photos",
        "control::rows",
    }
)
"""Columns of questions that have a meaning in a chat; what of an appearance only arranges a page, and rows, is allowed and ignored."""

SETTINGS = frozenset(
    {
        "title",
        "id_string",
        "version",
        "default_language",
        "style",
        "instance_name",
        "namespaces",
        "omit_instanceID",
        "name",
        "instance_xmlns",
        "attribute",
        "submission_url",
        "auto_send",
        "auto_delete",
        "client_editable",
        "prefix",
        "delimiter",
    }
)
"""Settings that have a meaning in a chat, or that only other tools ask for."""

_CHINESE = ("zh", "中文", "汉语", "chinese")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty.

    Args:
        text: as its author wrote it.
        place: where it is.
    """

    text: str
    place: Place

    @property
    def code(self) -> str:
        """The text as code: with straight quotes, whatever the spreadsheet program made of them."""
        return standard.straight(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Args:
        place: of the row.
        cells: by the column's name in XLSForm; of several languages the one that is shown.
    """

    place: Place
    cells: Mapping[str, Cell]

    def at(self, column: str) -> Place:
        """The place of a cell that may be empty, by the column's name in XLSForm."""
        if column in self.cells:
            return self.cells[column].place
        return replace(self.place, column=column.rpartition("::")[2].replace(" ", "_"))


def rows(table: Table, language: str, problems: Problems) -> list[Row]:
    """The rows of a sheet that are not empty, and their columns by XLSForm's names.

    Args:
        table: the sheet.
        language: of the form, as its settings name it; empty if they do not.
        problems: takes down columns that have no meaning.

    Returns:
        One row for each row of the sheet, in order.
    """
    names = {column: _name(table.name, column) for column in table.columns}
    words = _preferred([name[1] for name in names.values()], language)
    filled = {column for _, cells in table.rows for column in cells}
    for place, column in enumerate(table.columns):
        name = names[column][0]
        if names[column] in [names[before] for before in table.columns[:place]]:
            problems.add(Place(table.name, table.heading, column), "forms.column_twice")
        elif column in filled and not _meant(table.name, name):
            known = standard.official(table.name, name)
            code = "forms.column_unsupported" if known else "forms.column_unknown"
            problems.add(Place(table.name, table.heading, column), code)
    found = []
    for number, cells in table.rows:
        kept: dict[str, Cell] = {}
        for column in sorted(cells, key=lambda column: words.index(names[column][1]), reverse=True):
            kept[names[column][0]] = Cell(cells[column], Place(table.name, number, column))
        if kept:
            found.append(Row(Place(table.name, number, ""), kept))
    return found


def unused(tables: Mapping[str, Table], problems: Problems) -> None:
    """Take down sheets that would silently be dropped.

    Args:
        tables: the form's sheets.
        problems: takes them down.
    """
    for name in OTHER_SHEETS:
        if name in tables:
            problems.add(Place(name, tables[name].heading, ""), "forms.sheet_unsupported")


def _name(sheet: str, column: str) -> tuple[str, str]:
    """A column's name in XLSForm, and its language."""
    name = standard.column_name(sheet, column)
    for words in TRANSLATED if sheet == "survey" else ("label",):
        if name == words:
            return words, ""
        if name.startswith(f"{words}::"):
            return words, name.removeprefix(f"{words}::").strip()
    return name, ""


def _preferred(languages: list[str], language: str) -> list[str]:
    """Languages in the order in which they are shown: the form's own, the unnamed, Chinese, any other."""

    def rank(candidate: str) -> int:
        if candidate == language:
            return 0
        if not candidate:
            return 1
        return 2 if any(sign in candidate.lower() for sign in _CHINESE) else 3

    return sorted(dict.fromkeys(languages), key=rank)


def _meant(sheet: str, name: str) -> bool:
    if sheet == "survey":
        return name in SURVEY_COLUMNS
    if sheet == "settings":
        return name.partition("::")[0] in SETTINGS
    return name == "label" or "::" not in name  # further columns of choices are their author's own, and legal
