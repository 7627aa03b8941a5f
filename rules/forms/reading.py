"""What came from the chat, read as an answer of the kind that was asked for.

Lenient where only one reading is possible (１２, 12个, 2026/11/20, 昨天), a refusal with an example where there are two.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from rules.errors import Refused
from rules.forms.appearance import MONTH, NUMBERS, YEAR
from rules.forms.coercion import SHANGHAI, text
from rules.forms.event import Choice, Picture, Point, Raw, Text
from rules.forms.question import ACKNOWLEDGED, Kind, Question
from rules.forms.value import Atom, Position, Value

LONGEST_TEXT = 4096
"""Characters of one answer, as many as a message has. Source: https://core.telegram.org/bots/api#sendmessage."""

LONGEST_NUMBER = 15
"""Digits of one number, as many as a form's arithmetic (IEEE doubles) keeps exactly."""

NEAREST_DAYS = 90
"""A date without its year is read as the one nearest to today, if it is no further away than this."""

_UNIT = r"\s*(?:[^\W\d_十百千万亿]{1,4}|%|°C)?"
_GROUPED = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_INTEGER = re.compile(rf"([+-]?(?:{_GROUPED}))(?:\.0*)?{_UNIT}")
_DECIMAL = re.compile(rf"([+-]?(?:{_GROUPED})?(?:\.[0-9]*)?){_UNIT}")
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SHORT = re.compile(r"([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_TIME = re.compile(
    r"(?P<part>上午|早上|中午|下午|晚上)?\s*(?P<hour>[0-9]{1,2})\s*"
    r"(?:[点时]\s*(?:(?P<half>半)|(?P<after>[0-9]{1,2})\s*分?)?|:\s*(?P<minute>[0-9]{2})(?::[0-9]{2})?)$"
)
_AFTERNOON = frozenset({"中午", "下午", "晚上"})
_ASSENTS = frozenset({ACKNOWLEDGED, "好", "好的", "是", "确认", "已确认", "知道了"})
_DAYS = MappingProxyType({"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2})
_YEARS = range(1900, 2101)
_YEAR_WORDS = MappingProxyType({"今年": 0, "去年": -1, "前年": -2})
_MONTH_WORDS = MappingProxyType({"本月": False, "这个月": False, "上月": True, "上个月": True})
_MONTH = re.compile(r"([0-9]{4})\s*[-/.年]?\s*([0-9]{1,2})\s*月?")
_DIALLED = re.compile(r"[0-9 +.,()#*/-]*[0-9][0-9 +.,()#*/-]*")
_ASKS = MappingProxyType({YEAR: "year", MONTH: "month", NUMBERS: "numbers"})
_SIGNS = str.maketrans({"−": "-", "—": "-", "–": "-", "。": "."})


def read(question: Question, raw: Raw, now: datetime) -> Value:
    """Read what came as an answer to a question with one answer.

    Args:
        question: of any kind but note, image and select_multiple.
        raw: what came.
        now: the present moment, for 昨天 and for dates without a year.

    Returns:
        The answer in its stored shape.

    Raises:
        Refused: it is of the wrong kind, or cannot be read; the sentence says what is expected.
    """
    if question.kind is Kind.GEOPOINT:
        return _position(raw)
    if isinstance(raw, Text):
        written = clean(raw.text)
        if written and question.kind in _TYPED:
            return _TYPED[question.kind](question, written)
        if written:
            today = now.astimezone(SHANGHAI).date()
            for appearance in question.appearance & _LOOKS.keys():
                return _LOOKS[appearance](question, written, today)
            return _WRITTEN[question.kind](written, today)
    if isinstance(raw, Choice) and question.kind in _PRESSED:
        return _PRESSED[question.kind](question, raw.name)
    raise expected(question)


def expected(question: Question) -> Refused:
    """What a question wants, for whatever it can't take.

    Args:
        question: one that is asked.

    Returns:
        The refusal; for a range with its numbers.
    """
    scale = question.scale
    if scale is None:
        asks = next((_ASKS[one] for one in sorted(question.appearance) if one in _ASKS), question.kind.value)
        return Refused(f"forms.expected_{asks}")
    numbers = {"start": scale.start, "end": scale.end, "step": scale.step}
    return Refused("forms.expected_range", **{name: _shortest(number) for name, number in numbers.items()})


def clean(written: str) -> str:
    """Typed words without what no store takes: control characters, half characters, blanks at the ends."""
    kept = [sign for sign in written if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}]
    return "".join(kept).strip()


def chosen(question: Question, name: str) -> str:
    """The option behind a button.

    Args:
        question: a choice.
        name: of the option.

    Returns:
        The name.

    Raises:
        Refused: the question has no such option, as when the button is of another version.
    """
    if question.option(name) is None:
        raise Refused("forms.no_such_option")
    return name


def in_order(question: Question, names: Collection[str]) -> list[str] | None:
    """Chosen options in the form's order.

    Args:
        question: a choice of several.
        names: of its options.

    Returns:
        The names, None if there are none.
    """
    return [option.name for option in question.options if option.name in names] or None


def picture(question: Question, raw: Raw) -> str:
    """The reference of a picture or file that came.

    Args:
        question: one that is answered by what is sent.
        raw: what came.

    Returns:
        The reference.

    Raises:
        Refused: it is none.
    """
    if isinstance(raw, Picture) and raw.ref and not any(map(str.isspace, raw.ref)):
        return raw.ref
    raise expected(question)


def computed(question: Question, value: Atom) -> Value | None:
    """An expression's value as an answer, for defaults.

    Args:
        question: whose default it is.
        value: what the expression gave.

    Returns:
        The answer in its stored shape, None where the value is empty or is no answer to this question.
    """
    written = text(value)
    read_computed = _COMPUTED.get(question.kind)
    if not written or read_computed is None:
        return None
    try:
        return read_computed(question, written)
    except (Refused, ValueError, InvalidOperation):
        return None


def _position(raw: Raw) -> Position:
    if not isinstance(raw, Point):
        raise Refused("forms.expected_geopoint")
    accuracy = None if raw.accuracy is None else float(raw.accuracy)
    measured = accuracy is None or (math.isfinite(accuracy) and accuracy >= 0)
    if not (abs(raw.lat) <= 90 and abs(raw.lon) <= 180 and measured):
        raise Refused("forms.point_outside")
    return Position(lat=float(raw.lat), lon=float(raw.lon), accuracy=accuracy)


def _named(question: Question, written: str) -> str:
    for option in question.options:
        if _plain(written) in {_plain(option.label), option.name}:
            return option.name
    raise Refused("forms.expected_select_one")


def _acknowledged(_: Question, written: str) -> str:
    if _plain(written).upper() not in _ASSENTS:
        raise Refused("forms.expected_acknowledge")
    return ACKNOWLEDGED


def _on_scale(question: Question, written: str) -> Value:
    scale = question.scale
    assert scale is not None  # noqa: S101  (the loader gives every range its scale)
    found = _DECIMAL.fullmatch(_plain(written))
    exact = Decimal(_digits(found[1])) if found and any(map(str.isdigit, found[1])) else None
    if exact is None or not scale.has(exact):
        raise expected(question)
    return int(exact) if scale.whole else _shortest(exact)


def _counted(question: Question, written: str) -> list[str]:
    """The numbers of as many instances as ``repeat_count`` says."""
    count = Decimal(written)
    if not count.is_finite():
        return []
    return [str(number) for number in range(1, min(question.most, max(0, int(count))) + 1)]


def _plain(written: str) -> str:
    return unicodedata.normalize("NFKC", written).translate(_SIGNS).strip()


def _words(written: str, _: date) -> str:
    if len(written) > LONGEST_TEXT:
        raise Refused("forms.text_long", most=LONGEST_TEXT, length=len(written))
    return written


def _digits(written: str) -> str:
    bare = written.replace(",", "")
    if sum(map(str.isdigit, bare)) > LONGEST_NUMBER:
        raise Refused("forms.number_long", most=LONGEST_NUMBER)
    return bare


def _integer(written: str, _: date) -> int:
    found = _INTEGER.fullmatch(_plain(written))
    if found is None:
        raise Refused("forms.expected_integer")
    return int(_digits(found[1]))


def _decimal(written: str, _: date) -> str:
    found = _DECIMAL.fullmatch(_plain(written))
    if found is None or not any(map(str.isdigit, found[1])):
        raise Refused("forms.expected_decimal")
    return _shortest(Decimal(_digits(found[1])))


def _shortest(exact: Decimal) -> str:
    """A number without needless zeros."""
    shortest = format(exact, "f")
    if "." in shortest:
        shortest = shortest.rstrip("0").rstrip(".")
    return shortest if exact else "0"


def _time(written: str, _: date) -> str:
    found = _TIME.fullmatch(_plain(written))
    if found is None:
        raise Refused("forms.expected_time")
    hour = int(found["hour"])
    minute = 30 if found["half"] else int(found["minute"] or found["after"] or 0)
    if found["part"] in _AFTERNOON and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        raise Refused("forms.expected_time")
    return f"{hour:02}:{minute:02}"


def _datetime(written: str, today: date) -> str:
    plain = _plain(written)
    cut = _TIME.search(plain)
    if cut is None:
        raise Refused("forms.expected_datetime")
    try:
        day = _date(plain[: cut.start()].strip(" T,，") or "今天", today)
        return f"{day}T{_time(cut[0], today)}"
    except Refused as refusal:
        raise Refused("forms.expected_datetime") from refusal


def _date(written: str, today: date) -> str:
    plain = _plain(written)
    if plain in _DAYS:
        return (today + timedelta(days=_DAYS[plain])).isoformat()
    full = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    try:
        day = date(int(full[1]), int(full[2]), int(full[3])) if full else _nearest(plain, today)
    except ValueError as error:
        raise Refused("forms.expected_date") from error
    if day.year not in _YEARS:
        raise Refused("forms.expected_date")
    return day.isoformat()


def _year(question: Question, written: str, today: date) -> str:
    """A year, kept as its first day, as ODK Collect keeps it."""
    plain = _plain(written).removesuffix("年")
    year = today.year + _YEAR_WORDS[_plain(written)] if _plain(written) in _YEAR_WORDS else plain
    if isinstance(year, str) and not re.fullmatch("[0-9]{4}", year):
        raise expected(question)
    if int(year) not in _YEARS:
        raise expected(question)
    return date(int(year), 1, 1).isoformat()


def _month(question: Question, written: str, today: date) -> str:
    """A month, kept as its first day, as ODK Collect keeps it."""
    plain = _plain(written)
    if plain in _MONTH_WORDS:
        first = today.replace(day=1)
        return (first if not _MONTH_WORDS[plain] else (first - timedelta(days=1)).replace(day=1)).isoformat()
    found = _MONTH.fullmatch(plain)
    if found is None or int(found[1]) not in _YEARS or int(found[2]) not in range(1, 13):
        raise expected(question)
    return date(int(found[1]), int(found[2]), 1).isoformat()


def _digits_only(question: Question, written: str, today: date) -> str:
    plain = _plain(written)
    if not _DIALLED.fullmatch(plain):
        raise expected(question)
    return str(_words(plain, today))


def _nearest(plain: str, today: date) -> date:
    short = _SHORT.fullmatch(plain)
    if short is None:
        raise ValueError(plain)
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, int(short[1]), int(short[2])))
        except ValueError:  # 29 February, in three years out of four; the other years may still have the day
            continue
    if not days:
        raise ValueError(plain)
    nearest = min(days, key=lambda day: abs(day - today))
    if abs(nearest - today) > timedelta(days=NEAREST_DAYS):
        raise Refused("forms.date_year")
    return nearest


_WRITTEN: Mapping[Kind, Callable[[str, date], Value]] = MappingProxyType(
    {
        Kind.TEXT: _words,
        Kind.BARCODE: _words,
        Kind.INTEGER: _integer,
        Kind.DECIMAL: _decimal,
        Kind.DATE: _date,
        Kind.TIME: _time,
        Kind.DATETIME: _datetime,
    }
)
_LOOKS: Mapping[str, Callable[[Question, str, date], Value]] = MappingProxyType(
    {YEAR: _year, MONTH: _month, NUMBERS: _digits_only}
)
_TYPED: Mapping[Kind, Callable[[Question, str], Value]] = MappingProxyType(
    {Kind.SELECT_ONE: _named, Kind.RANGE: _on_scale, Kind.ACKNOWLEDGE: _acknowledged}
)
_PRESSED: Mapping[Kind, Callable[[Question, str], Value]] = MappingProxyType(
    {Kind.SELECT_ONE: chosen, Kind.RANGE: _on_scale, Kind.ACKNOWLEDGE: _acknowledged}
)
_COMPUTED: Mapping[Kind, Callable[[Question, str], Value | None]] = MappingProxyType(
    {
        Kind.TEXT: lambda _, written: _words(clean(written), date.min) or None,
        Kind.INTEGER: lambda _, written: _integer(written, date.min),
        Kind.DECIMAL: lambda _, written: _decimal(written, date.min),
        Kind.BARCODE: lambda _, written: _words(clean(written), date.min) or None,
        Kind.CALCULATE: lambda _, written: written,
        Kind.REPEAT: _counted,
        Kind.RANGE: _on_scale,
        Kind.DATE: lambda _, written: date.fromisoformat(written[:10]).isoformat(),
        Kind.TIME: lambda _, written: _time(written[:5], date.min),
        Kind.DATETIME: lambda _, written: (
            f"{_date(written[:10], date.min)}T{_time(written[11:16], date.min)}"
        ),
        Kind.ACKNOWLEDGE: _acknowledged,
        Kind.RANK: lambda question, written: [
            chosen(question, name) for name in dict.fromkeys(written.split())
        ],
        Kind.SELECT_ONE: chosen,
        Kind.SELECT_MULTIPLE: lambda question, written: in_order(
            question, {chosen(question, name) for name in written.split()}
        ),
    }
)
