"""Guidance and questions during a check: what the item list says of an item, and what its department answers."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import drafts, paging
from handlers.filters import Writes
from handlers.presses import AskPress, Press, Pressed
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from services import inquiries, records
from services.step import Step
from templates.render import render

router = Router(name="inquiries")


@router.callback_query(Pressed(AskPress, "guide"))
async def guided(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Content, method and requirement of an item, and what was asked about it."""
    known = await inquiries.guidance(step, press.key, paging.number(press.argument))
    return answer(query, render("guidance", known=known, inspection_id=press.key))


@router.callback_query(Pressed(AskPress, "ask"))
async def asking(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """What is the question?"""
    known = await inquiries.guidance(step, press.key, paging.number(press.argument))
    await state.set_state(Writing.inquiry)
    await state.set_data({"inspection": press.key, "item": known.item.id})
    return answer(query, render("inquiry_what", known=known, inspection_id=press.key))


@router.message(StateFilter(Writing.inquiry), Writes())
async def asked(message: Message, step: Step, state: FSMContext) -> Reply:
    """It is on its way; the record goes on where it was."""
    data = await state.get_data()
    await inquiries.ask(step, data["inspection"], data["item"], message.text or "")
    inspection = await records.of_recorder(step, data["inspection"])
    shown = await drafts.opened(message, step, state, inspection)
    return [say(message.chat.id, render("inquiry_sent")), *shown]


@router.callback_query(Pressed(AskPress, "answer"))
async def answering(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The question in full, and the next words are the answer."""
    found = await inquiries.of_department(step, press.key)
    if found.inquiry.answered_at is None:
        await state.set_state(Writing.inquiry_answer)
        await state.set_data({"inquiry": press.key})
    return answer(query, render("inquiry_asked", asked=found, opened=True))


@router.message(StateFilter(Writing.inquiry_answer), Writes())
async def answered(message: Message, step: Step, state: FSMContext) -> Reply:
    """The answer goes to whoever asked."""
    data = await state.get_data()
    found = await inquiries.answer(step, data["inquiry"], message.text or "")
    await state.set_state(None)
    return [say(message.chat.id, render("inquiry_done", asked=found))]
