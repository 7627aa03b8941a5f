"""Proof for a company, in chat: the inspector shows a link during the visit, the coordinator makes one for whoever asks."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.presses import Press, Pressed, TaskPress, VisitPress
from handlers.reply import Reply, answer, say, toast
from handlers.writing import Writing
from models.tasks import Task
from services import links, notices, tasks
from services.links import Made
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="proofs")


@router.callback_query(Pressed(VisitPress, "proof"))
async def shown(query: CallbackQuery, press: Press, step: Step, public_url: str) -> Reply:
    """The link of the company that is being visited: a message of its own, so that a draft's screen stays."""
    made = await links.for_visit(step, press.key)
    known = await notices.case(step.session, press.key)
    message = _link(made, public_url, thin=known.thin, begun=True)
    return [toast(query), say(query.from_user.id, message)]


@router.callback_query(Pressed(TaskPress, "asks"))
async def asked_whom(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A company asks whether it was in the list: which one?"""
    await tasks.led(step, press.key)
    await state.set_state(Writing.asking)
    await state.set_data({"task": press.key})
    return answer(query, render("proof_asks", found=None, task_id=press.key))


@router.message(StateFilter(Writing.asking), Writes())
async def named(message: Message, step: Step, state: FSMContext) -> Reply:
    """Its name, a part of it, or its code."""
    task_id = (await state.get_data())["task"]
    found = await links.asked(step, task_id, message.text or "")
    return [say(message.chat.id, render("proof_asks", found=found, task_id=task_id))]


@router.callback_query(Pressed(TaskPress, "proves"))
async def proved(query: CallbackQuery, press: Press, step: Step, state: FSMContext, public_url: str) -> Reply:
    """A link for this one."""
    subject = int(press.argument) if press.argument.isdecimal() else 0
    made = await links.for_subject(step, press.key, subject)
    await state.set_state(None)
    task = await step.get(Task, press.key)
    return answer(query, _link(made, public_url, task=task))


def _link(
    made: Made, public_url: str, *, thin: bool = False, begun: bool = False, task: Task | None = None
) -> Rendered:
    return render(
        "proof_link",
        made=made,
        address=made.address(public_url),
        thin=thin,
        begun=begun,
        task_id=task.id if task else None,
    )
