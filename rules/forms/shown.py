"""Answers as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.forms.appearance import MONTH, YEAR
from rules.forms.form import Form
from rules.forms.question import Kind, Question
from rules.forms.value import Value


@dataclass(frozen=True, slots=True)
class Phrases:
    """How values that are no words are put into words; the words themselves belong to templates/.

    Args:
        date: with ``{year}``, ``{month}``, ``{day}``.
        month: with ``{year}``, ``{month}``.
        year: with ``{year}``.
        pictures: with ``{count}``.
        point: with ``{lat}`` and ``{lon}`` in degrees.
        accuracy: with ``{metres}``; is put behind the point when the accuracy is known.
        comma: between the options of a choice of several.
        moment: with ``{day}``, as ``date`` gives it, and ``{time}``.
        acknowledged: the answer to an acknowledge question.
        ranked: between options that were put in order.
        recordings: with ``{count}``.
        films: with ``{count}``.
        files: with ``{count}``.
        instances: with ``{count}``, how many instances a repeat has.
    """

    date: str
    month: str
    year: str
    pictures: str
    point: str
    accuracy: str
    comma: str
    moment: str
    acknowledged: str
    ranked: str
    recordings: str
    films: str
    files: str
    instances: str


PLAIN = Phrases(
    date="{year}-{month:02}-{day:02}",
    month="{year}-{month:02}",
    year="{year}",
    pictures="{count}",
    point="{lat:.6f}, {lon:.6f}",
    accuracy="",
    comma="、",
    moment="{day} {time}",
    acknowledged="✓",
    ranked=" > ",
    recordings="{count}",
    films="{count}",
    files="{count}",
    instances="{count}",
)
"""Without words, for an answer inside a sentence of the form's author."""


def shown(question: Question, value: Value, phrases: Phrases) -> str:
    """An answer as people read it.

    Args:
        question: that it answers.
        value: the answer.
        phrases: for what is no word by itself.

    Returns:
        Labels instead of names, a date, a number of pictures, a position; text and numbers as they were given.
    """
    if isinstance(value, dict):
        point = phrases.point.format(lat=value["lat"], lon=value["lon"])
        return (
            point
            if value["accuracy"] is None
            else point + phrases.accuracy.format(metres=round(value["accuracy"]))
        )
    if isinstance(value, list):
        counted = _counted(question.kind, phrases)
        if counted is not None:
            return counted.format(count=len(value))
        between = phrases.ranked if question.kind is Kind.RANK else phrases.comma
        return between.join([_label(question, name) for name in value])
    return _single(question, str(value), phrases)


def _counted(kind: Kind, phrases: Phrases) -> str | None:
    """How many there are, of what is only counted."""
    return {
        Kind.IMAGE: phrases.pictures,
        Kind.AUDIO: phrases.recordings,
        Kind.VIDEO: phrases.films,
        Kind.FILE: phrases.files,
        Kind.REPEAT: phrases.instances,
    }.get(kind)


def _single(question: Question, value: str, phrases: Phrases) -> str:
    match question.kind:
        case Kind.DATE:
            return _day(value, phrases, question.appearance)
        case Kind.DATETIME:
            return phrases.moment.format(day=_day(value[:10], phrases), time=value[11:16])
        case Kind.SELECT_ONE:
            return _label(question, value)
        case Kind.ACKNOWLEDGE:
            return phrases.acknowledged
        case _:
            return value


def _day(value: str, phrases: Phrases, appearance: frozenset[str] = frozenset()) -> str:
    day = date.fromisoformat(value)
    words = phrases.year if YEAR in appearance else phrases.month if MONTH in appearance else phrases.date
    return words.format(year=day.year, month=day.month, day=day.day)


def plain(form: Form, path: str, answers: Mapping[str, Value]) -> str:
    """An answer inside a sentence: in place of ``${name}``.

    Args:
        form: that the question belongs to.
        path: of the question.
        answers: by path.

    Returns:
        The answer as people read it, empty for none.
    """
    value = answers.get(path)
    return "" if value is None else shown(form.questions[path], value, PLAIN)


def _label(question: Question, name: str) -> str:
    option = question.option(name)
    return name if option is None else option.label
