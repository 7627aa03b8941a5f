"""What one cell of a register means."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from rules.errors import Refused

LONG_TERM = date(9999, 9, 9)
"""«Long term» (长期), as registers of licences write it."""

SHORT = 200
"""Characters of a name, a place, a post."""

LONG = 20_000
"""Characters of a business scope, a legal basis."""

_NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "null", "NULL", "N/A"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_EXPORTED = re.compile(r'="(.*)"', re.DOTALL)
_SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)

_SEPARATORS = re.compile(r"[、，,；;|｜\n]+")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DATE = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ZERO = date(
    1899, 12, 30
)  # serial 1 is 1 January 1900, and there is a 29 February 1900 that never was
_SPAN = re.compile(r"至|到|[~～]|—+")
_LONG_TERM_WORDS = frozenset({"长期", "长期有效", "永久", "永久有效", "无期限", "无固定期限"})

_YES = frozenset({"是", "有", "对", "Y", "YES", "TRUE", "1", "√", "✓", "✔"})
_NO = frozenset({"否", "不是", "没有", "N", "NO", "FALSE", "0", "×", "✗", "✘", "X"})


def clean(cell: str) -> str:
    """A cell without what nobody meant to write.

    Args:
        cell: as the file has it.

    Returns:
        Without blanks around it and unseen characters in it; a line break stays. The apostrophe that guards against
        formulas, and the ``="…"`` that keeps a number a text, are taken off. Empty for words that say «nothing».

    Raises:
        Refused: ``registers.cell_error`` for a formula's error.

    Source: the guards are those of our own exports (an apostrophe before ``= + - @``).
    """
    text = cell.strip() if cell.isprintable() else _visible(cell)
    if not text or text in _NOTHING:
        return ""
    first = text[0]
    if first == "#" and text in _SPREADSHEET_ERRORS:
        raise Refused("registers.cell_error")
    if first == "=" and (exported := _EXPORTED.fullmatch(text)):
        return exported[1].strip()
    if first == "'" and text[1:2] in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}:
        return text[1:]
    return text


def line(text: str) -> str:
    """A short text on one line.

    Args:
        text: a clean cell.

    Returns:
        With single blanks.

    Raises:
        Refused: ``registers.text_long``.
    """
    flat = " ".join(text.split())
    if len(flat) > SHORT:
        raise Refused("registers.text_long", length=len(flat), most=SHORT)
    return flat


def passage(text: str) -> str:
    """A long text; its line breaks stay.

    Args:
        text: a clean cell.

    Raises:
        Refused: ``registers.text_long``.
    """
    if len(text) > LONG:
        raise Refused("registers.text_long", length=len(text), most=LONG)
    return text


def person(text: str) -> str:
    """A person's name: blanks that only pad a short one (``张　三``) are taken out.

    Args:
        text: a clean cell.

    Raises:
        Refused: ``registers.text_long``.
    """
    flat = line(text)
    return flat if any(mark.isascii() and mark.isalpha() for mark in flat) else flat.replace(" ", "")


def words(text: str) -> tuple[str, ...]:
    """A list in one cell, separated by 、 or a comma, semicolon, bar or line break.

    Args:
        text: a clean cell.

    Returns:
        Each once, in the order of the cell.

    Raises:
        Refused: ``registers.text_long``.
    """
    return tuple(dict.fromkeys(line(word) for part in _SEPARATORS.split(text) if (word := part.strip())))


def yes(text: str) -> bool:
    """Yes or no.

    Raises:
        Refused: ``registers.not_yes_or_no``.
    """
    word = unicodedata.normalize("NFKC", text).upper()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refused("registers.not_yes_or_no", value=shown(text))


def day(text: str) -> date:
    """A date, in one of the spellings of registers, as a spreadsheet's serial number, or «long term».

    Args:
        text: a clean cell; of a span (``2023-01-01至2028-12-31``) the end is meant.

    Returns:
        :data:`LONG_TERM` for 长期, 9999-09-09, 9999-12-31.

    Raises:
        Refused: ``registers.not_a_date``; also for years before 1900 and after 2199, which are slips.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    last = _SPAN.split(plain)[-1].strip()
    if last in _LONG_TERM_WORDS:
        return LONG_TERM
    if serial := _SERIAL_DATE.fullmatch(last):
        return _SERIAL_ZERO + timedelta(days=int(serial[1]))
    written = _DATE.fullmatch(last) or _COMPACT_DATE.fullmatch(last)
    if written is None:
        raise Refused("registers.not_a_date", value=shown(text))
    year, month, day_of_month = (int(part) for part in written.groups())
    if year == LONG_TERM.year:
        return LONG_TERM
    try:
        found = date(year, month, day_of_month)
    except ValueError as error:
        raise Refused("registers.not_a_date", value=shown(text)) from error
    if not 1900 <= year < 2200:
        raise Refused("registers.not_a_date", value=shown(text))
    return found


def degrees(most: int) -> Callable[[str], float]:
    """A reader of a latitude or longitude.

    Args:
        most: 90 or 180 degrees, either way.

    Returns:
        Reads a cell; raises ``registers.not_degrees``.
    """

    def read(text: str) -> float:
        try:
            value = float(unicodedata.normalize("NFKC", text).rstrip("°"))
        except ValueError as error:
            raise Refused("registers.not_degrees", value=shown(text), most=most) from error
        if not -most <= value <= most:
            raise Refused("registers.not_degrees", value=shown(text), most=most)
        return value

    return read


def meanings(several: Mapping[str, str]) -> dict[str, str]:
    """What each word means.

    Args:
        several: by meaning, the words that have it, with blanks between them.

    Returns:
        Meaning by word.
    """
    return {word: meaning for meaning, words_ in several.items() for word in words_.split()}


def one_of(choices: Mapping[str, str], *, examples: tuple[str, ...]) -> Callable[[str], str]:
    """A reader of a closed set.

    Args:
        choices: what a cell may say (as :func:`bare` spells it), and what it means.
        examples: what the refusal proposes.

    Returns:
        Reads a cell; raises ``registers.not_a_choice``.
    """

    def read(text: str) -> str:
        meaning = choices.get(bare(text))
        if meaning is None:
            raise Refused("registers.not_a_choice", value=shown(text), expected="、".join(examples))
        return meaning

    return read


def bare(text: str) -> str:
    """Letters and digits of a text alone, in one spelling, so that ``吊销，未注销`` and ``吊销(未注销)`` are one word."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", text) if mark.isalnum()).upper()


def shown(text: str, most: int = 30) -> str:
    """A cell as a refusal quotes it: on one line, not longer than so many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _visible(cell: str) -> str:
    marks = []
    for mark in cell.replace("\r\n", "\n").replace("\r", "\n"):
        if mark == "\n" or mark.isprintable():
            marks.append(mark)
        elif mark.isspace():
            marks.append(" ")
        elif unicodedata.category(mark) not in _UNSEEN:
            marks.append(mark)
    return "".join(marks).strip()
