"""Reading a notice: which days it calls off and at work, and where it contradicts itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto

from rules.calendar import FIRST_YEAR, LAST_YEAR
from rules.errors import Refused
from rules.holidays.arrangement import Arrangement
from rules.holidays.spans import WEEKDAYS, Group, Written, groups, levelled

_DAY = timedelta(days=1)
_SATURDAY = 5
_DECEMBER = 12
_LONGEST = 31
"""Days of a range; the longest holiday so far had 10."""

# 〔2007〕 was the last without the three festivals that the second revision of the regulation added.
_ALWAYS = {
    "元旦": ("元旦", "新年"),
    "春节": ("春节",),
    "劳动节": ("劳动节", "五一"),
    "国庆节": ("国庆", "十一"),
}
_SINCE_2008 = {"清明节": ("清明",), "端午节": ("端午",), "中秋节": ("中秋",)}
_FIRST_OF_SEVEN = 2008

_ISSUED = re.compile(r"(?<!《)国务院\s*(?:办公厅)?\s*关于")
_TITLED = (
    re.compile(r"关于\s*(?:延长|调整)?\s*(\d{4})\s*年"),
    re.compile(r"(\d{4})\s*年\s*(?:部分)?\s*节假日"),
    re.compile(r"(\d{4})\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日[^。,]{0,8}放假"),
)
_YEARLY = re.compile(r"(?<!《)国务院\s*办公厅\s*关于\s*\d{4}\s*年\s*部分\s*节假日")
_HEADED = re.compile(r"^\s*国务院\s*办公厅\s*关于\s*\d{4}\s*年\s*部分\s*节假日", re.MULTILINE)
_NUMBER = re.compile(r"国办?发(?:明电)?\s*[〔\[【(]\s*\d{4}\s*[〕\]】)]\s*\d+\s*号")
_COUNT = re.compile(r"(?:共|放假|休息)(?:计|放假|休息)?\s*(\d{1,2}|[一二三四五六七八九十])\s*天")
_CHINESE = "一二三四五六七八九十"
_ASIDE = re.compile(r"\)|以?前|之前|起|后|内|为|是|[(、]|农历|正月|除夕|\w{1,4}节")
_EXTENDED = re.compile(r"延长[^。,]*假期\s*(?:至|到)\s*$")


class _Says(Enum):
    """What a notice says of a group of dates."""

    OFF = auto()
    WORK = auto()
    MOVED = auto()
    EXTENDED = auto()
    NOTHING = auto()
    UNCLEAR = auto()


_MOVED = re.compile(r"调休?(?:整)?(?:至|到|为)|移至")
_BEHIND = (
    (re.compile(r"不(?:再)?(?:安排)?(?:放假|上班|补休|休息|补班)"), _Says.UNCLEAR),
    (_MOVED, _Says.MOVED),
    (re.compile(r"起(?:正常|照常|恢复)?上班"), _Says.NOTHING),
    (re.compile(r"上班|补班|工作日?$"), _Says.WORK),
    (re.compile(r"放假|补休|调休|补假|公休|休息|法定(?:节)?假日"), _Says.OFF),
)
_BEFORE = (
    (re.compile(r"放假(?:时间|日期)?(?:安排)?[为是:]+\s*$"), _Says.OFF),
    (_MOVED, _Says.OFF),
    (re.compile(r"(?:上班|补班)(?:时间|日期)?(?:安排)?[为是:]+\s*$"), _Says.WORK),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the text that keeps it from being taken.

    Attributes:
        row: of the file, from 1.
        column: character in the row, from 1.
        refusal: what is wrong.
    """

    row: int
    column: int
    refusal: Refused


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        arrangement: what the notice arranges; none when there are problems.
        problems: in the order of the text.
    """

    arrangement: Arrangement | None
    problems: tuple[Problem, ...]


def read(text: str) -> Reading:
    """Read a notice.

    Args:
        text: as published, from the title to the date below; line breaks as in the file.

    Returns:
        The arrangement, or every problem with its place.

    Source: the notices for 2007-2026 and their supplements of 2015 (国发明电〔2015〕1号), 2019 (国办发明电〔2019〕3号)
        and 2020 (国办发明电〔2020〕1号), whose phrasings it knows.
    """
    level = levelled(text)
    if not _ISSUED.search(level):
        return Reading(None, (Problem(1, 1, Refused("calendar.reading_not_a_notice")),))
    titled = next((match for pattern in _TITLED if (match := pattern.search(level))), None)
    if titled is None or not FIRST_YEAR <= int(titled[1]) <= LAST_YEAR:
        return Reading(None, (Problem(1, 1, Refused("calendar.reading_no_year")),))
    headed = [match.end() for match in _HEADED.finditer(level)]
    if len(headed) > 1:
        row = level.count("\n", 0, headed[1]) + 1
        return Reading(None, (Problem(row, 1, Refused("calendar.reading_second")),))
    reader = _Reader(level, int(titled[1]))
    for group in groups(level):
        reader.take(group)
    reader.finish(yearly=bool(_YEARLY.search(level)))
    number = _NUMBER.search(text)
    arrangement = Arrangement(
        year=reader.year,
        number=re.sub(r"\s", "", number[0]) if number else "",
        supplement=not _YEARLY.search(level),
        days_off=frozenset(reader.off),
        work_days=frozenset(reader.work),
        extended_to=reader.extended_to,
    )
    problems = tuple(sorted(reader.problems, key=lambda one: (one.row, one.column)))
    return Reading(None if problems else arrangement, problems)


@dataclass(slots=True)
class _Reader:
    """What was read so far."""

    text: str
    year: int
    off: dict[date, int] = field(default_factory=dict)
    work: dict[date, int] = field(default_factory=dict)
    extended_to: date | None = None
    problems: list[Problem] = field(default_factory=list)
    _moved: dict[date, int] = field(default_factory=dict)
    _item: str = ""
    _items: set[str] = field(default_factory=set)
    _item_days: set[date] = field(default_factory=set)
    _counts: list[tuple[int, int, set[date], set[date], bool]] = field(default_factory=list)
    _last: date | None = None

    def take(self, group: Group) -> None:
        """One group of dates with what stands around it."""
        self._begin_item(group)
        says = _says(group)
        days = self._days(group)
        if says is _Says.UNCLEAR:
            self._problem(
                group.start, "reading_unclear", words=(group.tail.strip() or group.heading.strip())[:12]
            )
        elif says is _Says.EXTENDED and days:
            self._note(days, {})  # a day of another year is told with its place
            self.extended_to = max(days)
        elif says is _Says.OFF:
            self._items.add(self._item)
            self._note(days, self.off)
            self._item_days |= set(days)
            if (count := _COUNT.search(group.rest)) is not None:
                weekend = "周末" in group.rest
                self._counts.append(
                    (group.start, _number(count[1]), set(days), set(self._item_days), weekend)
                )
        elif says is _Says.WORK:
            self._note(days, self.work)
            self._weekends(days)
        elif says is _Says.MOVED:
            self._moved.update(days)

    def finish(self, *, yearly: bool) -> None:
        """What can be told only at the end."""
        # Where a day off that falls on a weekend is moved, the weekend day may be the holiday itself.
        moved = {day: at for day, at in self._moved.items() if day not in self.off}
        self._weekends(moved)
        self._note(moved, self.work)
        for day in self.off.keys() & self.work.keys():
            self._problem(max(self.off[day], self.work[day]), "reading_both", day=day)
        for at, said, days, item, weekend in self._counts:
            run = self._run(days) if weekend else days
            if days and said not in {len(days), len(item), len(run)}:
                self._problem(at, "reading_count", said=said, found=len(days))
        if not self.off and self.extended_to is None:
            self._problem(0, "reading_nothing")
        elif yearly:
            wanted = _ALWAYS | (_SINCE_2008 if self.year >= _FIRST_OF_SEVEN else {})
            heard = "".join(self._items)
            missing = [name for name, words in wanted.items() if not any(word in heard for word in words)]
            if missing:
                self._problem(len(self.text.rstrip()), "reading_missing", names="、".join(missing))

    def _begin_item(self, group: Group) -> None:
        names = [
            word for words in (_ALWAYS | _SINCE_2008).values() for word in words if word in group.heading
        ]
        if names:
            heading = "".join(names)
            if heading != self._item:
                self._item, self._item_days = heading, set()

    def _note(self, days: dict[date, int], into: dict[date, int]) -> None:
        for day, at in days.items():
            if not date(self.year - 1, _DECEMBER, 1) <= day <= date(self.year, _DECEMBER, 31):
                self._problem(at, "reading_other_year", year=self.year, day=day)
            else:
                into.setdefault(day, at)

    def _weekends(self, days: dict[date, int]) -> None:
        for day, at in days.items():
            if day.weekday() < _SATURDAY:
                self._problem(at, "reading_workday", day=day, weekday=WEEKDAYS[day.weekday()])

    def _days(self, group: Group) -> dict[date, int]:
        """Every day of a group with its place."""
        found: dict[date, int] = {}
        for first, last in group.spans:
            start = self._day(first, None)
            end = start if last is first else self._day(last, start)
            if start is None or end is None:
                continue
            if not timedelta(0) <= end - start < timedelta(days=_LONGEST):
                self._problem(first.start, "reading_range", first=start, last=end)
                continue
            found.update({start + _DAY * step: first.start for step in range((end - start).days + 1)})
        return found

    def _day(self, written: Written, start: date | None) -> date | None:
        """The day that is meant; a month or year that is left out is that of the date before."""
        month = written.month or (self._last.month if self._last else None)
        if month is None:
            return None
        year = written.year or self._year(written, month, start)
        try:
            day = date(year, month, written.day)
        except ValueError:
            self._problem(written.start, "reading_no_such_day", month=month, day=written.day)
            return None
        if written.weekday is not None and written.weekday != day.weekday():
            self._problem(
                written.start,
                "reading_weekday",
                day=day,
                said=WEEKDAYS[written.weekday],
                weekday=WEEKDAYS[day.weekday()],
            )
        self._last = day
        return day

    def _year(self, written: Written, month: int, start: date | None) -> int:
        if start is not None:
            return start.year + (month < start.month)
        if written.month is None and self._last is not None:
            return self._last.year
        if month == _DECEMBER and any(word in self._item for word in _ALWAYS["元旦"]):
            return self.year - 1
        return self.year

    def _run(self, days: Iterable[date]) -> set[date]:
        """Days off with the weekend that they join."""
        run = set(days)
        for step in (_DAY, -_DAY):
            day = (max(run) if step > timedelta(0) else min(run)) + step
            while day not in self.work and (day.weekday() >= _SATURDAY or day in self.off):
                run.add(day)
                day += step
        return run

    def _problem(self, at: int, reason: str, **details: object) -> None:
        row = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        self.problems.append(Problem(row, column, Refused(f"calendar.{reason}", **details)))


def _says(group: Group) -> _Says:
    """What the words around a group say; the ones behind it count first."""
    if _EXTENDED.search(group.head):
        return _Says.EXTENDED
    tail = group.tail.strip()
    if tail.startswith(")"):  # 除夕（2月9日）休息: an aside, and what follows is its noun's
        return _Says.NOTHING
    # The date of the document stands in a line of its own; any other date must say what becomes of it.
    alone = not group.heading.strip() and not group.rest.strip()
    otherwise = _Says.NOTHING if alone or _ASIDE.match(tail) else _Says.UNCLEAR
    said = (says for pattern, says in _BEHIND if pattern.search(tail))
    announced = (says for pattern, says in _BEFORE if pattern.search(group.head))
    return next(said, None) or next(announced, otherwise)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _CHINESE.index(text) + 1
