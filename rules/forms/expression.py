"""An expression of a form, ready to be asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from rules.forms.coercion import truth
from rules.forms.value import Atom, Nodes, Value, atom


@dataclass(frozen=True, slots=True)
class Each:
    """A term that stands for the answers of several instances, or for the instances themselves.

    Args:
        path: of the question, or of the repeat.
        repeats: paths of the repeats around it, the outermost first; of a repeat, itself too.
        own: those of them in which only the instance counts that the expression belongs to.
    """

    path: str
    repeats: tuple[str, ...]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Here:
    """A term that stands for the position of the instance that the expression belongs to: ``position(..)``.

    Args:
        repeat: path of the repeat.
    """

    repeat: str


@dataclass(frozen=True, slots=True)
class Labels:
    """A term that stands for the options of a question: ``'${name}'`` in ``jr:choice-name``.

    Args:
        options: name and label of each.
    """

    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Among:
    """What becomes of ``Each`` when the instances are known.

    Args:
        nodes: of each instance the positions, and the path of the question; empty for the instance itself.
    """

    nodes: tuple[tuple[tuple[int, ...], str], ...]


Term: TypeAlias = str | Each | Here | Labels | Among | float
"""What an expression takes in: the answer at a path, or something about a repeat; a position once it is known."""


def _given(term: Term, answers: Mapping[str, Value]) -> Atom | Nodes:
    if isinstance(term, str):
        return atom(answers.get(term))
    if isinstance(term, Among):
        return tuple([(place, atom(answers.get(path)) if path else True) for place, path in term.nodes])
    if isinstance(term, Labels):
        return tuple([((), words) for option in term.options for words in option])
    return term if isinstance(term, float) else ""


class Program(Protocol):
    """What remains of an expression after parsing: a function of values."""

    def __call__(self, values: tuple[Atom | Nodes, ...], own: Atom, now: datetime) -> Atom:
        """Work it out.

        Args:
            values: of what the expression reads, in the order of ``Expression.terms``.
            own: of the question that the expression belongs to, written ``.``.
            now: the present moment, for today() and now().

        Returns:
            The value; never an error.
        """


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression with the questions that it reads.

    Args:
        source: as its author wrote it.
        reads: paths of the questions, and of the repeats, that decide about its value.
        terms: what the program takes, in order.
        program: works it out.
        timed: whether it asks for the time, so that its value changes by itself.
        own: whether it reads the answer to its own question, written ``.``.
    """

    source: str
    reads: tuple[str, ...]
    terms: tuple[Term, ...]
    program: Program
    timed: bool
    own: bool

    def value(self, answers: Mapping[str, Value], now: datetime, own: Value | None = None) -> Atom:
        """The expression's value.

        Args:
            answers: by path; what is not there reads as the empty string.
            now: the present moment, aware.
            own: the answer of the question itself, for ``.``.

        Returns:
            A string, a number or a truth.
        """
        return self.program(tuple([_given(term, answers) for term in self.terms]), atom(own), now)

    def holds(self, answers: Mapping[str, Value], now: datetime, own: Value | None = None) -> bool:
        """Whether the value counts as true; arguments as in ``value``."""
        return truth(self.value(answers, now, own))


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice_filter: an expression about answers and about the columns of one option.

    Args:
        source: as its author wrote it.
        reads: as in ``Expression``.
        terms: as in ``Expression``, and names of columns, which have no slash.
        program: works it out.
        timed: whether it asks for the time.

    Source: https://xlsform.org/en/#cascading-selects.
    """

    source: str
    reads: tuple[str, ...]
    terms: tuple[Term, ...]
    program: Program
    timed: bool

    def holds(self, column: Callable[[str], str], answers: Mapping[str, Value], now: datetime) -> bool:
        """Whether an option is offered.

        Args:
            column: what stands in a column of the option's row.
            answers: by path; what is not there reads as the empty string.
            now: the present moment, aware.
        """
        values = [
            column(term) if isinstance(term, str) and "/" not in term else _given(term, answers)
            for term in self.terms
        ]
        return truth(self.program(tuple(values), "", now))
