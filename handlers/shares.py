"""How many of each stratum a draft draws: the usual ratios as buttons, anything else typed."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.paging import number
from handlers.planning import surveyed
from handlers.presses import Press, Pressed, TaskPress
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.tasks import Task, TaskState
from rules.errors import Refused
from rules.profile.terms import TaskKind
from rules.ratios import Outcome, judge
from services import profiles, shares, tasks
from services.pools import Survey
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="shares")

RATIOS = (100, 300, 500, 1000, 2000, 5000, 10000)
"""Basis points that the buttons offer, as far as the bounds of the stratum allow them."""


@router.callback_query(Pressed(TaskPress, "ratios"))
async def chooses_stratum(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Every stratum; the one that there is, at once."""
    await state.set_state(None)
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, await _all(step, state, task))


@router.callback_query(Pressed(TaskPress, "share"))
async def chooses_ratio(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """One stratum, with the usual ratios as buttons."""
    task = await tasks.led(step, press.key, TaskState.DRAFT)
    return answer(query, await _one(step, state, task, press.argument))


@router.callback_query(Pressed(TaskPress, "ratio"))
async def chose_ratio(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A ratio for a stratum."""
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    stratum, _, basis_points = press.argument.partition("=")
    task = await shares.set_share(step, profile, press.key, stratum, number(basis_points))
    return answer(query, await _one(step, state, task, stratum))


@router.message(StateFilter(Writing.task_share), Writes())
async def wrote_share(message: Message, step: Step, state: FSMContext) -> Reply:
    """A ratio or a number, typed."""
    data = await state.get_data()
    profile = await profiles.of(step.session, step.person.account.jurisdiction)
    task = await shares.write_share(step, profile, data["task"], data["stratum"], message.text or "")
    return [say(message.chat.id, await _one(step, state, task, data["stratum"]))]


@router.callback_query(Pressed(TaskPress, "unshare"))
async def forgot_share(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What the profile proposes."""
    task = await shares.forget_share(step, press.key, press.argument)
    return answer(query, await _all(step, state, task))


async def _all(step: Step, state: FSMContext, task: Task) -> Rendered:
    known = await surveyed(step, task)
    survey: Survey = known["survey"]
    there = [one.name for one in survey.strata]
    empty = sorted({*task.ratios, *task.numbers} - set(there))
    if len(there) == 1 and not empty and task.kind is not TaskKind.BATCH_ORDER:
        return await _one(step, state, task, there[0])
    return render("task_ratios", known, empty=empty)


async def _one(step: Step, state: FSMContext, task: Task, stratum: str) -> Rendered:
    known = await surveyed(step, task)
    survey: Survey = known["survey"]
    one = next((one for one in survey.strata if one.name == stratum), None)
    if one is None:
        raise Refused("common.stale")
    await state.set_state(Writing.task_share)
    await state.set_data({"task": task.id, "stratum": stratum})
    usual = {*RATIOS, one.rule.min_bp, one.rule.max_bp, one.rule.default_bp} - {0}
    offered = sorted(bp for bp in usual if judge(one.rule, bp).outcome is not Outcome.REFUSE)
    by_hand = stratum in task.ratios or stratum in task.numbers
    more = {"offered": offered, "set_by_hand": by_hand, "several": len(survey.strata) > 1}
    return render("task_share", known, one=one, **more)
