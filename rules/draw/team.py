"""Inspectors, the places they are needed for, and who holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Hindrance(StrEnum):
    """Why somebody cannot take a place; the first that holds, in this order."""

    EXPERT = "expert"
    NO_CERTIFICATE = "no_certificate"
    LEFT = "left"
    OTHER_ITEMS = "other_items"
    EXCLUDED = "excluded"
    OTHER_DEPARTMENT = "other_department"
    OTHER_EXPERTISE = "other_expertise"
    RECUSED = "recused"
    BARRED = "barred"
    ALREADY_HERE = "already_here"


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody in the list of the inspectors' draw.

    Args:
        id: canonical, ``insp:`` and the certificate number.
        stratum: the department, or ``-`` and why this person may not be drawn.
        expertise: what the person is qualified for, as the register tags it.
    """

    id: str
    stratum: str
    expertise: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A place on an inspection.

    Args:
        department: whose inspector it must be, or None.
        expertise: what the inspector must be qualified for, or None.
    """

    department: str | None = None
    expertise: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A drawn subject and whom it needs.

    Args:
        subject: canonical id.
        ticket: the subject's ticket in the draw of subjects, 32 bytes.
        places: in the order in which they are filled.
        recused: ids of inspectors who may not inspect this subject.
    """

    subject: str
    ticket: bytes
    places: tuple[Place, ...]
    recused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of a place.

    Args:
        inspector: id, or None while the place is open for a person to decide.
        hindrances: of an open place, how many people each reason kept from it.
    """

    inspector: str | None
    hindrances: Mapping[Hindrance, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    """Who inspects one subject.

    Args:
        visit: what was asked, with the recusals that came later.
        assigned: one a place, in the same order.
    """

    visit: Visit
    assigned: tuple[Assigned, ...]

    @property
    def inspectors(self) -> tuple[str | None, ...]:
        """Ids in the order of the places, None for an open one."""
        return tuple(one.inspector for one in self.assigned)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who inspects whom.

    Args:
        teams: by subject id, ascending by subject ticket.
        loads: places of each inspector, those carried in too; somebody without any may be absent.
    """

    teams: Mapping[str, Team]
    loads: Mapping[str, int]
