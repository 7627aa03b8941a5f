"""An expression of a form, ready to be asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rules.forms.coercion import truth
from rules.forms.value import Atom, Value, atom


class Program(Protocol):
    """What remains of an expression after parsing: a function of values."""

    def __call__(self, values: tuple[Atom, ...], own: Atom, now: datetime) -> Atom:
        """Work it out.

        Args:
            values: of the questions that the expression reads, in the order of ``Expression.reads``.
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
        reads: paths of the questions behind ``${name}``, each once.
        program: works it out.
        timed: whether it asks for the time, so that its value changes by itself.
        own: whether it reads the answer to its own question, written ``.``.
    """

    source: str
    reads: tuple[str, ...]
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
        return self.program(tuple([atom(answers.get(path)) for path in self.reads]), atom(own), now)

    def holds(self, answers: Mapping[str, Value], now: datetime, own: Value | None = None) -> bool:
        """Whether the value counts as true; arguments as in ``value``."""
        return truth(self.value(answers, now, own))


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice_filter: an expression about answers and about the columns of one option.

    Args:
        source: as its author wrote it.
        reads: paths of the questions behind ``${name}``, each once.
        terms: what the program takes, in order: paths of questions, which have a slash, and names of columns, which have none.
        program: works it out.
        timed: whether it asks for the time.

    Source: https://xlsform.org/en/#cascading-selects.
    """

    source: str
    reads: tuple[str, ...]
    terms: tuple[str, ...]
    program: Program
    timed: bool

    def holds(self, column: Callable[[str], str], answers: Mapping[str, Value], now: datetime) -> bool:
        """Whether an option is offered.

        Args:
            column: what stands in a column of the option's row.
            answers: by path; what is not there reads as the empty string.
            now: the present moment, aware.
        """
        values = [atom(answers.get(term)) if "/" in term else column(term) for term in self.terms]
        return truth(self.program(tuple(values), "", now))
