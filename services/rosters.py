"""Who inspects whom: a task's teams as rows, and as the draw's own values."""

import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, Place, PlaceState
from models.registers import Department, Inspector, Subject
from models.tasks import DrawAttempt, Drawn, Standing, TaskDepartment
from rules.draw.assignment import Chance
from rules.draw.identity import EXCLUDED, Kind, inspector_id
from rules.draw.manifest import Manifest, read
from rules.draw.roster import Addition, Redraw, Roster, inspectors_of
from rules.draw.team import Assigned, Assignment, Team, Visit
from rules.draw.team import Inspector as Candidate
from rules.draw.team import Place as Wanted
from services import inspectors
from services.attempts import Attempt

BARRED = "barred"
"""In an attempt's details: by the id of a place that was given up, who could not be drawn for it any more."""

BARRED_ADDED = "barred_added"
"""Likewise, by the id of a visit that was added for a substitute."""


def unpacked(kept: bytes) -> bytes:
    """The text of a list, from what an attempt keeps of it (services/draws.py)."""
    return zlib.decompress(kept)


def manifest_of(half: DrawAttempt, kind: Kind) -> Manifest:
    """The list of an attempt."""
    return read(unpacked(half.manifest), kind)


def chance_of(attempt: Attempt) -> Chance:
    """What decides between inspectors, once the contributions are closed."""
    assert attempt.inspectors.entropy_sha256 is not None  # noqa: S101  (callers have checked the state)
    return Chance(bytes.fromhex(attempt.inspectors.entropy_sha256), attempt.inspectors.secret)


def candidates_of(attempt: Attempt) -> tuple[Candidate, ...]:
    """Everybody in the list of the inspectors' draw."""
    expertise = {key: frozenset(tags) for key, tags in attempt.inspectors.details["expertise"].items()}
    return inspectors_of(manifest_of(attempt.inspectors, Kind.INSPECTORS), expertise)


def wanted(
    parts: Sequence[tuple[TaskDepartment, Department]], region: str | None
) -> tuple[tuple[int, Wanted], ...]:
    """The places of a visit to a subject of this region, in the order of the seats, each with its department's id."""
    return tuple(
        (department.id, Wanted(department.name, inspectors.demand(part, region).tag))
        for part, department in parts
        for _ in range(part.places)
    )


@dataclass(frozen=True, slots=True)
class Seats:
    """A task's inspections with their seats.

    Args:
        inspections: by subject key, with the subject's ticket, in ticket order.
        places: every row of each inspection's seats, oldest first.
        register: the jurisdiction's inspectors, by their id there.
        ids: register ids of inspectors to the draw's ids.
        recused: draw's ids of those who may not inspect a subject, by subject key, as known when the draw was committed.
        departments: names by id.
        added: keys of substitutes whose visits came after the draw.
    """

    inspections: dict[str, tuple[Inspection, bytes]]
    places: dict[int, list[Place]]
    register: dict[int, Inspector]
    ids: dict[int, str]
    recused: dict[str, frozenset[str]]
    departments: dict[int, str]
    added: frozenset[str]

    def wanted(self, inspection: Inspection) -> tuple[Wanted, ...]:
        """What the places of a visit asked for when they were given, by seat."""
        first: dict[int, Place] = {}
        for place in self.places[inspection.id]:
            first.setdefault(place.seat, place)
        return tuple(
            Wanted(self.departments.get(place.department_id or 0), place.expertise)
            for _, place in sorted(first.items())
        )

    def first_holders(self, inspection: Inspection) -> tuple[str | None, ...]:
        """Who held each seat when the list was opened."""
        first: dict[int, Place] = {}
        for place in self.places[inspection.id]:
            first.setdefault(place.seat, place)
        return tuple(self._drawn(first[seat]) for seat in sorted(first))

    def assignment(self, loads: dict[str, int]) -> Assignment:
        """The teams as they stand, for the next place that is drawn again.

        Args:
            loads: places carried in when the draw was committed.
        """
        counted = Counter(loads)
        teams: dict[str, Team] = {}
        for key, (inspection, ticket) in self.inspections.items():
            rows = self.places[inspection.id]
            gone = {self._id(row.inspector_id) for row in rows if row.state is PlaceState.RECUSED}
            now = {row.seat: self._drawn(row) for row in rows if row.state is not PlaceState.RECUSED}
            recused = self.recused.get(key, frozenset()) | {one for one in gone if one is not None}
            visit = Visit(key, ticket, self.wanted(inspection), recused)
            team = Team(visit, tuple(Assigned(now[seat]) for seat in sorted(now)))
            counted.update(one for one in team.inspectors if one is not None)
            teams[key] = team
        return Assignment(teams, dict(counted))

    def roster(self, details: Mapping[str, Any]) -> Roster:
        """The whole assignment as the auditor's bundle holds it, recusals in the order in which they happened."""
        visits, outcome, redraws = [], {}, []
        late: list[tuple[int, Visit, Inspection]] = []
        for key, (inspection, ticket) in self.inspections.items():
            visit = Visit(key, ticket, self.wanted(inspection), self.recused.get(key, frozenset()))
            if key in self.added:
                late.append((self.places[inspection.id][0].id, visit, inspection))
            else:
                visits.append(visit)
                outcome[key] = self.first_holders(inspection)
            redraws += [
                (self._following(place).id, key, place)
                for place in self.places[inspection.id]
                # A person's decision was not chance's, and nothing is drawn again when it falls.
                if place.state is PlaceState.RECUSED and place.filled_by is None
            ]
        # Written by services/redraws.py and services/substitutions.py; the rest by services/draws.py.
        barred, barred_added = details.get(BARRED, {}), details.get(BARRED_ADDED, {})
        return Roster(
            visits=tuple(visits),
            expertise={key: frozenset(tags) for key, tags in details["expertise"].items()},
            loads=dict(details["loads"]),
            outcome=outcome,
            redraws=tuple(
                self._redraw(key, place, tuple(barred.get(str(place.id), ())))
                for _, key, place in sorted(redraws, key=lambda one: one[0])
            ),
            additions=tuple(
                Addition(
                    after=sum(1 for following, _, _ in redraws if following < number),
                    visit=visit,
                    inspectors=self.first_holders(inspection),
                    barred=tuple(barred_added.get(str(inspection.id), ())),
                )
                for number, visit, inspection in sorted(late, key=lambda one: one[0])
            ),
        )

    def barred(
        self, key: str, listed: Sequence[Candidate], recused: Collection[int], today: date
    ) -> list[str]:
        """Who can't be drawn for a visit's place any more, for what came up after the draw.

        Args:
            key: the subject's.
            listed: everybody in the list of the draw.
            recused: register ids of those recused from it as of now.
            today: in China.

        Returns:
            Draw's ids, ascending: those whom a person put on the visit, those recused since, those who no longer qualify.
        """
        rows = self.places[self.inspections[key][0].id]
        return self.barred_from(self.recused.get(key, frozenset()), rows, listed, recused, today)

    def barred_from(
        self,
        known: frozenset[str],
        rows: Sequence[Place],
        listed: Sequence[Candidate],
        recused: Collection[int],
        today: date,
    ) -> list[str]:
        """The same for a visit whose rows may not be there yet.

        Args:
            known: draw's ids of those recused from its subject when the draw was committed.
            rows: its seats, as far as there are any.
            listed: everybody in the list of the draw.
            recused: register ids of those recused from it as of now.
            today: in China.
        """
        chosen = {row.inspector_id for row in rows if row.filled_by is not None}
        late = {
            number
            for number, one in self.register.items()
            if number in chosen or number in recused or not inspectors.may_inspect(one, today)
        }
        out = {self._drawn(row) for row in rows} | known
        drawable = {one.id for one in listed if not one.stratum.startswith(EXCLUDED)}
        return sorted(({self.ids[number] for number in late} & drawable) - out)

    def _following(self, place: Place) -> Place:
        rows = self.places[place.inspection_id]
        return next(row for row in rows if row.seat == place.seat and row.id > place.id)

    def _redraw(self, key: str, place: Place, barred: tuple[str, ...]) -> Redraw:
        holder = self._id(place.inspector_id) or ""
        return Redraw(key, place.seat, holder, self._drawn(self._following(place)), barred)

    def _drawn(self, place: Place) -> str | None:
        """Whom chance put there; a person's decision is not chance's."""
        return None if place.filled_by is not None else self._id(place.inspector_id)

    def _id(self, inspector: int | None) -> str | None:
        return None if inspector is None else self.ids[inspector]


async def seats(session: AsyncSession, attempt: Attempt) -> Seats:
    """Read a task's teams."""
    query = (
        select(Inspection, Subject.key, Drawn)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .join(Drawn, col(Drawn.subject_id) == Subject.id)
        .where(
            Inspection.task_id == attempt.task.id,
            Drawn.attempt_id == attempt.subjects.id,
            Drawn.standing != Standing.SUBSTITUTE,
        )
        .order_by(col(Drawn.ticket))
    )
    found = (await session.exec(query)).all()
    inspections = {key: (inspection, bytes.fromhex(drawn.ticket)) for inspection, key, drawn in found}
    quotas = attempt.subjects.quotas
    added = frozenset(key for _, key, drawn in found if drawn.position >= quotas[drawn.stratum])
    numbers = [inspection.id for inspection, _ in inspections.values()]
    places: dict[int, list[Place]] = {number: [] for number in numbers}
    for place in (
        await session.exec(select(Place).where(col(Place.inspection_id).in_(numbers)).order_by(col(Place.id)))
    ).all():
        places[place.inspection_id].append(place)
    rows = (
        await session.exec(select(Inspector).where(Inspector.jurisdiction == attempt.task.jurisdiction))
    ).all()
    ids = {row.id: inspector_id(row.certificate_no) for row in rows}
    subject_keys = {inspection.subject_id: key for key, (inspection, _) in inspections.items()}
    recused = {
        subject_keys[subject]: frozenset(ids[one] for one in those)
        for subject, those in attempt.inspectors.details["recusals"]
        if subject in subject_keys
    }
    query_names = select(Department.id, Department.name).where(
        Department.jurisdiction == attempt.task.jurisdiction
    )
    names = dict((await session.exec(query_names)).all())
    return Seats(inspections, places, {row.id: row for row in rows}, ids, recused, names, added)
