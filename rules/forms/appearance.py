"""The column ``appearance``: what it means in a chat, what only arranges a page, and what a chat cannot do.

Source: https://docs.getodk.org/form-question-types/; https://xlsform.org/en/#appearance.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from rules.forms.question import Kind

YEAR, MONTH, NUMBERS, LIKERT = "year", "month-year", "numbers", "likert"

COLUMNS = re.compile(r"columns-([1-8])")
"""So many buttons stand beside each other; Telegram shows eight at most."""

_CHOICES = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE})

_MEANT: Mapping[str, frozenset[Kind]] = MappingProxyType(
    {
        YEAR: frozenset({Kind.DATE}),
        MONTH: frozenset({Kind.DATE}),
        NUMBERS: frozenset({Kind.TEXT}),
        LIKERT: _CHOICES,
    }
)
"""What changes how a question is asked or read, and of which kinds."""

_ARRANGING = frozenset(
    {
        *(
            "autocomplete",
            "columns",
            "columns-pack",
            "compact",
            "counter",
            "field-list",
            "full",
            "horizontal",
        ),
        *(
            "horizontal-compact",
            "label",
            "list",
            "list-nolabel",
            "maps",
            "minimal",
            "multiline",
            "no-buttons",
        ),
        *(
            "no-calendar",
            "no-collapse",
            "no-ticks",
            "picker",
            "placement-map",
            "quick",
            "quickcompact",
            "rating",
        ),
        *("search", "spinner", "summary", "table-list", "textarea", "thousands-sep", "vertical"),
    }
)
"""What other tools need to lay out a page: a chat asks one question after the other, with buttons, and goes on by itself."""

_PAGE = re.compile(r"w[1-9][0-9]?|h[1-9]|compact-[0-9]+|quickcompact-[0-9]+|columns-[0-9]+")


def read_appearance(written: str, kind: Kind | None) -> tuple[frozenset[str], tuple[str, ...]]:
    """What a cell says.

    Args:
        written: the cell, words with blanks between.
        kind: of the question; ``None`` for a group and a repeat.

    Returns:
        What is meant here, and what a chat cannot do: a drawing, a camera without the album, another calendar, another app.
    """
    meant, refused = set(), []
    for word in written.split():
        kinds = _CHOICES if COLUMNS.fullmatch(word) else _MEANT.get(word)
        if kinds is not None and kind in kinds:
            meant.add(word)
        elif word not in _ARRANGING and not _PAGE.fullmatch(word):
            refused.append(word)
    return frozenset(meant), tuple(refused)
