"""The subject's signature, in chat: a link to the page for it, a photo of the paper, or the reason why there is none."""

from collections.abc import Callable

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import Writes
from handlers.presses import Press, Pressed, SignPress
from handlers.records import Pictures, sent_of
from handlers.reply import Reply, answer, say
from handlers.writing import Writing
from models.results import Result
from rules.errors import Refused
from rules.profile.terms import Need, Signer
from rules.reasons import REASON_LENGTH
from services import notices, signatures, visits
from services.step import Step
from templates.phrases import unsigned_reasons
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="signatures")


@router.callback_query(Pressed(SignPress, "open"))
async def opened(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """How the record stands with its signature, and what can be done."""
    await state.set_state(None)
    return answer(query, await _screen(step, press.key))


@router.callback_query(Pressed(SignPress, "phone"))
async def linked(query: CallbackQuery, press: Press, step: Step, public_url: str) -> Reply:
    """A link to the page for signing."""
    result, known, profile = await signatures.of_inspector(step, press.key)
    token = await signatures.link(step, press.key)
    message = render(
        "signature_link",
        case=known,
        result=result,
        signers=profile.signature.signers.value,
        address=f"{public_url}/s/{token}",
        hours=int(signatures.LINK_LASTS.total_seconds() // 3600),
    )
    return answer(query, message)


@router.callback_query(Pressed(SignPress, "paper"))
async def chose_paper(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """On paper: by whom? Where only one may sign, nobody is asked."""
    _, _, profile = await signatures.of_inspector(step, press.key)
    signers = profile.signature.signers.value
    if len(signers) == 1:
        return await _await_page(query, step, state, press.key, signers[0])
    return answer(query, await _paper(step, press.key))


@router.callback_query(Pressed(SignPress, "role"))
async def chose_signer(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """By this one; now the photo."""
    _, _, profile = await signatures.of_inspector(step, press.key)
    signers = profile.signature.signers.value
    if press.page >= len(signers):
        raise Refused("common.stale")
    return await _await_page(query, step, state, press.key, signers[press.page])


@router.message(StateFilter(Writing.signature_page), Pictures())
async def photographed(message: Message, step: Step, state: FSMContext, behind: Callable[[], int]) -> Reply:
    """A page of the signed paper; of several that arrive together only the last is answered."""
    data = await state.get_data()
    signer = Signer(data["signer"])
    _, pages = await signatures.photograph(step, data["result"], signer, sent_of(message))
    if message.media_group_id is not None and behind() > 0:
        return []
    return [say(message.chat.id, await _paper(step, data["result"], signer, pages))]


@router.message(StateFilter(Writing.signature_page), Writes())
async def wrote_instead(_message: Message) -> Reply:
    """Words are no photo."""
    raise Refused("signatures.page")


@router.callback_query(Pressed(SignPress, "none"))
async def asked_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Nobody signs: why? Usual reasons are buttons."""
    result, known, _ = await signatures.of_inspector(step, press.key)
    await state.set_state(Writing.signature_why)
    await state.set_data({"result": press.key})
    return answer(query, render("signature_why", case=known, result=result, reasons=unsigned_reasons()))


@router.callback_query(Pressed(SignPress, "why"))
async def chose_why(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """A usual reason was pressed."""
    reasons = unsigned_reasons()
    if press.page >= len(reasons):
        raise Refused("common.stale")
    return answer(query, await _ask_witness(step, state, press.key, reasons[press.page]))


@router.message(StateFilter(Writing.signature_why), Writes())
async def wrote_why(message: Message, step: Step, state: FSMContext) -> Reply:
    """The reason in the inspector's own words."""
    data = await state.get_data()
    reason = (message.text or "").strip()
    if len(reason) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    return [say(message.chat.id, await _ask_witness(step, state, data["result"], reason))]


@router.callback_query(Pressed(SignPress, "alone"))
async def without_witness(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Nobody saw it."""
    data = await state.get_data()
    if await state.get_state() != Writing.signature_witness or data.get("result") != press.key:
        raise Refused("common.stale_press")
    await signatures.go_without(step, press.key, data["reason"])
    await state.set_state(None)
    return answer(query, await _screen(step, press.key))


@router.message(StateFilter(Writing.signature_witness), Writes())
async def named_witness(message: Message, step: Step, state: FSMContext) -> Reply:
    """Who saw it."""
    data = await state.get_data()
    await signatures.go_without(step, data["result"], data["reason"], message.text)
    await state.set_state(None)
    return [say(message.chat.id, await _screen(step, data["result"]))]


async def _await_page(
    query: CallbackQuery, step: Step, state: FSMContext, result_id: int, signer: Signer
) -> Reply:
    await state.set_state(Writing.signature_page)
    await state.set_data({"result": result_id, "signer": signer.value})
    return answer(query, await _paper(step, result_id, signer))


async def _ask_witness(step: Step, state: FSMContext, result_id: int, reason: str) -> Rendered:
    result, known, profile = await signatures.of_inspector(step, result_id)
    witness = profile.signature.witness.value
    if witness is Need.NONE:
        await signatures.go_without(step, result_id, reason)
        await state.set_state(None)
        return await _screen(step, result_id)
    await state.set_state(Writing.signature_witness)
    await state.set_data({"result": result_id, "reason": reason})
    optional = witness is Need.OPTIONAL
    return render("signature_witness", case=known, result=result, reason=reason, optional=optional)


async def _paper(step: Step, result_id: int, signer: Signer | None = None, pages: int = 0) -> Rendered:
    result, known, profile = await signatures.of_inspector(step, result_id)
    signers = profile.signature.signers.value
    return render("signature_paper", case=known, result=result, signers=signers, signer=signer, pages=pages)


async def _screen(step: Step, result_id: int) -> Rendered:
    result = await step.get(Result, result_id)
    await visits.place_of(step.session, step.person, result.inspection_id)
    known = await notices.case(step.session, result.inspection_id)
    signed = await signatures.standing(step.session, result)
    return render("signature", case=known, result=result, signed=signed)
