"""Dates as notices write them: one day, a range, a list, with a weekday in brackets or without."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WEEKDAYS = "一二三四五六日"

# One character for one character, so that a place in what is read is the same place in the file.
_LEVEL = str.maketrans(
    "０１２３４５６７８９（）：，；—－–～~\u2010\u2011\u2015\u00a0\u3000\t", "0123456789():,;--------   "
)
_SEPARATORS = r"(?:至|到|-+)"
_DATE = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})\s*年\s*)?(?:(?P<month>\d{1,2})\s*月\s*)?(?P<day>\d{1,2})"
    # 号 only after a month: a document has a number, too. 日 may be left to the end of a range.
    rf"(?:\s*(?(month)[日号]|日)|(?=\s*{_SEPARATORS}\s*\d{{1,2}}\s*日))"
    r"(?P<note>\s*\([^()\n]{0,40}\))?"
)
_WEEKDAY = re.compile(r"(?:星期|礼拜|周)([一二三四五六日天])")
_RANGE = re.compile(rf"\s*{_SEPARATORS}\s*")
_LIST = re.compile(r"\s*[、和及与,]?\s*")


@dataclass(frozen=True, slots=True)
class Written:
    """One date as it stands in the text.

    Attributes:
        start: where it begins.
        end: where it ends, its brackets among it.
        year: as written, or none.
        month: as written, or none.
        day: of the month.
        weekday: 0 for Monday, or none when no weekday is written.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int
    weekday: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Dates that one verb speaks of.

    Attributes:
        spans: each with its first and its last date, which are the same for a single day.
        head: what stands before it, back to the sentence's beginning or the group before.
        heading: the same, but back to the sentence's beginning always.
        tail: what stands behind it, up to a comma, the sentence's end or the next group.
        rest: the same, but past commas.
    """

    spans: tuple[tuple[Written, Written], ...]
    head: str
    heading: str
    tail: str
    rest: str

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.spans[0][0].start


def levelled(text: str) -> str:
    """The text with one form of digits, brackets, commas and dashes; every character keeps its place."""
    return text.translate(_LEVEL)


def groups(text: str) -> Iterator[Group]:
    """Every group of dates.

    Args:
        text: levelled.

    Returns:
        The groups in their order.
    """
    found = _joined(text, [_written(match) for match in _DATE.finditer(text)])
    for at, spans in enumerate(found):
        start, end = spans[0][0].start, spans[-1][1].end
        before = found[at - 1][-1][1].end if at else 0
        after = found[at + 1][0][0].start if at + 1 < len(found) else len(text)
        begins = max(text.rfind(mark, 0, start) + 1 for mark in "。;\n")
        rest = _up_to(text, end, after, "。;\n")
        yield Group(
            spans=tuple(spans),
            head=text[max(begins, before) : start],
            heading=text[begins:start],
            tail=_up_to(text, end, end + len(rest), ",:"),
            rest=rest,
        )


def _written(match: re.Match[str]) -> Written:
    named = _WEEKDAY.search(match["note"] or "")
    return Written(
        start=match.start(),
        end=match.end(),
        year=int(match["year"]) if match["year"] else None,
        month=int(match["month"]) if match["month"] else None,
        day=int(match["day"]),
        weekday=WEEKDAYS.index(named[1].replace("天", "日")) if named else None,
    )


def _joined(text: str, dates: list[Written]) -> list[list[tuple[Written, Written]]]:
    """Dates with nothing but a dash between them are a range, with a comma a list."""
    found: list[list[tuple[Written, Written]]] = []
    for date in dates:
        between = text[found[-1][-1][1].end : date.start] if found else None
        if between is not None and _RANGE.fullmatch(between) and _single(found[-1][-1]):
            found[-1][-1] = (found[-1][-1][0], date)
        # What is moved or made longer «to» a day ends there; after a comma something else is said.
        elif (
            between is not None
            and _LIST.fullmatch(between)
            and not ("," in between and _leads_to(text, found[-1][0][0].start))
        ):
            found[-1].append((date, date))
        else:
            found.append([(date, date)])
    return found


def _single(span: tuple[Written, Written]) -> bool:
    return span[0] is span[1]


def _leads_to(text: str, start: int) -> bool:
    return text[:start].rstrip().endswith(("至", "到"))


def _up_to(text: str, start: int, end: int, marks: str) -> str:
    """From a place to the first of these marks; a line that ends before its verb goes on in the next."""
    at = start + len(text[start:end]) - len(text[start:end].lstrip())
    while at < end and text[at] not in marks:
        at += 1
    return text[start:at]
