"""ODK's expression language as a parser of elementpath: XPath 1.0 without paths, and ``${name}`` for an answer.

elementpath reads the grammar and walks the tree. The values and functions are those of ``rules.forms.functions``, because
XPath's own comparison is stricter than ODK's: there an empty answer is no error and a date is a number.

Source: https://getodk.github.io/xforms-spec/#xpath-functions;
https://elementpath.readthedocs.io/en/latest/pratt_api.html.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from elementpath import XPathContext, XPathToken
from elementpath.xpath1 import XPath1Parser

from rules.forms.coercion import SHANGHAI, number
from rules.forms.functions import FUNCTIONS, OPERATORS
from rules.forms.gathering import GATHERING
from rules.forms.value import Atom, Nodes

_LITERALS = {"(string)", "(integer)", "(decimal)", "(float)"}
_KEPT = _LITERALS | {"(start)", "(end)", "(invalid)", "(unknown)", "(name)", "(", ")", ",", "$"}
_TIGHTEST = 70
_MEMORY = 256
_SHORT = 40
_FEW = 10


class Dialect(XPath1Parser):
    """Reads one expression, in which the questions are the variables ``$q0``, ``$q1`` and so on."""


def _value(token: XPathToken, context: XPathContext | None) -> Atom:
    value = token.evaluate(context)
    if isinstance(value, str | float | bool):
        return value
    return float(str(value))


def _given(token: XPathToken, context: XPathContext | None) -> Atom | Nodes:
    """A value, or what there is several times, which only a variable gives."""
    if token.symbol == "$" and context is not None:
        several: object = context.variables[str(token.value)]
        if isinstance(several, tuple):
            return several
    return _value(token, context)


def _operator(symbol: str, power: int, call: Callable[[Atom, Atom], Atom]) -> None:
    @Dialect.method(Dialect.infix(symbol, bp=power))
    def evaluate(self: XPathToken, context: XPathContext | None = None) -> Atom:
        if len(self) == 1:
            return -number(_value(self[0], context))
        return call(_value(self[0], context), _value(self[1], context))


def _function(symbol: str, least: int, most: int | None, call: Callable[..., Atom]) -> None:
    @Dialect.method(Dialect.function(symbol, nargs=least if least == most else (least, most)))
    def evaluate(self: XPathToken, context: XPathContext | None = None) -> Atom:
        return call(*[_value(argument, context) for argument in self])


def _gathering(symbol: str, least: int, most: int | None, call: Callable[..., Atom]) -> None:
    @Dialect.method(Dialect.function(symbol, nargs=least if least == most else (least, most)))
    def evaluate(self: XPathToken, context: XPathContext | None = None) -> Atom:
        return call(*[_given(argument, context) for argument in self])


def _moment(symbol: str, write: Callable[[datetime], str]) -> None:
    @Dialect.method(Dialect.function(symbol, nargs=0))
    def evaluate(self: XPathToken, context: XPathContext | None = None) -> Atom:
        if context is None:
            raise self.missing_context()
        return write(context.current_dt.astimezone(SHANGHAI))


def _build() -> None:
    for symbol in Dialect.symbol_table.keys() - _KEPT:
        Dialect.unregister(symbol)
    for symbol, (power, operate) in OPERATORS.items():
        _operator(symbol, power, operate)
    for symbol, known in FUNCTIONS.items():
        _function(symbol, known.least, known.most, known.call)
    for symbol, gathers in GATHERING.items():
        _gathering(symbol, gathers.least, gathers.most, gathers.call)
    for symbol, write in TIMED.items():
        _moment(symbol, write)

    @Dialect.method("-")
    def nud(self: XPathToken) -> XPathToken:
        self[:] = (self.parser.expression(rbp=_TIGHTEST),)
        return self

    @Dialect.method(Dialect.nullary("."))
    def evaluate(self: XPathToken, context: XPathContext | None = None) -> Atom:
        if context is None or not isinstance(context.item, str | float | bool):
            raise self.missing_context()
        return context.item


TIMED: dict[str, Callable[[datetime], str]] = {
    "today": lambda local: local.date().isoformat(),
    "now": lambda local: local.isoformat(timespec="milliseconds"),
}
"""Functions that ask for the time, given as the local time in China."""

_build()


class Parsed:
    """An expression's tree as a program; remembers results, because the same few answers come again and again.

    Long answers are not remembered: they do not come again, and what somebody wrote stays with the draft.

    Args:
        token: the root of the tree.
        lasting: whether the values that it is given alone decide the result, so that it may be remembered.
    """

    __slots__ = ("_memory", "_token")

    def __init__(self, token: XPathToken, *, lasting: bool) -> None:
        self._token = token
        self._memory: dict[tuple[Atom | Nodes, ...], Atom] | None = {} if lasting else None

    def __call__(self, values: tuple[Atom | Nodes, ...], own: Atom, now: datetime) -> Atom:
        """See ``rules.forms.expression.Program``."""
        if self._memory is None:
            return self._work(values, own, now)
        known = self._memory.get(values)
        if known is not None:
            return known
        result = self._work(values, own, now)
        if all(map(_short, values)):
            if len(self._memory) >= _MEMORY:
                self._memory.clear()
            self._memory[values] = result
        return result

    def _work(self, values: tuple[Atom | Nodes, ...], own: Atom, now: datetime) -> Atom:
        variables: dict[str, Any] = {f"q{place}": value for place, value in enumerate(values)}
        context = XPathContext(item=own, current_dt=now)
        context.variables = (
            variables  # handed over as they are: its own way would take the nodes of a repeat apart
        )
        return _value(self._token, context)


def _short(value: Atom | Nodes) -> bool:
    if isinstance(value, tuple):
        return len(value) <= _FEW and all(_short(one) for _, one in value)
    return not isinstance(value, str) or len(value) <= _SHORT
