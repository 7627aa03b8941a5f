"""How many of each stratum a draft draws: a ratio, a number, or what the profile proposes."""

from models.tasks import Task, TaskState
from rules.draw.quota import Number
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import TaskKind
from rules.ratios import require_target
from rules.strata import rule_of
from rules.targets import target
from services import pools, tasks
from services.step import Step


async def set_share(step: Step, profile: Profile, task_id: int, stratum: str, wanted: int | Number) -> Task:
    """Set the ratio or the number of a stratum, within the bounds that the profile and the items give it.

    Args:
        step: the transaction.
        profile: whose bounds hold.
        task_id: the draft.
        stratum: as the commit text will have it.
        wanted: basis points, or a number.

    Raises:
        Refused: ``ratios.unknown_stratum``; ``tasks.stratum_empty`` when the scope has nobody there; ``tasks.batch_all``
            for a batch order; as :func:`rules.ratios.require_target`.

    Source: 濮阳 二(六); 五原 art. 8; 示范区 五.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    if task.kind is TaskKind.BATCH_ORDER:
        raise Refused("tasks.batch_all")
    rule = rule_of(profile, stratum, await pools.occasion_of(step.session, profile, task))
    known = await pools.survey(step.session, profile, task, step.today)
    base = next((one.quota.base for one in known.strata if one.name == stratum), 0)
    if not base:
        raise Refused("tasks.stratum_empty", stratum=stratum)
    require_target(rule, base, wanted)
    _forget(task, stratum)
    if isinstance(wanted, Number):
        task.numbers = {**task.numbers, stratum: wanted.count}
    else:
        task.ratios = {**task.ratios, stratum: wanted}
    return tasks.touched(step, task)


async def write_share(step: Step, profile: Profile, task_id: int, stratum: str, text: str) -> Task:
    """The same, typed: ``3%``, ``0.5%``, ``12户``; refused as :func:`rules.targets.target` too."""
    return await set_share(step, profile, task_id, stratum, target(text))


async def forget_share(step: Step, task_id: int, stratum: str) -> Task:
    """Back to what the profile proposes for a stratum."""
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    _forget(task, stratum)
    return tasks.touched(step, task)


def _forget(task: Task, stratum: str) -> None:
    task.ratios = {name: ratio for name, ratio in task.ratios.items() if name != stratum}
    task.numbers = {name: number for name, number in task.numbers.items() if name != stratum}
