"""What an answer is: JSON values in the store, ODK's loose values in an expression."""

from typing import TypeAlias, TypedDict


class Position(TypedDict):
    """Where somebody stood: the answer to a geopoint question.

    ``lat`` and ``lon`` in degrees (WGS 84), ``accuracy`` in metres, None where the phone did not say.
    """

    lat: float
    lon: float
    accuracy: float | None


Value: TypeAlias = str | int | list[str] | Position
"""An answer as it is stored; each kind of question has one shape.

text, barcode: str; integer: int; decimal: str of a Decimal without trailing zeros; range: int where all its numbers are whole, else
as decimal; date: ISO str; time: ``HH:MM``; datetime: ``YYYY-MM-DDTHH:MM``, local time in China; select_one: the choice's name;
select_multiple: names in the form's order; rank: all names in the person's order; acknowledge: ``OK``; image, audio, video, file: opaque references in
the order of arrival; geopoint: Position; calculate: str; repeat: the numbers of its instances in order, which are never used again.
"""

Atom: TypeAlias = str | float | bool
"""A value inside an expression. An answer that is not there is the empty string, a date is its ISO string."""

Nodes: TypeAlias = tuple[tuple[tuple[int, ...], Atom], ...]
"""What the instances of a repeat answered, each with its position, and that of the instances around it, from 1."""


def atom(value: Value | None) -> Atom:
    """An answer as an expression sees it.

    Args:
        value: the stored answer, None for none.

    Returns:
        Several choices or pictures are their names with blanks between, so that ``selected`` and ``count-selected``
        work on both; a position is ``lat lon altitude accuracy`` with an altitude of 0.

    Source: ODK XForms specification, «Data Types», https://getodk.github.io/xforms-spec/#data-types.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, list):
        return " ".join(value)
    return f"{value['lat']} {value['lon']} 0 {value['accuracy'] or 0}"
