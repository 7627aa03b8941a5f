"""What kind of task it is, what set it off, and whether who was drawn this year may be drawn again; each with its reason."""

from collections.abc import Sequence
from datetime import date

from models.items import CheckItem
from models.tasks import Task, TaskState
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import AssignmentMode, ItemClass, TaskKind, Trigger, YearRule
from rules.reasons import REASON_LENGTH
from rules.strata import Occasion, strata_of
from services import scopes, tasks
from services.step import Step

WORDS_LENGTH = range(2, 101)
"""Characters of a source or a reference."""


async def set_kind(step: Step, profile: Profile, task_id: int, kind: TaskKind) -> Task:
    """Choose the kind of a draft; what the earlier kind alone needed goes.

    Raises:
        Refused: ``tasks.kind_unknown`` by the profile.

    Source: 五原 art. 2, 8; 偃师 art. 2, 8; 邢台 三(三).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    if kind not in profile.tasks.kinds.value:
        raise Refused("tasks.kind_unknown")
    if kind is TaskKind.UNTARGETED:
        for field in scopes.FIELDS.values():
            setattr(task, field, [])
    if kind is not TaskKind.TRIGGERED and not profile.tasks.trigger_required.value:
        _drop_trigger(task)
    if kind is not TaskKind.SPECIAL:
        task.kind_reason = None
    _become(profile, task, kind)
    step.record("task.kind", task, chosen=kind)
    return tasks.touched(step, task)


async def set_special_reason(step: Step, task_id: int, text: str) -> Task:
    """Why an inspection is a special one, outside draws and quotas: the order or the law that asks for it.

    Raises:
        Refused: ``tasks.reason_length``; ``common.not_now`` for any other task.

    Source: 五原 art. 2.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    if task.kind is not TaskKind.SPECIAL:
        raise Refused("common.not_now")
    task.kind_reason = _reason(text)
    return tasks.touched(step, task)


async def set_trigger(step: Step, profile: Profile, task_id: int, trigger: Trigger | None) -> Task:
    """Say what set the task off; without a trigger it comes from the plan. Its source, date and reference follow.

    Raises:
        Refused: ``tasks.trigger_required``, ``tasks.trigger_unknown`` by the profile.

    Source: 偃师 art. 2, 8 (a triggered task may be targeted or not); 濮阳 二(六); 五原 art. 14.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    if trigger is None and profile.tasks.trigger_required.value:
        raise Refused("tasks.trigger_required")
    if trigger is not None and trigger not in profile.tasks.triggers.value:
        raise Refused("tasks.trigger_unknown")
    if trigger is not task.trigger:
        _drop_trigger(task)
    task.trigger = trigger
    if trigger is None and task.kind is TaskKind.TRIGGERED:
        _become(profile, task, TaskKind.TARGETED if scopes.scope_of(task) else TaskKind.UNTARGETED)
    elif trigger is not None and not profile.tasks.trigger_required.value:
        task.kind_reason = None
        _become(profile, task, TaskKind.TRIGGERED)
    return tasks.touched(step, task)


async def set_trigger_source(step: Step, task_id: int, text: str) -> Task:
    """From where the trigger came: a hotline, a body that referred it.

    Raises:
        Refused: ``tasks.no_trigger``, ``tasks.words_length``.

    Source: 偃师 art. 2.
    """
    task = await _triggered(step, task_id)
    task.trigger_source = _words(text)
    return tasks.touched(step, task)


async def set_trigger_day(step: Step, task_id: int, day: date) -> Task:
    """On which day it came.

    Raises:
        Refused: ``tasks.no_trigger``; ``tasks.trigger_future`` for a day that is still to come.
    """
    task = await _triggered(step, task_id)
    if day > step.today:
        raise Refused("tasks.trigger_future")
    task.trigger_on = day
    return tasks.touched(step, task)


async def set_trigger_reference(step: Step, task_id: int, text: str) -> Task:
    """Under which number it can be found again.

    Raises:
        Refused: ``tasks.no_trigger``, ``tasks.words_length``.
    """
    task = await _triggered(step, task_id)
    task.trigger_reference = _words(text)
    return tasks.touched(step, task)


async def lift_year(step: Step, profile: Profile, task_id: int, reason: str) -> Task:
    """Let who was drawn this year be drawn again: only for the triggers that the document names, and with a reason.

    Raises:
        Refused: ``tasks.year_no_rule`` where nobody is excluded anyway; ``tasks.year_always`` where nothing overrides
            it; ``tasks.year_no_exception`` without such a trigger; ``tasks.reason_length``.

    Source: 濮阳 二(六).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    rule = profile.exclusion.year_rule.value
    if rule is YearRule.NONE:
        raise Refused("tasks.year_no_rule")
    if rule is YearRule.ALWAYS:
        raise Refused("tasks.year_always")
    if task.trigger not in profile.exclusion.exceptions.value:
        raise Refused("tasks.year_no_exception")
    task.year_reason = _reason(reason)
    step.record("task.year_lifted", task, trigger=task.trigger)
    return tasks.touched(step, task)


async def keep_year(step: Step, task_id: int) -> Task:
    """Exclude again who was drawn this year."""
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    task.year_reason = None
    return tasks.touched(step, task)


def require_ready(profile: Profile, task: Task, items: Sequence[CheckItem]) -> None:
    """Refuse a task that lacks what its kind needs.

    Raises:
        Refused: ``tasks.no_items``; ``tasks.kind_unknown``; ``tasks.trigger_missing``, ``tasks.trigger_details``;
            ``tasks.no_scope``; ``tasks.special_reason``; ``tasks.batch_general``.

    Source: 濮阳 二(七) (items first); 偃师 art. 2, 8; 五原 art. 2, 8.
    """
    if not items:
        raise Refused("tasks.no_items")
    if task.kind not in profile.tasks.kinds.value:
        raise Refused("tasks.kind_unknown")
    if task.trigger is None and (task.kind is TaskKind.TRIGGERED or profile.tasks.trigger_required.value):
        raise Refused("tasks.trigger_missing")
    if task.trigger is not None and not (task.trigger_source and task.trigger_on and task.trigger_reference):
        raise Refused("tasks.trigger_details")
    if task.kind is TaskKind.TARGETED and not scopes.scope_of(task):
        raise Refused("tasks.no_scope")
    if task.kind is TaskKind.SPECIAL and not task.kind_reason:
        raise Refused("tasks.special_reason")
    if task.kind is TaskKind.BATCH_ORDER:
        general = next((item for item in items if item.item_class is not ItemClass.KEY), None)
        if general is not None:
            raise Refused("tasks.batch_general", item=general.sub_name or general.name)


def _become(profile: Profile, task: Task, kind: TaskKind) -> None:
    before, after = strata_of(profile, Occasion(task.kind)), strata_of(profile, Occasion(kind))
    if before != after or TaskKind.BATCH_ORDER in {task.kind, kind}:
        task.ratios, task.numbers = {}, {}
    task.kind = kind
    if task.mode is AssignmentMode.DIRECT and kind not in profile.inspectors.direct_for.value:
        task.mode, task.mode_reason, task.named = None, None, []


def _drop_trigger(task: Task) -> None:
    task.trigger = task.trigger_source = task.trigger_on = task.trigger_reference = None
    task.year_reason = None


async def _triggered(step: Step, task_id: int) -> Task:
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    if task.trigger is None:
        raise Refused("tasks.no_trigger")
    return task


def _words(text: str) -> str:
    words = " ".join(text.split())
    if len(words) not in WORDS_LENGTH:
        raise Refused("tasks.words_length")
    return words


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    return reason
