"""Updates are kept before anybody acts on them, and each takes effect once."""

import asyncio
from typing import Any

import pytest

from bot.database import Store
from models.mail import InboxState, InboxUpdate
from rules.errors import Refused
from services import inbox
from services.inbox import TRIES
from tests.conftest import BEGINNING


def _update(number: int, sender: int = 700_001, text: str = "在") -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "from": {"id": sender}, "text": text}}


async def _keep(store: Store, *payloads: dict[str, Any]) -> list[int]:
    async with store.step() as step:
        return await inbox.keep(step, payloads)


async def _claim(store: Store, number: int) -> bool:
    async with store.step() as step:
        return await inbox.claim(step, number)


async def _waiting(store: Store) -> list[int]:
    async with store.reading() as session:
        return [payload["update_id"] for payload in await inbox.waiting(session)]


async def test_an_update_is_kept_as_it_came(store: Store) -> None:
    payload = _update(9_000_000_001, text="𠀋 🎲")
    assert await _keep(store, payload) == [9_000_000_001]

    async with store.step() as step:
        row = await step.get(InboxUpdate, 9_000_000_001)
    assert (row.payload, row.telegram_id, row.received_at) == (payload, 700_001, BEGINNING)
    async with store.reading() as session:
        assert await inbox.waiting(session) == [payload]


async def test_what_telegram_repeats_is_kept_once(store: Store) -> None:
    assert await _keep(store, _update(1), _update(2)) == [1, 2]
    assert await _keep(store, _update(2, text="另一次"), _update(3), _update(3)) == [3]
    assert await _keep(store, _update(1), _update(2), _update(3)) == []
    assert await _keep(store) == []
    assert await _waiting(store) == [1, 2, 3]


async def test_what_a_dead_process_left_behind_comes_in_telegram_s_order(store: Store) -> None:
    await _keep(store, _update(12), _update(3), _update(7))
    assert await _claim(store, 7)
    assert await _waiting(store) == [3, 12]


async def test_an_update_takes_effect_once(store: Store) -> None:
    await _keep(store, _update(1))

    assert await _claim(store, 1)
    assert not await _claim(store, 1)
    assert not await _claim(store, 4711)  # nobody kept it


async def test_of_two_who_claim_an_update_at_once_one_gets_it(store: Store) -> None:
    await _keep(store, _update(1))
    assert sorted(await asyncio.gather(*(_claim(store, 1) for _ in range(4)))) == [False, False, False, True]


async def test_a_claim_whose_effect_broke_is_none(store: Store) -> None:
    await _keep(store, _update(1))

    async def broken() -> None:
        async with store.step() as step:
            assert await inbox.claim(step, 1)
            raise Refused("common.gone")

    with pytest.raises(Refused):
        await broken()
    assert await _waiting(store) == [1]
    assert await _claim(store, 1)


async def test_what_may_pass_is_tried_three_times_and_then_kept_for_a_person(store: Store) -> None:
    await _keep(store, _update(1))
    given_up = []
    for _ in range(TRIES):
        async with store.step() as step:
            given_up.append(await inbox.failed(step, 1, "OperationalError", final=False))

    assert given_up == [False, False, True]
    async with store.step() as step:
        row = await step.get(InboxUpdate, 1)
    assert (row.state, row.failure, row.tries) == (InboxState.FAILED, "OperationalError", 3)
    assert not await _claim(store, 1)


async def test_what_would_break_again_is_given_up_at_once(store: Store) -> None:
    await _keep(store, _update(1))
    async with store.step() as step:
        assert await inbox.failed(step, 1, "KeyError", final=True)
        assert await inbox.failed(step, 4711, "KeyError", final=False)
    assert await _waiting(store) == []


async def test_what_took_effect_meanwhile_has_not_failed(store: Store) -> None:
    await _keep(store, _update(1))
    await _claim(store, 1)
    async with store.step() as step:
        assert await inbox.failed(step, 1, "CancelledError", final=True)
    async with store.reading() as session:
        assert await inbox.counts(session) == {"done": 1}


async def test_updates_are_counted_by_state(store: Store) -> None:
    await _keep(store, *map(_update, range(1, 6)))
    await _claim(store, 1)
    await _claim(store, 2)
    async with store.step() as step:
        await inbox.failed(step, 3, "KeyError", final=True)
    async with store.reading() as session:
        assert await inbox.counts(session) == {"done": 2, "failed": 1, "new": 2}


@pytest.mark.parametrize(
    ("payload", "sender"),
    [
        (_update(1, sender=42), 42),
        ({"update_id": 1, "callback_query": {"id": "1", "from": {"id": 43}}}, 43),
        ({"update_id": 1, "my_chat_member": {"from": {"id": 44}, "chat": {"id": 45}}}, 44),
        ({"update_id": 1, "channel_post": {"message_id": 1}}, None),
        ({"update_id": 1, "message": {"from": None}}, None),
        ({"update_id": 1}, None),
    ],
)
def test_who_sent_an_update_is_seen_in_its_content(payload: dict[str, Any], sender: int | None) -> None:
    assert inbox.sender(payload) == sender
