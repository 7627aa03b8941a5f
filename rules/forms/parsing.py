"""From an expression as its author wrote it to one that can be asked."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from elementpath import ElementPathError, XPathToken
from elementpath.tdop import Token

from rules.forms.dialect import TIMED, Dialect, Parsed
from rules.forms.expression import Expression
from rules.forms.functions import FUNCTIONS, OPERATORS

_PIECE = re.compile(
    r"""(?P<literal>"[^"]*"|'[^']*')"""
    r"""|\$\{(?P<question>[^${}]*)\}"""
    r"""|(?P<variable>\$(?!\{))"""
    r"""|(?P<call>[^\W\d][\w.:-]*)(?=\s*\()"""
)
_LONGEST = 4000
_CALLABLE = FUNCTIONS.keys() | OPERATORS.keys() | TIMED.keys()


class Report(Protocol):
    """Takes down what is wrong with the cell that is being read."""

    def __call__(self, code: str, /, **details: object) -> None:
        """Take down one thing.

        Args:
            code: of the refusal.
            **details: of the refusal, without the place.
        """


def parse(source: str, find: Callable[[str], str | None], report: Report) -> Expression | None:
    """Read an expression.

    Args:
        source: the text of the cell, with straight quotes.
        find: the path of the question with a name; reports by itself and returns None if there is none to read.
        report: is told everything that is wrong.

    Returns:
        The expression, or None when something was reported.

    Source: https://xlsform.org/en/#formulas.
    """
    if len(source) > _LONGEST:
        report("forms.expression_long", most=_LONGEST)
        return None
    draft = _Draft(source, find, report)
    prepared = _PIECE.sub(draft.piece, source)
    if not draft.sound:
        return None
    try:
        root = Dialect().parse(prepared)
        tokens = list(_tokens(root))
    except ElementPathError as error:
        report("forms.expression_broken", expression=source, at=_place(error.token, prepared))
        return None
    except RecursionError:
        report("forms.expression_broken", expression=source, at=1)
        return None
    faulty = [token for token in tokens if not _usable(token, report)]
    if faulty:
        return None
    symbols = {token.symbol for token in tokens}
    timed, own = not symbols.isdisjoint(TIMED), "." in symbols
    return Expression(
        source, tuple(draft.reads), Parsed(root, lasting=not (timed or own)), timed=timed, own=own
    )


class _Draft:
    """The expression while its references become variables, which is all that elementpath cannot read."""

    def __init__(self, source: str, find: Callable[[str], str | None], report: Report) -> None:
        self.reads: list[str] = []
        self.sound = True
        self._source = source
        self._find = find
        self._report = report

    def piece(self, piece: re.Match[str]) -> str:
        written = piece[0]
        if piece["question"] is not None:
            return self._reference(written, piece["question"])
        if piece["variable"] or (piece["literal"] and "${" in written):
            self._fault("forms.expression_broken", expression=self._source, at=piece.start() + 1)
        elif piece["call"] and written not in _CALLABLE:
            self._fault("forms.function_unknown", function=written)
        return written

    def _reference(self, written: str, name: str) -> str:
        path = self._find(name)
        if path is None:
            self.sound = False
            return written
        if path not in self.reads:
            self.reads.append(path)
        # As long as it was, so that a place in what elementpath reads is a place in what the author wrote.
        return f"$q{self.reads.index(path)}".ljust(len(written))

    def _fault(self, code: str, **details: object) -> None:
        self.sound = False
        self._report(code, **details)


def _tokens(token: XPathToken) -> Iterator[XPathToken]:
    yield token
    if token.symbol != "$":
        for child in token:
            yield from _tokens(child)


def _place(token: Token[Any] | None, source: str) -> int:
    if token is None:
        return 1
    return max(1, len(source)) if token.symbol == "(end)" else token.span[0] + 1


def _usable(token: XPathToken, report: Report) -> bool:
    if token.symbol == "(name)":
        report("forms.name_bare", name=token.value)
        return False
    known = FUNCTIONS.get(token.symbol)
    if known and known.readable and token[1].symbol == "(string)" and not known.readable(str(token[1].value)):
        report("forms.pattern_broken", pattern=token[1].value, function=token.symbol)
        return False
    return True
