"""The door to pyxform, which knows XLSForm: what its columns, types and names are, and whether a spreadsheet converts.

Source: https://xlsform.org/en/ref-table/; https://github.com/XLSForm/pyxform.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

# pyxform ships no types, so every import of it says so; nothing but this module imports it.
from pyxform import aliases, constants  # type: ignore[import-untyped]
from pyxform.builder import create_survey_element_from_dict  # type: ignore[import-untyped]
from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.parsing.expression import is_xml_tag  # type: ignore[import-untyped]
from pyxform.parsing.sheet_headers import clean_text_values, process_header  # type: ignore[import-untyped]
from pyxform.question import MultipleChoiceQuestion, Option  # type: ignore[import-untyped]
from pyxform.survey import Survey  # type: ignore[import-untyped]
from pyxform.utils import default_is_dynamic  # type: ignore[import-untyped]
from pyxform.xls2json import (  # type: ignore[import-untyped]
    RE_BEGIN_CONTROL,
    RE_END_CONTROL,
    RE_SELECT,
    workbook_to_json,
)
from pyxform.xls2json_backends import DefinitionData, get_xlsform  # type: ignore[import-untyped]

GROUP: str = constants.GROUP
"""What ``control`` says of a group, as opposed to a repeat."""

REPEAT: str = constants.REPEAT
"""What ``control`` says of a repeat."""

YES_NO: Mapping[str, bool] = MappingProxyType(dict(aliases.yes_no))
"""The spellings of yes and no."""

_KNOWN: Mapping[str, tuple[Mapping[str, object], frozenset[str]]] = MappingProxyType(
    {
        "survey": (aliases.survey_header, frozenset(MultipleChoiceQuestion.get_slot_names())),
        "choices": (aliases.list_header, frozenset(Option.get_slot_names())),
        "settings": (aliases.settings_header, frozenset(Survey.get_slot_names())),
    }
)
_NAMESPACES = frozenset({"bind", "control", "instance", "media", "disabled", constants.ENTITIES_SAVETO})
_CHOICES = {
    constants.SELECT_ONE: "select_one",
    constants.SELECT_ALL_THAT_APPLY: "select_multiple",
    constants.RANK: "rank",
}
_ROW = re.compile(r"\[row : ([0-9]+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings)' sheet")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why pyxform does not take a spreadsheet.

    Args:
        sheet: that it speaks of.
        row: counted from the headings, which are row 1; None if it names none.
        reason: in pyxform's words, English.
    """

    sheet: str
    row: int | None
    reason: str


def column_name(sheet: str, column: str) -> str:
    """A column's name in XLSForm: ``bind::relevant`` for relevant, ``label::中文`` for a label in a language.

    Args:
        sheet: survey, choices or settings.
        column: the heading as its author wrote it.

    Returns:
        The name, its parts joined by two colons.
    """
    known, slots = _KNOWN[sheet]
    _, tokens = process_header(column, "::" in column, known, slots)
    return "::".join(tokens)


def official(sheet: str, name: str) -> bool:
    """Whether XLSForm has such a column, by its name as ``column_name`` gives it."""
    known, slots = _KNOWN[sheet]
    first = name.partition("::")[0]
    return name in known or first in slots or first in _NAMESPACES


def straight(text: str) -> str:
    """A cell as code: with straight quotes and single blanks, whatever a spreadsheet program made of them."""
    return str(clean_text_values(text, strip_whitespace=True))


def control(type_: str) -> tuple[bool, str] | None:
    """What a type says about groups.

    Args:
        type_: of a row.

    Returns:
        Whether it begins something rather than ends it, and what: GROUP or another word; None if it does neither.
    """
    for begins, pattern in ((True, RE_BEGIN_CONTROL), (False, RE_END_CONTROL)):
        found = pattern.search(type_)
        if found:
            return begins, str(aliases.control[found["type"]])
    return None


@dataclass(frozen=True, slots=True)
class Selection:
    """What a type says about a choice.

    Args:
        kind: ``select_one``, ``select_multiple`` or ``rank``.
        list_name: of its options.
        other: whether something else may be written down (``or_other``).
    """

    kind: str
    list_name: str
    other: bool


def selection(type_: str) -> Selection | None:
    """What a type says about a choice from a list of this spreadsheet.

    Args:
        type_: of a row.

    Returns:
        The choice; None for anything else, also for lists from files and from earlier answers.
    """
    found = RE_SELECT.search(type_)
    if not found or found["select_command"] in aliases.select_from_file:
        return None
    kind = _CHOICES.get(aliases.select[found["select_command"]])
    if kind is None or "${" in found["list_name"]:
        return None
    return Selection(kind, str(found["list_name"]), bool(found["specify_other"]))


def is_name(text: str) -> bool:
    """Whether a question may be called so."""
    return bool(is_xml_tag(text))


def is_dynamic(default: str, type_: str) -> bool:
    """Whether a default is an expression rather than the answer itself."""
    return bool(default_is_dynamic(default, type_))


def excel(source: bytes) -> dict[str, tuple[list[dict[str, str]], list[str]]]:
    """The sheets of an Excel file.

    Args:
        source: the file's bytes.

    Returns:
        By name of the sheet, its rows below the headings with empty ones among them, and the headings.

    Raises:
        PyXFormError: or whatever else openpyxl's parsers raise on a broken file.
    """
    book = get_xlsform(source, file_type=".xlsx")
    found = {}
    for name in sorted(constants.SUPPORTED_SHEET_NAMES):
        rows, headings = getattr(book, name), getattr(book, f"{name}_header")
        if rows is not None and headings:
            found[name] = (list(rows), list(headings[0]))
    return found


def convert(sheets: Mapping[str, tuple[Sequence[Mapping[str, str]], Sequence[str]]]) -> Verdict | None:
    """Let pyxform convert a spreadsheet: the last judge of what XLSForm allows.

    Args:
        sheets: as ``excel`` gives them.

    Returns:
        Why it does not convert; None if it does.
    """
    book: dict[str, object] = {"sheet_names": list(sheets)}
    for name, (rows, headings) in sheets.items():
        book[name] = [dict(row) for row in rows]
        book[f"{name}_header"] = [dict.fromkeys(headings)]
    try:
        tree = workbook_to_json(DefinitionData(**book), form_name="data", warnings=[])
        create_survey_element_from_dict(tree).to_xml(validate=False, warnings=[])
    except PyXFormError as error:
        said = str(error)
        row, sheet = _ROW.search(said), _SHEET.search(said)
        return Verdict(sheet[1] if sheet else "survey", int(row[1]) if row else None, _ROW.sub("", said))
    except Exception as error:  # noqa: BLE001  (pyxform stumbles over some spreadsheets that it ought to refuse)
        return Verdict("survey", None, f"{type(error).__name__}: {error}")
    return None
