"""Who inspects whom, as the auditor's bundle holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.draw import shape
from rules.draw.manifest import Manifest
from rules.draw.team import Assignment, Inspector, Place, Visit
from rules.errors import Refused

KEYS = ("subjects", "expertise", "loads", "visits")
"""The keys of a bundle that hold a roster; ``redraws`` and ``additions`` may be absent."""


@dataclass(frozen=True, slots=True)
class Redraw:
    """One place given to the next in order.

    Args:
        subject: id of the subject.
        place: which place of its visit, from 0.
        recused: who held it.
        inspector: who holds it now, or None if it stayed open.
        barred: who could not take it for what came up after the draw, ascending.
    """

    subject: str
    place: int
    recused: str
    inspector: str | None
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """The visit to a substitute, added after the draw.

    Args:
        after: how many redraws came before it.
        visit: the substitute and whom it needs, with the recusals known before the draw.
        inspectors: ids in the order of the places, None for an open one.
        barred: who could not take a place for what came up after the draw, ascending.
    """

    after: int
    visit: Visit
    inspectors: tuple[str | None, ...]
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """The terms of an assignment and what came of it.

    Args:
        visits: what the drawn subjects need, with the recusals known before the draw, ascending by ticket.
        expertise: by inspector id; somebody without any may be absent.
        loads: places carried in, by inspector id; somebody without any may be absent.
        outcome: ids in the order of the places (None: open), by subject id, ascending by ticket.
        redraws: in the order in which they happened.
        additions: likewise.
    """

    visits: tuple[Visit, ...]
    expertise: Mapping[str, frozenset[str]]
    loads: Mapping[str, int]
    outcome: Mapping[str, tuple[str | None, ...]]
    redraws: tuple[Redraw, ...] = ()
    additions: tuple[Addition, ...] = ()


def inspectors_of(manifest: Manifest, expertise: Mapping[str, frozenset[str]]) -> tuple[Inspector, ...]:
    """Everybody in the list of an inspectors' draw.

    Args:
        manifest: the list.
        expertise: by inspector id.

    Returns:
        Inspectors in the order of the list, those excluded too.

    Source: ssj-draw/1, inspectors (stratum = department).
    """
    return tuple(Inspector(row.id, row.stratum, expertise.get(row.id, frozenset())) for row in manifest)


def outcome_of(assignment: Assignment) -> dict[str, tuple[str | None, ...]]:
    """Who holds which place.

    Args:
        assignment: what it was drawn as.

    Returns:
        Ids in the order of the places, by subject id, ascending by ticket.
    """
    return {subject: team.inspectors for subject, team in assignment.teams.items()}


def terms(
    visits: Iterable[Visit], expertise: Mapping[str, frozenset[str]], loads: Mapping[str, int]
) -> dict[str, object]:
    """What decides an assignment besides the list and chance, as JSON.

    Put under the key ``assignment`` of the plan before the commit, it cannot be changed once ``E`` is known, and
    the verification holds it against the bundle.

    Args:
        visits: what the drawn subjects need.
        expertise: by inspector id.
        loads: places carried in, by inspector id.

    Returns:
        ``subjects``, ``expertise`` and ``loads`` of a bundle.
    """
    return {
        "subjects": [
            _visit_json(visit) for visit in sorted(visits, key=lambda visit: (visit.ticket, visit.subject))
        ],
        "expertise": {inspector: sorted(expertise[inspector]) for inspector in sorted(expertise)},
        "loads": {inspector: loads[inspector] for inspector in sorted(loads)},
    }


def write_roster(roster: Roster) -> dict[str, object]:
    """The keys of a bundle that hold a roster.

    Args:
        roster: what it says.

    Returns:
        ``subjects``, ``expertise``, ``loads``, ``visits`` and, if there are any, ``redraws`` and ``additions``.
    """
    keys = terms(roster.visits, roster.expertise, roster.loads)
    keys["visits"] = [[subject, list(inspectors)] for subject, inspectors in roster.outcome.items()]
    if roster.redraws:
        keys["redraws"] = [_redraw_json(one) for one in roster.redraws]
    if roster.additions:
        keys["additions"] = [
            {
                "after": one.after,
                "subject": _visit_json(one.visit),
                "inspectors": list(one.inspectors),
                "barred": list(one.barred),
            }
            for one in roster.additions
        ]
    return keys


def read_roster(bundle: Mapping[str, object]) -> Roster:
    """Read the roster of a bundle.

    Args:
        bundle: as it came from JSON.

    Returns:
        The roster.

    Raises:
        Refused: ``draw.bundle_shape`` with the place.
    """
    outcome: dict[str, tuple[str | None, ...]] = {}
    for index, row in enumerate(shape.items(bundle.get("visits"), "visits")):
        place = f"visits[{index}]"
        subject, inspectors = shape.items(row, place, 2)
        outcome[shape.text(subject, f"{place}[0]")] = tuple(
            shape.optional_text(one, f"{place}[1][{seat}]")
            for seat, one in enumerate(shape.items(inspectors, f"{place}[1]"))
        )
    return Roster(
        visits=tuple(
            _visit(one, f"subjects[{index}]")
            for index, one in enumerate(shape.items(bundle.get("subjects"), "subjects"))
        ),
        expertise={
            inspector: frozenset(_texts(tags, f"expertise.{inspector}"))
            for inspector, tags in shape.members(bundle.get("expertise"), "expertise").items()
        },
        loads={
            inspector: shape.whole(load, f"loads.{inspector}")
            for inspector, load in shape.members(bundle.get("loads"), "loads").items()
        },
        outcome=outcome,
        redraws=tuple(
            _redraw(one, f"redraws[{index}]")
            for index, one in enumerate(shape.items(bundle.get("redraws", []), "redraws"))
        ),
        additions=tuple(
            _addition(one, f"additions[{index}]")
            for index, one in enumerate(shape.items(bundle.get("additions", []), "additions"))
        ),
    )


def _visit_json(visit: Visit) -> dict[str, object]:
    return {
        "id": visit.subject,
        "ticket": visit.ticket.hex(),
        "places": [[place.department, place.expertise] for place in visit.places],
        "recused": sorted(visit.recused),
    }


def _addition(value: object, place: str) -> Addition:
    given = shape.members(value, place)
    return Addition(
        after=shape.whole(given.get("after"), f"{place}.after"),
        visit=_visit(given.get("subject"), f"{place}.subject"),
        inspectors=tuple(
            shape.optional_text(one, f"{place}.inspectors[{seat}]")
            for seat, one in enumerate(shape.items(given.get("inspectors"), f"{place}.inspectors"))
        ),
        barred=tuple(_texts(given.get("barred", []), f"{place}.barred")),
    )


def _visit(value: object, place: str) -> Visit:
    given = shape.members(value, place)
    wanted = []
    for index, pair in enumerate(shape.items(given.get("places"), f"{place}.places")):
        department, expertise = shape.items(pair, f"{place}.places[{index}]", 2)
        wanted.append(
            Place(
                shape.optional_text(department, f"{place}.places[{index}][0]"),
                shape.optional_text(expertise, f"{place}.places[{index}][1]"),
            )
        )
    return Visit(
        subject=shape.text(given.get("id"), f"{place}.id"),
        ticket=shape.octets(given.get("ticket"), f"{place}.ticket"),
        places=tuple(wanted),
        recused=frozenset(_texts(given.get("recused"), f"{place}.recused")),
    )


def _redraw_json(one: Redraw) -> dict[str, object]:
    made: dict[str, object] = {
        "subject": one.subject,
        "place": one.place,
        "recused": one.recused,
        "inspector": one.inspector,
    }
    return made | {"barred": list(one.barred)} if one.barred else made


def _redraw(value: object, place: str) -> Redraw:
    given = shape.members(value, place)
    if "inspector" not in given:  # null says that the place stayed open; silence says nothing
        raise Refused("draw.bundle_shape", place=f"{place}.inspector", expected="string | null")
    return Redraw(
        subject=shape.text(given.get("subject"), f"{place}.subject"),
        place=shape.whole(given.get("place"), f"{place}.place"),
        recused=shape.text(given.get("recused"), f"{place}.recused"),
        inspector=shape.optional_text(given.get("inspector"), f"{place}.inspector"),
        barred=tuple(_texts(given.get("barred", []), f"{place}.barred")),
    )


def _texts(value: object, place: str) -> list[str]:
    return [shape.text(one, f"{place}[{index}]") for index, one in enumerate(shape.items(value, place))]
