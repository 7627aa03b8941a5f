"""Whom a targeted task (定向) is about: facets of the register, each with the values that were chosen.

Values of one facet widen it, facets narrow each other; a facet without values leaves everybody in.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from rules.profile.terms import Flag
from rules.strata import FLAGS


class Facet(StrEnum):
    """What a scope may go by (偃师 art. 8: type, scale, trade, area), and the marks of 濮阳 二(六)."""

    INDUSTRY = "industry"
    KIND = "kind"
    SCALE = "scale"
    REGION = "region"
    TAG = "tag"
    LIST = "list"


Scope = Mapping[Facet, Sequence[str]]
"""The chosen values; a value of ``LIST`` is that of a :class:`Flag`."""

IN_TAGS = frozenset({Facet.TAG, Facet.LIST})
"""Facets that are read from a subject's tags; the others have a column each."""


def marks(tags: Collection[str]) -> frozenset[Flag]:
    """The lists and marks that a subject's tags mean."""
    return frozenset(FLAGS[tag] for tag in tags if tag in FLAGS)


def tagged(scope: Scope, tags: Collection[str]) -> bool:
    """Whether a subject with these tags is in a scope, as far as the scope goes by tags.

    Args:
        scope: the chosen values.
        tags: as the register has them.
    """
    wanted, lists = scope.get(Facet.TAG), scope.get(Facet.LIST)
    return (not wanted or not set(wanted).isdisjoint(tags)) and (
        not lists or not marks(tags).isdisjoint(lists)
    )
