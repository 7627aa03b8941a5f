"""From an expression as its author wrote it to one that can be asked."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from elementpath import ElementPathError, XPathToken
from elementpath.tdop import Token

from rules.forms.dialect import TIMED, Dialect, Parsed
from rules.forms.expression import Expression, Filter
from rules.forms.functions import FUNCTIONS, OPERATORS

_PIECE = re.compile(
    r"""(?P<literal>"[^"]*"|'[^']*')"""
    r"""|\$\{(?P<question>[^${}]*)\}"""
    r"""|(?P<variable>\$(?!\{))"""
    r"""|(?P<call>[^\W\d][\w.:-]*)(?=\s*\()"""
    r"""|(?P<name>[^\W\d][\w.-]*)"""
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
    draft = _Draft(source, find, report)
    tree = _tree(draft)
    if tree is None:
        return None
    return Expression(source, tuple(draft.terms), tree.program, timed=tree.timed, own=tree.own)


def parse_filter(
    source: str, find: Callable[[str], str | None], report: Report, columns: Collection[str]
) -> Filter | None:
    """Read a choice_filter, in which the bare name of a column of the options stands for what an option has there.

    Args:
        source: as for :func:`parse`.
        find: likewise.
        report: likewise.
        columns: names of the columns.

    Returns:
        The filter, or None when something was reported.

    Source: https://xlsform.org/en/#cascading-selects.
    """
    draft = _Draft(source, find, report, columns)
    tree = _tree(draft)
    if tree is None:
        return None
    if tree.own:
        report("forms.own_value")
        return None
    reads = tuple(term for term in draft.terms if "/" in term)
    return Filter(source, reads, tuple(draft.terms), tree.program, timed=tree.timed)


@dataclass(frozen=True, slots=True)
class _Tree:
    program: Parsed
    timed: bool
    own: bool


def _tree(draft: "_Draft") -> _Tree | None:
    source, report = draft.source, draft.report
    if len(source) > _LONGEST:
        report("forms.expression_long", most=_LONGEST)
        return None
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
    return _Tree(Parsed(root, lasting=not (timed or own)), timed, own)


class _Draft:
    """The expression while its references become variables, which is all that elementpath cannot read."""

    def __init__(
        self,
        source: str,
        find: Callable[[str], str | None],
        report: Report,
        columns: Collection[str] = (),
    ) -> None:
        self.terms: list[str] = []
        self.sound = True
        self.source = source
        self.report = report
        self._find = find
        self._columns = columns

    def piece(self, piece: re.Match[str]) -> str:
        written = piece[0]
        if piece["question"] is not None:
            return self._reference(written, piece["question"])
        if piece["variable"] or (piece["literal"] and "${" in written):
            self._fault("forms.expression_broken", expression=self.source, at=piece.start() + 1)
        elif piece["call"] and written not in _CALLABLE:
            self._fault("forms.function_unknown", function=written)
        elif piece["name"] and written in self._columns:
            return self._variable(written, written)
        return written

    def _reference(self, written: str, name: str) -> str:
        path = self._find(name)
        if path is None:
            self.sound = False
            return written
        return self._variable(path, written)

    def _variable(self, term: str, written: str) -> str:
        if term not in self.terms:
            self.terms.append(term)
        # As long as it was, so that a place in what elementpath reads is a place in what the author wrote.
        return f"$q{self.terms.index(term)}".ljust(len(written))

    def _fault(self, code: str, **details: object) -> None:
        self.sound = False
        self.report(code, **details)


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
