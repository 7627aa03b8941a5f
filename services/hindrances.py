"""Grave non-cooperation, and falsification: a short way to the questions of the record that ask for them."""

from dataclasses import dataclass

from rules.errors import Refused
from rules.forms.event import Choice, Give, Goto, Toggle
from rules.forms.form import Form
from rules.profile.cited import Cited
from rules.profile.terms import Noncooperation
from services import forms, profiles, records
from services.answers import Pen
from services.records import Work
from services.step import Step

RESULTS = "results"
KINDS = "refusals"
STOPPED = "stopped"
SITUATION = "situation"
"""Names of the base form's questions."""

UNCOOPERATIVE = "uncooperative"
FALSIFIED = "published_untrue"
"""The categories of the result: 不予配合检查情节严重; 公示信息隐瞒真实情况、弄虚作假."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What the record says so far of non-cooperation.

    Args:
        kinds: those that the profile knows, each with whether it was chosen, and where that stands.
        falsified: whether the result says that what was published is untrue.
        title: of the document that is cited.
    """

    kinds: Cited[tuple[Noncooperation, ...]]
    chosen: frozenset[str]
    falsified: bool
    title: str

    @property
    def any(self) -> bool:
        """Whether there is something to write about."""
        return bool(self.chosen) or self.falsified


async def look(step: Step, pen: Pen) -> Hindrance:
    """What the record says so far.

    Args:
        step: the transaction.
        pen: as :func:`services.records.of_recorder` gave it.

    Raises:
        Refused: ``records.no_hindrance`` when the department's own form has no such questions; ``records.hindrance_leads`` for
            another portion than the one that leads, to which the result belongs.
    """
    if not pen.portion.leads:
        raise Refused("records.hindrance_leads")
    work = await records.look(step.session, pen)
    profile = await profiles.of(step.session, pen.inspection.jurisdiction)
    results = work.draft.answers.get(_path(work.form, RESULTS))
    kinds = work.draft.answers.get(_path(work.form, KINDS))
    return Hindrance(
        profile.noncooperation.kinds,
        frozenset(kinds if isinstance(kinds, list) else ()),
        isinstance(results, list) and FALSIFIED in results,
        profile.document.title,
    )


async def turn(step: Step, pen: Pen, kind: Noncooperation) -> Hindrance:
    """Choose a kind of non-cooperation, or no longer; the category of the result follows.

    Raises:
        Refused: ``common.stale`` for a kind that the profile does not know; as :func:`look`.

    Source: 偃师 art. 12 (four kinds); 濮阳 二(九) (refusal is part of the result).
    """
    before = await look(step, pen)
    if kind not in before.kinds.value:
        raise Refused("common.stale")
    wanted = kind not in before.chosen
    if wanted:
        await _result(step, pen, UNCOOPERATIVE, wanted=True)
    if (kind in (await look(step, pen)).chosen) != wanted:  # an earlier choice may have come back
        path = _path((await records.look(step.session, pen)).form, KINDS)
        await records.take(step, pen, Toggle(path, kind))
    after = await look(step, pen)
    if not after.chosen:
        await _result(step, pen, UNCOOPERATIVE, wanted=False)
    return after


async def turn_falsified(step: Step, pen: Pen) -> Hindrance:
    """Say that what was published is untrue, or no longer.

    Source: 濮阳 二(九) (隐瞒真实情况、弄虚作假的，记入检查结果).
    """
    before = await look(step, pen)
    await _result(step, pen, FALSIFIED, wanted=not before.falsified)
    return await look(step, pen)


async def write(step: Step, pen: Pen, *, stopped: bool) -> Work:
    """Go on to the facts and the evidence; when the check was stopped by it, the items are not asked for any more.

    Raises:
        Refused: ``records.hindrance_none`` when nothing was chosen.

    Source: 偃师 art. 12 (做好记录并留取相关证据; 致使抽查工作无法正常进行).
    """
    found = await look(step, pen)
    if not found.any:
        raise Refused("records.hindrance_none")
    form = (await records.look(step.session, pen)).form
    if found.chosen:
        await records.take(step, pen, Give(_path(form, STOPPED), Choice("yes" if stopped else "no")))
    step.record("hindrance.noted", pen.inspection, kinds=sorted(found.chosen), stopped=stopped)
    return await records.take(step, pen, Goto(_path(form, SITUATION)))


async def _result(step: Step, pen: Pen, category: str, *, wanted: bool) -> None:
    work = await records.look(step.session, pen)
    path = _path(work.form, RESULTS)
    held = work.draft.answers.get(path)
    if (isinstance(held, list) and category in held) != wanted:
        await records.take(step, pen, Toggle(path, category))


def _path(form: Form, name: str) -> str:
    for path, question in form.questions.items():
        if question.part == forms.BASE and question.name == name:
            return path
    raise Refused("records.no_hindrance")
