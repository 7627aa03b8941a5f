"""Who inspects whom: least load first, then chance."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from rules.draw.identity import EXCLUDED
from rules.draw.sealing import blind, pads
from rules.draw.team import Assigned, Assignment, Hindrance, Inspector, Place, Team, Visit
from rules.errors import Refused

QUALIFIED = 2
"""Inspectors on an inspection at least (濮阳 二(七); 偃师 art. 10)."""

EXPERTS = "-expert"
"""Stratum of experts, who help and are never counted as inspectors (五原 art. 10)."""

UNCERTIFIED = "-certificate"
"""Stratum of people without a valid certificate."""

LEFT = "-left"
"""Stratum of people who no longer inspect."""

OTHER_ITEMS = "-items"
"""Stratum of people who may check none of their department's items in the task."""

_EXCLUSIONS = {
    EXPERTS: Hindrance.EXPERT,
    UNCERTIFIED: Hindrance.NO_CERTIFICATE,
    LEFT: Hindrance.LEFT,
    OTHER_ITEMS: Hindrance.OTHER_ITEMS,
}


class Chance:
    """What decides between inspectors of one load.

    Args:
        entropy: ``E`` of the inspectors' draw, 32 bytes.
        secret: ``s`` of the inspectors' draw, 32 bytes; subjects are blinded under it here too.

    Raises:
        Refused: ``draw.secret_length``, ``draw.entropy_length``.
    """

    def __init__(self, entropy: bytes, secret: bytes) -> None:
        if len(entropy) != 32:
            raise Refused("draw.entropy_length", expected=32, found=len(entropy))
        self._entropy = entropy
        self._keys = pads(secret)
        self._blinds: dict[str, bytes] = {}

    def lot(self, subject: str, inspector: str) -> bytes:
        """``H(E ‖ v(subject id) ‖ v(inspector id))``, 32 bytes; the smallest wins.

        Source: ssj-draw/1, inspectors.
        """
        return hashlib.sha256(self._entropy + self._blind(subject) + self._blind(inspector)).digest()

    def _blind(self, candidate: str) -> bytes:
        known = self._blinds.get(candidate)
        if known is None:
            known = self._blinds[candidate] = blind(candidate, self._keys)
        return known


def assign(
    visits: Iterable[Visit],
    inspectors: Iterable[Inspector],
    chance: Chance,
    loads: Mapping[str, int] | None = None,
) -> Assignment:
    """Give every place of every visit to somebody, or leave it open.

    Args:
        visits: what the drawn subjects need, in any order.
        inspectors: everybody in the list of the draw, those excluded too.
        chance: of the inspectors' draw.
        loads: places that each inspector already has from elsewhere, 0 or more.

    Returns:
        The teams, and the loads after them.

    Raises:
        Refused: ``draw.visit_twice`` for a subject with two visits; ``draw.load_negative``.

    Source: ssj-draw/1, inspectors; 五原 art. 19; 濮阳 二(七).
    """
    carried = Counter(dict(loads or {}))
    for inspector, load in carried.items():
        if load < 0:
            raise Refused("draw.load_negative", inspector=inspector, load=load)
    desk = _Desk(tuple(inspectors), chance, carried)
    teams: dict[str, Team] = {}
    for visit in sorted(visits, key=lambda visit: (visit.ticket, visit.subject)):
        if visit.subject in teams:
            raise Refused("draw.visit_twice", subject=visit.subject)
        here: set[str] = set()
        assigned = tuple(desk.fill(visit, place, here) for place in visit.places)
        teams[visit.subject] = Team(visit, assigned)
    return Assignment(teams, dict(carried))


def redraw(
    assignment: Assignment,
    subject: str,
    place: int,
    inspectors: Iterable[Inspector],
    chance: Chance,
    *,
    barred: Collection[str] = (),
) -> Assignment:
    """Give one place to the next in order, after its holder recused himself or herself from the subject.

    Everything else stays: the other places of the inspection, every other inspection, and the loads as they are
    once the holder has given the place back.

    Args:
        assignment: as it stands.
        subject: canonical id.
        place: which place of its visit, from 0.
        inspectors: everybody in the list of the draw, those excluded too.
        chance: of the same draw.
        barred: who can't take it for what came up after the draw: put on this inspection by a person, recused since
            then, no longer qualified.

    Returns:
        The assignment with this place given to another, or open; the recusal is in the visit.

    Raises:
        Refused: ``draw.place_unknown``; ``draw.place_open`` if nobody holds it.

    Source: ssj-draw/1, inspectors («a later recusal redoes that place alone»); 濮阳 二(七); 五原 art. 19.
    """
    team = assignment.teams.get(subject)
    if team is None or not 0 <= place < len(team.assigned):
        raise Refused("draw.place_unknown", subject=subject, place=place + 1)
    holder = team.assigned[place].inspector
    if holder is None:
        raise Refused("draw.place_open", subject=subject, place=place + 1)
    loads = Counter(dict(assignment.loads))
    loads[holder] -= 1
    visit = replace(team.visit, recused=team.visit.recused | {holder})
    here = {inspector for inspector in team.inspectors if inspector is not None}
    given = _Desk(tuple(inspectors), chance, loads).fill(visit, visit.places[place], here, frozenset(barred))
    changed = Team(visit, (*team.assigned[:place], given, *team.assigned[place + 1 :]))
    return Assignment({**assignment.teams, subject: changed}, dict(loads))


def extend(
    assignment: Assignment,
    visit: Visit,
    inspectors: Iterable[Inspector],
    chance: Chance,
    *,
    barred: Collection[str] = (),
) -> Assignment:
    """Give the places of one more visit, to a substitute that took the place of a subject that is gone.

    Nobody else's visits change; the loads are those that everything before it has left. Whoever was to go to the subject that
    is gone keeps that place in their load: they were sent.

    Args:
        assignment: as it stands.
        visit: the substitute and whom it needs.
        inspectors: everybody in the list of the draw, those excluded too.
        chance: of the same draw.
        barred: who can't take a place for what came up after the draw.

    Returns:
        The assignment with the visit's team at its end.

    Raises:
        Refused: ``draw.visit_twice`` when the subject has a visit already.

    Source: ssj-draw/1, substitution, inspectors.
    """
    if visit.subject in assignment.teams:
        raise Refused("draw.visit_twice", subject=visit.subject)
    loads = Counter(dict(assignment.loads))
    desk = _Desk(tuple(inspectors), chance, loads)
    here: set[str] = set()
    team = Team(visit, tuple(desk.fill(visit, place, here, frozenset(barred)) for place in visit.places))
    return Assignment({**assignment.teams, visit.subject: team}, dict(loads))


def require_two(inspectors: Iterable[str | None], qualified: Collection[str]) -> None:
    """Refuse to send fewer than two qualified, distinct inspectors.

    Args:
        inspectors: who is on the inspection, None for an open place, experts too.
        qualified: ids of those with a valid certificate.

    Raises:
        Refused: ``draw.too_few_inspectors``.

    Source: 濮阳 二(七); 偃师 art. 10; ssj-draw/1, inspectors.
    """
    found = len({inspector for inspector in inspectors if inspector is not None and inspector in qualified})
    if found < QUALIFIED:
        raise Refused("draw.too_few_inspectors", needed=QUALIFIED, found=found)


class _Desk:
    """Fills places one after the other and keeps the loads."""

    def __init__(self, inspectors: tuple[Inspector, ...], chance: Chance, loads: Counter[str]) -> None:
        self._inspectors = inspectors
        self._chance = chance
        self._loads = loads
        self._suited: dict[Place, tuple[str, ...]] = {}

    def fill(
        self, visit: Visit, place: Place, here: set[str], barred: frozenset[str] = frozenset()
    ) -> Assigned:
        """Give a place away and note it in ``here`` and in the loads."""
        out = visit.recused | barred | here
        eligible = [inspector for inspector in self._suited_to(place) if inspector not in out]
        if not eligible:
            return Assigned(None, self._hindrances(visit, place, barred))
        least = min(self._loads[inspector] for inspector in eligible)
        chosen = min(
            (inspector for inspector in eligible if self._loads[inspector] == least),
            key=lambda inspector: (self._chance.lot(visit.subject, inspector), inspector),
        )
        here.add(chosen)
        self._loads[chosen] += 1
        return Assigned(chosen)

    def _suited_to(self, place: Place) -> tuple[str, ...]:
        known = self._suited.get(place)
        if known is None:
            known = tuple(one.id for one in self._inspectors if _unsuited(one, place) is None)
            self._suited[place] = known
        return known

    def _hindrances(self, visit: Visit, place: Place, barred: frozenset[str]) -> dict[Hindrance, int]:
        def met(one: Inspector) -> Hindrance:
            if one.id in visit.recused:
                return Hindrance.RECUSED
            return Hindrance.BARRED if one.id in barred else Hindrance.ALREADY_HERE

        counted = Counter(_unsuited(one, place) or met(one) for one in self._inspectors)
        return {reason: counted[reason] for reason in Hindrance if reason in counted}


def _unsuited(inspector: Inspector, place: Place) -> Hindrance | None:
    """What keeps somebody from such a place on any inspection."""
    if inspector.stratum.startswith(EXCLUDED):
        return _EXCLUSIONS.get(inspector.stratum, Hindrance.EXCLUDED)
    if place.department is not None and inspector.stratum != place.department:
        return Hindrance.OTHER_DEPARTMENT
    if place.expertise is not None and place.expertise not in inspector.expertise:
        return Hindrance.OTHER_EXPERTISE
    return None
