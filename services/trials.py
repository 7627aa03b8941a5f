"""A form tried in chat before it is used: the ordinary screens, and no record."""

from dataclasses import dataclass

from sqlmodel import col, select

from models.forms import FormTrial
from models.items import CheckForm
from rules.errors import Refused
from rules.forms import reading
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import Unfinished, advance
from rules.forms.event import Completed, Event, Give, Goto, Open, Picture, Raw, Submit
from rules.forms.form import Form
from rules.forms.question import Kind, Question
from rules.forms.repeats import unrolled
from services import records, uses
from services.evidence import Sent
from services.filling import Stand
from services.step import Step


class StaleTrial(Refused):
    """The button belongs to an earlier screen; the current one is shown instead.

    Args:
        trial_id: of which trial.
    """

    def __init__(self, trial_id: int) -> None:
        super().__init__("common.stale")
        self.trial_id = trial_id


@dataclass(frozen=True, slots=True)
class Trying:
    """A trial as it stands; ``services.filling.Filling``.

    Args:
        trial: its row.
        row: the version that is tried.
        form: that version, ready to be asked.
        draft: answers and cursor.
        effects: what the last step did.
    """

    trial: FormTrial
    row: CheckForm
    form: Form
    draft: Draft
    effects: tuple[object, ...] = ()

    @property
    def question(self) -> Question | None:
        """The question on the screen; ``None`` in the review."""
        return self.form.questions.get(self.draft.cursor) if self.draft.cursor else None

    @property
    def inspection(self) -> Stand:
        """What the buttons of its screens name."""
        return Stand(self.trial.id, self.trial.revision)

    @property
    def portion(self) -> Stand:
        """All of it."""
        return self.inspection

    @property
    def completed(self) -> bool:
        """Whether the last step was the end."""
        return any(isinstance(effect, Completed) for effect in self.effects)


async def begin(step: Step, form_id: int) -> Trying:
    """Begin to try a form, or go on with the trial that was left.

    Raises:
        Refused: ``access.role``, ``access.form``.
    """
    row = await uses.of_department(step, form_id)
    account = step.person.account
    query = select(FormTrial).where(
        FormTrial.form_id == row.id, FormTrial.account_id == account.id, col(FormTrial.ended_at).is_(None)
    )
    trial = (await step.session.exec(query.order_by(col(FormTrial.id).desc()))).first()
    if trial is None:
        await _let_go(step)
        trial = FormTrial(
            jurisdiction=row.jurisdiction,
            form_id=row.id,
            account_id=account.id,
            draft=Draft().as_json(),
            begun_at=step.now,
        )
        step.session.add(trial)
        await step.session.flush()
        step.record("form.trial", trial, form=row.id)
    return await _taken(step, await _opened(step, trial), Open())


async def of_tester(step: Step, trial_id: int, revision: int | None = None) -> Trying:
    """Somebody's own trial.

    Args:
        step: the transaction.
        trial_id: which.
        revision: of the screen that was pressed; ``None`` for what was typed or sent.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` when it has ended.
        StaleTrial: the screen was an earlier one.
    """
    trial = await step.get(FormTrial, trial_id, lock=True)
    if trial.account_id != step.person.account.id:
        raise Refused("common.not_yours")
    if trial.ended_at is not None:
        raise Refused("common.not_now")
    if revision is not None and revision != trial.revision:
        raise StaleTrial(trial_id)
    return await _opened(step, trial)


async def press(step: Step, trying: Trying, do: str, argument: str) -> Trying:
    """Do what a button says, as ``services.records.press`` does; also ``submit``, the end of the trial.

    Raises:
        Refused: as there. A trial in which something is missing goes to its question instead of ending.
    """
    if do != "submit":
        return await _taken(step, trying, records.pressed(trying, do, argument, step))
    try:
        trying = await _taken(step, trying, Submit())
    except Unfinished as unfinished:
        return await _taken(step, trying, Goto(unfinished.faults[0].question))
    await _end(step, trying)
    return trying


async def give(step: Step, trying: Trying, raw: Raw) -> Trying:
    """Answer the question on the screen with what was typed or shared."""
    if trying.question is None:
        raise Refused("common.unknown_words")
    return await _taken(step, trying, Give(trying.question.path, raw))


def expected(trying: Trying) -> Refused:
    """What the question on the screen wants, for what it can't take."""
    return Refused("common.unknown_words") if trying.question is None else reading.expected(trying.question)


async def photograph(step: Step, trying: Trying, sent: Sent) -> Trying:
    """Answer with a photo, a recording or a file; it is counted and not kept, and nobody looks for a barcode on it."""
    if trying.question is None or trying.question.kind is Kind.BARCODE:
        raise expected(trying)
    records.require_fitting(trying.question, sent)
    return await give(step, trying, Picture(sent.file_unique_id))


async def _end(step: Step, trying: Trying) -> None:
    trial, row = trying.trial, await step.get(CheckForm, trying.row.id, lock=True)
    trial.ended_at, trial.completed = step.now, True
    trial.draft = Draft(cursor=REVIEW).as_json()
    row.tried_at = row.tried_at or step.now
    step.session.add_all([trial, row])
    step.record("form.tried", trial, form=row.id, sha256=row.sha256)


async def _let_go(step: Step) -> None:
    """End what somebody left open of other forms: what was typed in a trial is not kept."""
    query = select(FormTrial).where(
        FormTrial.account_id == step.person.account.id, col(FormTrial.ended_at).is_(None)
    )
    for trial in (await step.session.exec(query)).all():
        trial.ended_at, trial.draft = step.now, Draft(cursor=REVIEW).as_json()
        step.session.add(trial)
        step.record("form.trial_left", trial, form=trial.form_id)


async def _opened(step: Step, trial: FormTrial) -> Trying:
    row = await step.get(CheckForm, trial.form_id)
    draft = Draft.from_json(trial.draft)
    return Trying(trial, row, unrolled(uses.loaded(row), draft.answers), draft)


async def _taken(step: Step, trying: Trying, event: Event) -> Trying:
    came = advance(trying.form, trying.draft, event, step.now, step.person.account.name)
    trial = trying.trial
    trial.draft = came.draft.as_json()
    trial.revision += 1
    step.session.add(trial)
    form = unrolled(trying.form, came.draft.answers)
    return Trying(trial, trying.row, form, came.draft, came.effects)
