"""A form that is ready to be asked, and the visit that joins several."""

import graphlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self, TypeAlias

from rules.errors import Refused
from rules.forms.expression import Expression, Filter
from rules.forms.question import Group, Kind, Question

ITEMS = "items"
"""Name of the base form's top-level group in which the parts of the check items stand."""


Shape: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Which instances there are: paths of repeats, the outer ones' instances in them, and the numbers of their instances."""


class Circle(Exception):
    """Questions decide about each other in a circle, so that nobody could say which are asked.

    Args:
        paths: of the questions in the circle.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(*paths)
        self.paths = tuple(paths)


@dataclass(frozen=True, slots=True)
class Source:
    """The spreadsheet that a part of a form was read from; with its digest a draft is pinned to it.

    Args:
        key: of the part.
        title: of the part, as people read it.
        sha256: of the file's bytes, in hexadecimal.
        form_id: as the settings sheet names it, empty if it does not.
        version: as the settings sheet names it, empty if it does not.
    """

    key: str
    title: str
    sha256: str
    form_id: str
    version: str


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """Questions in the order in which they are asked. Immutable; may be kept and shared.

    Args:
        sources: what it was read from; the first gives the key and the title.
        groups: by path.
        questions: by path, in order.
        paths: those of them that are walked through, in the same order: all, or a portion (rules/forms/portion.py).
        places: position of each question in it.
        conditions: by path of a question, what must hold for it to be asked: its groups' conditions and its own.
        order: every path after those that its question hangs on.
        affected: by path of a question, the questions whose asking, options or calculated answer hangs on its answer, directly
            or through others, each after those that it hangs on.
        timed: questions of which that changes with the time alone, in the same order.
        repeats: paths of the repeats whose instances are not known yet.
        pattern: the form as it was read, of one that was unrolled for the instances that there are; None otherwise.
        shape: for which instances it was unrolled: by path of each repeat, their numbers.
        parts: keys of the parts that are walked through; None for all.
    """

    sources: tuple[Source, ...]
    groups: Mapping[str, Group]
    questions: Mapping[str, Question]
    paths: tuple[str, ...]
    places: Mapping[str, int]
    conditions: Mapping[str, tuple[Expression, ...]]
    order: tuple[str, ...]
    affected: Mapping[str, tuple[str, ...]]
    timed: tuple[str, ...]
    repeats: tuple[str, ...] = ()
    pattern: "Form | None" = None
    shape: Shape = ()
    parts: frozenset[str] | None = None

    @classmethod
    def of(
        cls,
        sources: Iterable[Source],
        groups: Iterable[Group],
        questions: Iterable[Question],
        pattern: "Form | None" = None,
        shape: Shape = (),
    ) -> Self:
        """Join questions into a form and work out what hangs on what.

        Args:
            sources: what it was read from.
            groups: every group that the questions name.
            questions: in the order in which they are asked; those of a repeat together, and its own behind them.
            pattern: that it was unrolled from, None for a form as it was read.
            shape: for which instances.

        Returns:
            The form.

        Raises:
            Circle: conditions, calculations and filters go in a circle.

        Source: JavaRosa refuses such circles too: https://docs.getodk.org/form-logic/#relevants.
        """
        by_group = {group.path: group for group in groups}
        by_path = {question.path: question for question in questions}
        conditions = {path: tuple(_conditions(question, by_group)) for path, question in by_path.items()}
        needed = {path: (*conditions[path], *_workings(question)) for path, question in by_path.items()}
        reads = {
            path: tuple(
                dict.fromkeys([*by_path[path].repeats, *(read for need in needs for read in need.reads)])
            )
            for path, needs in needed.items()
        }
        order = _order(reads)
        followers = _followers(reads, order)
        clocks = {path for path, needs in needed.items() if any(need.timed for need in needs)}
        timed = clocks.union(*(followers[path] for path in clocks))
        rank = {path: place for place, path in enumerate(order)}
        return cls(
            tuple(sources),
            MappingProxyType(by_group),
            MappingProxyType(by_path),
            tuple(by_path),
            MappingProxyType({path: place for place, path in enumerate(by_path)}),
            MappingProxyType(conditions),
            tuple(order),
            MappingProxyType(
                {path: tuple(sorted(after, key=rank.__getitem__)) for path, after in followers.items()}
            ),
            tuple(sorted(timed, key=rank.__getitem__)),
            tuple(path for path, question in by_path.items() if question.kind is Kind.REPEAT and not pattern),
            pattern,
            shape,
        )

    def only(self, parts: Collection[str]) -> Self:
        """The questions of some of a form's parts, for the one who asks them.

        Args:
            parts: their keys.

        Returns:
            The same form in which only these questions are walked through, shown and answered. A step in it still works out what it
            changes in the others.

        Source: 濮阳 二(八); 偃师 art. 7(3): one visit for the items of several departments.
        """
        mine = tuple(path for path in self.paths if self.questions[path].part in parts)
        # What another's answer has brought up is noted with the next step of whoever it belongs to.
        again = {*self.timed, *(path for path in mine if _is_noted(self.questions[path]))}
        return replace(
            self,
            paths=mine,
            places=MappingProxyType({path: place for place, path in enumerate(mine)}),
            timed=tuple(path for path in self.order if path in again),
            parts=frozenset(parts),
        )

    @property
    def key(self) -> str:
        """What its questions' paths begin with: ``base``, or the code of a check item."""
        return self.sources[0].key

    @property
    def title(self) -> str:
        """Its title as people read it."""
        return self.sources[0].title


def merge(base: Form, parts: Sequence[Form]) -> Form:
    """The form of one visit: the base form with the parts of the check items in its group ``items``.

    A part's expressions see the part alone, so that a department can write and test it without knowing the others. When
    the group ``items`` has a condition, all parts hang on it.

    Args:
        base: the record of the visit; what stands before the group comes before the parts, what stands after it, after.
        parts: one for each check item, in the order in which they are checked.

    Returns:
        One form; the paths keep the keys of their parts.

    Raises:
        Refused: the base form has no such group, or two parts have one key.

    Source: 濮阳 二(八); 偃师 art. 7(3); 邢台 二(一): a base form and a form for each item, joined in one visit.
    """
    place = f"{base.key}/{ITEMS}"
    if place not in base.groups or place in base.repeats:
        raise Refused("forms.items_missing", form=base.title, group=ITEMS)
    keys = [form.key for form in (base, *parts)]
    for key in keys:
        if keys.count(key) > 1:
            raise Refused("forms.part_twice", part=key)
    before, after = _split(base, place)
    return Form.of(
        [source for form in (base, *parts) for source in form.sources],
        [group for form in (base, *parts) for group in form.groups.values()],
        [
            *before,
            *(_within(question, place) for part in parts for question in part.questions.values()),
            *after,
        ],
    )


def _is_noted(question: Question) -> bool:
    """Whether the draft takes it down by itself, once."""
    return not question.asked and question.kind is not Kind.NOTE and question.calculation is None


def _within(question: Question, group: str) -> Question:
    return replace(question, groups=(group, *question.groups))


def _split(base: Form, place: str) -> tuple[list[Question], list[Question]]:
    questions = list(base.questions.values())
    within = [at for at, question in enumerate(questions) if place in question.groups]
    end = within[-1] + 1  # the loader refuses empty groups, so there is a last one
    return questions[:end], questions[end:]


def _conditions(question: Question, groups: Mapping[str, Group]) -> Iterable[Expression]:
    for path in question.groups:
        condition = groups[path].relevant
        if condition is not None:
            yield condition
    if question.relevant is not None:
        yield question.relevant


def _workings(question: Question) -> Iterable[Expression | Filter]:
    """What decides about a question's answer beside its condition."""
    return [working for working in (question.calculation, question.filter) if working is not None]


def _order(reads: Mapping[str, Collection[str]]) -> list[str]:
    try:
        return list(graphlib.TopologicalSorter(reads).static_order())
    except graphlib.CycleError as error:
        raise Circle(error.args[1]) from error


def _followers(reads: Mapping[str, Collection[str]], order: Sequence[str]) -> dict[str, set[str]]:
    direct: dict[str, set[str]] = {path: set() for path in order}
    for path, before in reads.items():
        for read in before:
            direct[read].add(path)
    followers: dict[str, set[str]] = {}
    for path in reversed(order):
        followers[path] = direct[path].union(*(followers[next_] for next_ in direct[path]))
    return followers
