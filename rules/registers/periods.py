"""A period as the cell of a plan has it: ``2026-03-01至2026-06-30``, ``3月至6月``, ``上半年``, ``第二季度``, ``6月底前``."""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from rules.errors import Refused
from rules.registers.cells import shown

_YEAR = r"(?:(?P<{0}y>\d{{4}})(?:年度?|[-/.]))?"
_DAY = _YEAR + r"(?P<{0}m>\d{{1,2}})[-/.月](?P<{0}d>\d{{1,2}})日?"
_MONTH = _YEAR + r"(?P<{0}m>\d{{1,2}})月份?"
_YEAR_AND_MONTH = r"(?P<{0}y>\d{{4}})[-/.年](?P<{0}m>\d{{1,2}})月?"
_TO = r"(?:至|到|-+|~+|—+|–+)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        _DAY.format("a") + _TO + _DAY.format("b"),
        _DAY.format("a") + _TO + r"(?P<bd>\d{1,2})日",
        _YEAR.format("a") + r"(?P<am>\d{1,2})月?" + _TO + _YEAR.format("b") + r"(?P<bm>\d{1,2})月份?底?",
        _DAY.format("a"),
        _MONTH.format("a"),
        _YEAR_AND_MONTH.format("a"),
        _YEAR_AND_MONTH.format("a") + _TO + _YEAR_AND_MONTH.format("b"),
    )
)
_BEFORE = re.compile(
    _YEAR.format("b") + r"(?P<bm>\d{1,2})月(?:(?P<bd>\d{1,2})日|份?底?)(?:之前|以前|前)(?:完成)?"
)
_WORD = re.compile(r"(?:(?P<y>\d{4})年度?)?(?P<word>.*)")
_WORDS = {
    "全年": (1, 12),
    "全年度": (1, 12),
    "年内": (1, 12),
    "年底前": (1, 12),
    "上半年": (1, 6),
    "下半年": (7, 12),
    **{
        f"{prefix}{name}{ending}": (3 * at + 1, 3 * at + 3)
        for at, names in enumerate(("一1", "二2", "三3", "四4"))
        for name in names
        for prefix in ("", "第")
        for ending in ("季度", "季")
    },
}


@dataclass(frozen=True, slots=True)
class Span:
    """A period whose year may stand elsewhere in the line.

    Args:
        first_year: of its first day; ``None`` when the cell does not say it.
        first: month and day.
        last_year: of its last day, likewise.
        last: month and day; day 0 is the month's last.
        text: the cell.
    """

    first_year: int | None
    first: tuple[int, int]
    last_year: int | None
    last: tuple[int, int]
    text: str = ""

    @property
    def year(self) -> int | None:
        """The year that the cell names first."""
        return self.first_year or self.last_year

    def days(self, year: int) -> tuple[date, date]:
        """First and last day.

        Args:
            year: of what names no year.

        Raises:
            Refused: ``plans.not_a_period`` for a day that does not exist; ``plans.period_order``.
        """
        month, day = self.last
        try:
            start = date(self.first_year or year, *self.first)
            last_year = self.last_year or start.year
            end = date(last_year, month, day or calendar.monthrange(last_year, month)[1])
        except (ValueError, calendar.IllegalMonthError) as error:
            raise Refused("plans.not_a_period", value=shown(self.text)) from error
        if end < start:
            raise Refused("plans.period_order", first=start, last=end)
        return start, end


def span(text: str) -> Span:
    """Read a period.

    Args:
        text: a clean cell.

    Raises:
        Refused: ``plans.not_a_period``.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if word := _WORD.fullmatch(plain):
        months = _WORDS.get(word["word"])
        if months is None and word["y"] and not word["word"]:
            months = (1, 12)
        if months is not None:
            year = int(word["y"]) if word["y"] else None
            return Span(year, (months[0], 1), year, (months[1], 0), text)
    if before := _BEFORE.fullmatch(plain):
        year = int(before["by"]) if before["by"] else None
        return _sound(Span(year, (1, 1), year, (int(before["bm"]), int(before["bd"] or 0)), text))
    for form in _FORMS:
        if found := form.fullmatch(plain):
            return _sound(_span(found.groupdict(), text))
    raise Refused("plans.not_a_period", value=shown(text))


def _span(found: dict[str, str | None], text: str) -> Span:
    first_year, last_year = found.get("ay"), found.get("by")
    first_month, first_day = int(found["am"] or 0), int(found.get("ad") or 1)
    alone = not any(key.startswith("b") for key in found)
    last_month = first_month if alone else int(found.get("bm") or first_month)
    last_day = found.get("ad") if alone else found.get("bd")
    return Span(
        int(first_year) if first_year else None,
        (first_month, first_day),
        int(last_year) if last_year else (int(first_year) if first_year else None),
        (last_month, int(last_day or 0)),
        text,
    )


def _sound(found: Span) -> Span:
    """Refuse what no year has; 29 February is looked at when the year is known."""
    for month, day in (found.first, found.last):
        if not 1 <= month <= 12 or day > calendar.monthrange(2024, month)[1]:
            raise Refused("plans.not_a_period", value=shown(found.text))
    return found
