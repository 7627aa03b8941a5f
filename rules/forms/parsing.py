"""From an expression as its author wrote it to one that can be asked."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from elementpath import ElementPathError, XPathToken
from elementpath.tdop import Token

from rules.forms.dialect import TIMED, Dialect, Parsed
from rules.forms.expression import Each, Expression, Filter, Here, Labels, Term
from rules.forms.functions import FUNCTIONS, OPERATORS
from rules.forms.gathering import CHOICE_NAME, GATHERING, INDEXED

_PIECE = re.compile(
    r"""(?P<literal>"[^"]*"|'[^']*')"""
    r"""|(?P<indexed>indexed-repeat\s*\(\s*)\$\{(?P<target>[^${}]*)\}"""
    r"""|(?P<position>position\s*\(\s*\.\.(?P<above>(?:/\.\.)*)\s*\))"""
    r"""|\$\{(?P<question>[^${}]*)\}"""
    r"""|(?P<variable>\$(?!\{))"""
    r"""|(?P<call>[^\W\d][\w.:-]*)(?=\s*\()"""
    r"""|(?P<name>[^\W\d][\w.-]*)"""
)
_QUOTED = re.compile(r"""(["'])\s*\$\{([^${}]*)\}\s*\1""")
_PREFIXED = f"jr:{CHOICE_NAME}"
_LONGEST = 4000
_CALLABLE = FUNCTIONS.keys() | OPERATORS.keys() | TIMED.keys() | GATHERING.keys()


class Report(Protocol):
    """Takes down what is wrong with the cell that is being read."""

    def __call__(self, code: str, /, **details: object) -> None:
        """Take down one thing.

        Args:
            code: of the refusal.
            **details: of the refusal, without the place.
        """


class Names(Protocol):
    """What the names in an expression stand for, seen from the row that it belongs to."""

    def find(self, name: str, *, every: bool = False) -> Term | None:
        """What ``${name}`` stands for.

        Args:
            name: between the braces.
            every: the answers of all instances, even if the row is in one of them.

        Returns:
            The path of a question, or ``Each`` for what there is several times; None when something was reported.
        """

    def labels(self, name: str) -> Labels | None:
        """What ``'${name}'`` stands for in ``jr:choice-name``.

        Args:
            name: of a choice.

        Returns:
            Its options; None when it is no choice, which was reported.
        """

    def here(self, levels: int) -> Here | None:
        """What ``position(..)`` stands for.

        Args:
            levels: how many steps up.

        Returns:
            The repeat; None when there is none there, which was reported.
        """


def parse(source: str, names: Names, report: Report) -> Expression | None:
    """Read an expression.

    Args:
        source: the text of the cell, with straight quotes.
        names: what the names in it stand for.
        report: is told everything that is wrong.

    Returns:
        The expression, or None when something was reported.

    Source: https://xlsform.org/en/#formulas.
    """
    draft = _Draft(source, names, report)
    tree = _tree(draft)
    if tree is None:
        return None
    terms = tuple(draft.terms)
    return Expression(source, _reads(terms), terms, tree.program, timed=tree.timed, own=tree.own)


def parse_filter(source: str, names: Names, report: Report, columns: Collection[str]) -> Filter | None:
    """Read a choice_filter, in which the bare name of a column of the options stands for what an option has there.

    Args:
        source: as for :func:`parse`.
        names: likewise.
        report: likewise.
        columns: names of the columns.

    Returns:
        The filter, or None when something was reported.

    Source: https://xlsform.org/en/#cascading-selects.
    """
    draft = _Draft(source, names, report, columns)
    tree = _tree(draft)
    if tree is None:
        return None
    if tree.own:
        report("forms.own_value")
        return None
    terms = tuple(draft.terms)
    return Filter(source, _reads(terms), terms, tree.program, timed=tree.timed)


def _reads(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """The paths that decide about what an expression takes in; a column of the options has no slash."""
    reads: list[str] = []
    for term in terms:
        match term:
            case str() if "/" in term:
                reads.append(term)
            case Each(path, repeats):
                reads += [*repeats, path]
            case Here(repeat):
                reads.append(repeat)
    return tuple(dict.fromkeys(reads))


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
    if faulty or not _gathered(root, draft):
        return None
    symbols = {token.symbol for token in tokens}
    timed, own = not symbols.isdisjoint(TIMED), "." in symbols
    return _Tree(Parsed(root, lasting=not (timed or own)), timed, own)


class _Draft:
    """The expression while its references become variables, which is all that elementpath cannot read."""

    def __init__(
        self,
        source: str,
        names: Names,
        report: Report,
        columns: Collection[str] = (),
    ) -> None:
        self.terms: list[Term] = []
        self.sound = True
        self.source = source
        self.report = report
        self._names = names
        self._columns = columns

    def piece(self, piece: re.Match[str]) -> str:
        written = piece[0]
        if piece["question"] is not None:
            return self._variable(self._names.find(piece["question"]), written)
        if piece["indexed"]:
            # A term of its own, because the instances that this call names are still to be read.
            before = piece["indexed"]
            return before + self._variable(
                self._names.find(piece["target"], every=True), written[len(before) :], anew=True
            )
        if piece["position"]:
            return self._variable(self._names.here(piece["above"].count("..") + 1), written)
        if piece["literal"] or piece["call"]:
            return self._literal_or_call(piece, written)
        if piece["variable"]:
            self._fault("forms.expression_broken", expression=self.source, at=piece.start() + 1)
        elif written in self._columns:
            return self._variable(written, written)
        return written

    def _literal_or_call(self, piece: re.Match[str], written: str) -> str:
        quoted = _QUOTED.fullmatch(written)
        if quoted:
            return self._variable(self._names.labels(quoted[2]), written)
        if written == _PREFIXED:
            return CHOICE_NAME.rjust(len(written))
        if piece["literal"] and "${" in written:
            self._fault("forms.expression_broken", expression=self.source, at=piece.start() + 1)
        elif piece["call"] and written not in _CALLABLE - {CHOICE_NAME}:
            self._fault("forms.function_unknown", function=written)
        return written

    def _variable(self, term: Term | None, written: str, *, anew: bool = False) -> str:
        if term is None:
            self.sound = False
            return written
        if anew or term not in self.terms:
            self.terms.append(term)
        at = len(self.terms) - 1 if anew else self.terms.index(term)
        # As long as it was, so that a place in what elementpath reads is a place in what the author wrote.
        return f"$q{at}".ljust(len(written))

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


def _gathered(root: XPathToken, draft: _Draft) -> bool:
    """Whether what there is several times stands where a function takes it, as in ``sum(${amount})``."""
    sound = not isinstance(_term(root, draft), Each)
    stray = _strays(root, draft)
    for token in stray:
        draft.report("forms.expression_broken", expression=draft.source, at=_place(token, draft.source))
    for token in _tokens(root):
        children = [] if token.symbol == "$" else [_term(child, draft) for child in token]
        if token.symbol == INDEXED:
            sound = _indexed(token, children, draft) and sound
            continue
        known = GATHERING.get(token.symbol)
        for place, term in enumerate(children):
            if isinstance(term, Each) and (known is None or not known.takes(place, _whole(term))):
                sound = False
    if not sound:
        draft.report("forms.reference_repeated")
    return sound and not stray


def _strays(root: XPathToken, draft: _Draft) -> list[XPathToken]:
    """Options of a question where nothing takes them, and calls of ``jr:choice-name`` without any."""
    taken = [token[1] for token in _tokens(root) if token.symbol == CHOICE_NAME]
    without = [token for token in taken if not isinstance(_term(token, draft), Labels)]
    labels = [token for token in _tokens(root) if isinstance(_term(token, draft), Labels)]
    return [*without, *(token for token in labels if not any(token is one for one in taken))]


def _indexed(token: XPathToken, children: list[Term | None], draft: _Draft) -> bool:
    target, named = children[0], children[1::2]
    repeats = [term.path for term in named if isinstance(term, Each) and _whole(term)]
    if not isinstance(target, Each) or len(children) % 2 == 0 or len(repeats) != len(named):
        return False
    # The instances that are not named are those that the row itself is in.
    draft.terms[_number(token[0])] = replace(target, own=target.own - frozenset(repeats))
    return set(repeats) <= set(target.repeats) and not any(isinstance(term, Each) for term in children[2::2])


def _whole(term: Each) -> bool:
    """Whether it stands for the instances themselves."""
    return term.path == term.repeats[-1]


def _number(token: XPathToken) -> int:
    return int(str(token[0].value).removeprefix("q"))


def _term(token: XPathToken, draft: _Draft) -> Term | None:
    return draft.terms[_number(token)] if token.symbol == "$" else None


def _usable(token: XPathToken, report: Report) -> bool:
    if token.symbol == "(name)":
        report("forms.name_bare", name=token.value)
        return False
    known = FUNCTIONS.get(token.symbol)
    if known and known.readable and token[1].symbol == "(string)" and not known.readable(str(token[1].value)):
        report("forms.pattern_broken", pattern=token[1].value, function=token.symbol)
        return False
    return True
