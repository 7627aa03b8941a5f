"""The subjects that a draw is made from, as they stand when they are frozen, and the recusals that are known then."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, or_
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.inspections import Inspection, InspectionState
from models.registers import Recusal, Subject, SubjectStatus
from models.tasks import AttemptState, DrawAttempt, Drawn, Standing, Task
from rules.deadlines import year_begins
from rules.draw.identity import EXCLUDED
from rules.draw.manifest import Manifest, freeze
from rules.draw.quota import Number, Quota, quota
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import TaskKind
from rules.ratios import Outcome, RatioRule, require_target
from rules.scope import IN_TAGS, Scope, tagged
from rules.strata import Occasion, occasion, rule_of, strata_of
from rules.strata import Standing as Facts
from rules.strata import stratum as stratum_of
from services import computing, scopes, tasks

AT_ONCE = 2_000
"""Rows of the register that are looked at in one go, about ten milliseconds; others have their turn before the next."""


@dataclass(frozen=True, slots=True)
class StratumPlan:
    """One stratum of the subjects' draw.

    Args:
        name: as in the commit text.
        quota: base, ratio or number, count.
        rule: the bounds that hold.
        ratio_bp: the ratio in basis points, as far as there is no number.
        number: the fixed number, if one was asked for.
        outcome: whether it is lawful, or lawful with a warning.
        fault: why it is not.
    """

    name: str
    quota: Quota
    rule: RatioRule
    ratio_bp: int
    number: int | None = None
    outcome: Outcome = Outcome.LAWFUL
    fault: Refused | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What the scope of a task holds, in numbers; no names.

    Args:
        strata: those that are drawn from.
        excluded: how many may not be drawn, by reason.
        fault: why it cannot be drawn so, if it cannot.
    """

    strata: tuple[StratumPlan, ...]
    excluded: Mapping[str, int]
    fault: Refused | None

    @property
    def held(self) -> int:
        """How many the scope holds, those who may not be drawn too."""
        return self.pool + sum(self.excluded.values())

    @property
    def pool(self) -> int:
        """How many may be drawn."""
        return sum(one.quota.base for one in self.strata)

    @property
    def drawn(self) -> int:
        """How many will be."""
        return sum(one.quota.count for one in self.strata)

    @property
    def quotas(self) -> dict[str, int]:
        """As the commit text has them."""
        return {one.name: one.quota.count for one in self.strata}


@dataclass(frozen=True, slots=True)
class Preview(Survey):
    """The same with the list itself, for the freeze.

    Args:
        manifest: every subject in the scope under its stratum.
    """

    manifest: Manifest


async def survey(session: AsyncSession, profile: Profile, task: Task, today: date) -> Survey:
    """Count what the scope of a task holds; nothing is refused, so that every screen can show it.

    Args:
        session: the open session.
        profile: whose rules decide.
        task: its kind, scope, ratios and numbers.
        today: in China; «this year» is its calendar year.
    """
    about, scope = await occasion_of(session, profile, task), scopes.scope_of(task)
    drawn = col(Subject.id).in_(_drawn_this_year(task.jurisdiction, today))
    by_tags = bool(profile.ratios.raised_flags.value) or not IN_TAGS.isdisjoint(scope)
    # An inner query, because a grouping by an expression with values in it is another expression to PostgreSQL.
    each = (
        sa_select(
            col(Subject.status).label("status"),
            col(Subject.credit_class).label("credit_class"),
            (cast(Subject.tags, Text) if by_tags else literal("[]", Text)).label("tags"),
            drawn.label("drawn"),
        )
        .where(*_in_scope(task, scope))
        .subquery()
    )
    query = sa_select(*each.c, func.count()).group_by(*each.c)
    counts: Counter[str] = Counter()
    for status, credit_class, text, before, number in (await session.exec(query)).all():  # type: ignore[call-overload]  # SQLAlchemy's own select takes the columns of a SQLModel class
        tags = json.loads(text)
        if tagged(scope, tags):
            facts = Facts(status == SubjectStatus.EXISTING, credit_class, tags, bool(before))
            counts[stratum_of(profile, facts, about)] += number
    return Survey(*_planned(profile, task, about, counts))


async def subjects(session: AsyncSession, profile: Profile, task: Task, today: date) -> Preview:
    """The subjects in the scope of a task, each in its stratum.

    Args:
        session: the open session.
        profile: whose rules decide.
        task: its kind, scope, ratios and numbers.
        today: in China; «this year» is its calendar year.

    Raises:
        Refused: ``tasks.nobody`` when nobody may be drawn; ``tasks.stratum_empty`` when so many of a stratum were asked for
            that has nobody; as :func:`rules.ratios.require_lawful`.
    """
    about, scope = await occasion_of(session, profile, task), scopes.scope_of(task)
    drawn = set((await session.exec(_drawn_this_year(task.jurisdiction, today))).all())
    # Columns, not rows: a register may hold a million subjects.
    query = sa_select(Subject.id, Subject.key, Subject.status, Subject.credit_class, Subject.tags).where(  # type: ignore[call-overload]  # SQLAlchemy's own select takes the columns of a SQLModel class
        *_in_scope(task, scope)
    )
    candidates = []
    async for rows in (await session.stream(query)).partitions(AT_ONCE):
        for subject_id, key, status, credit_class, tags in rows:
            if tagged(scope, tags):
                facts = Facts(status == SubjectStatus.EXISTING, credit_class, tags, subject_id in drawn)
                candidates.append((key, stratum_of(profile, facts, about)))
    manifest = await computing.apart(lambda _: freeze(candidates), len(candidates))
    strata, excluded, fault = _planned(profile, task, about, manifest.counts)
    if fault is not None:
        raise fault
    return Preview(strata, excluded, None, manifest)


async def occasion_of(session: AsyncSession, profile: Profile, task: Task) -> Occasion:
    """What a task draws for, with its items as they are now."""
    items = [(item.item_class, item.ratio) for item in await tasks.items_of(session, task.id)]
    return occasion(profile, task.kind, items, year_lifted=task.year_reason is not None)


def in_force(today: date) -> ColumnElement[bool]:
    """What holds of a recusal that was not withdrawn and has not run out; its last day still counts."""
    return and_(
        col(Recusal.withdrawn_at).is_(None), or_(col(Recusal.until).is_(None), col(Recusal.until) >= today)
    )


async def recusals(session: AsyncSession, jurisdiction: str, today: date) -> dict[int, set[int]]:
    """Inspectors (ids) who must not inspect a subject (id), as known now."""
    found: dict[int, set[int]] = {}
    query = select(Recusal.subject_id, Recusal.inspector_id).where(
        Recusal.jurisdiction == jurisdiction, in_force(today)
    )
    for subject_id, inspector in (await session.exec(query)).all():
        found.setdefault(subject_id, set()).add(inspector)
    return found


def recusals_digest(found: Mapping[int, set[int]]) -> str:
    """One hash over the recusals, for the plan that is committed: they can't be changed once chance is known."""
    lines = [
        f"{subject}:{inspector}" for subject, those in sorted(found.items()) for inspector in sorted(those)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _in_scope(task: Task, scope: Scope) -> list[ColumnElement[bool]]:
    found = [col(Subject.jurisdiction) == task.jurisdiction, *scopes.within(scope)]
    if task.kind is TaskKind.RETURN_VISIT:
        published = select(Inspection.subject_id).where(
            Inspection.jurisdiction == task.jurisdiction,
            col(Inspection.state).in_([InspectionState.PUBLISHED, InspectionState.CLOSED]),
        )
        found.append(col(Subject.id).in_(published))
    return found


def _planned(
    profile: Profile, task: Task, about: Occasion, counts: Mapping[str, int]
) -> tuple[tuple[StratumPlan, ...], dict[str, int], Refused | None]:
    known = strata_of(profile, about)
    strata = tuple(_plan(profile, task, about, name, counts[name]) for name in known if counts.get(name))
    excluded = {name: counts[name] for name in sorted(counts) if name.startswith(EXCLUDED)}
    # A share of nobody is nobody; but whoever asked for five gets told that there are none.
    asked = () if about.kind is TaskKind.BATCH_ORDER else sorted(task.numbers)
    faults = [one.fault for one in strata if one.fault is not None]
    if not strata:
        faults = [Refused("tasks.nobody")]
    elif empty := [name for name in asked if not counts.get(name)]:
        faults.append(Refused("tasks.stratum_empty", stratum=empty[0]))
    if not faults and not any(one.quota.count for one in strata):
        faults.append(Refused("tasks.nobody"))
    return strata, excluded, next(iter(faults), None)


def _plan(profile: Profile, task: Task, about: Occasion, name: str, base: int) -> StratumPlan:
    rule = rule_of(profile, name, about)
    free = about.kind is not TaskKind.BATCH_ORDER
    ratio_bp = task.ratios.get(name, rule.default_bp) if free else rule.default_bp
    number = task.numbers.get(name) if free else None
    target = rule.ratio(ratio_bp) if number is None else Number(min(number, base))
    outcome, fault = Outcome.LAWFUL, None
    try:
        outcome = require_target(rule, base, ratio_bp if number is None else Number(number)).outcome
    except Refused as refusal:
        outcome, fault = Outcome.REFUSE, refusal
    return StratumPlan(name, quota(base, target, rule.bounds), rule, ratio_bp, number, outcome, fault)


def _drawn_this_year(jurisdiction: str, today: date) -> SelectOfScalar[int]:
    return (
        select(Drawn.subject_id)
        .join(DrawAttempt, col(Drawn.attempt_id) == DrawAttempt.id)
        .where(
            Drawn.jurisdiction == jurisdiction,
            col(Drawn.standing).in_([Standing.SELECTED, Standing.CALLED]),
            DrawAttempt.state == AttemptState.OPENED,
            col(DrawAttempt.opened_at) >= year_begins(today),
        )
    )
