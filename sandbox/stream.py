"""What the phones page hears: every change as it happens, and after a break what was missed."""

import json
from functools import partial
from typing import Any

from aiohttp import web

from sandbox import sight
from sandbox.world import World

_BEAT_SECONDS = 15.0
_RETRY_MS = 500


async def events(request: web.Request, world: World) -> web.StreamResponse:
    """Sends server-sent events until the page goes away.

    Each event is one object: ``generation``, ``revision``, ``bot`` and the ``chats`` that have changed, with the
    messages that have changed in them. Its identifier is ``INSTANCE-GENERATION-REVISION``, so a page that comes
    back gets what it missed; a page from before a reset or a restart gets everything, marked ``whole``.

    Args:
        request: from the page, with ``Last-Event-ID`` if it was here before.
        world: what it looks at.

    Returns:
        The stream.

    Source: HTML Living Standard, «Server-sent events».
    """
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    generation, revision = _place(request.headers.get("Last-Event-ID", ""), world)
    due = True
    while not world.closing:
        if due:
            whole = world.generation != generation or revision == 0
            event = _event(world, 0 if whole else revision, whole=whole)
            generation, revision = world.generation, world.revision
            body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            place = f"{world.instance}-{generation}-{revision}"
            line = f"id: {place}\nretry: {_RETRY_MS}\ndata: {body}\n\n".encode()
        else:
            line = b": \n\n"
        try:
            await response.write(line)
        except ConnectionResetError:
            break  # the page is gone
        due = await world.bell.until(partial(_news, world, generation, revision), _BEAT_SECONDS) is not None
    return response


def _news(world: World, generation: int, revision: int) -> bool | None:
    return world.closing or (world.generation, world.revision) != (generation, revision) or None


def _place(identifier: str, world: World) -> tuple[int, int]:
    here, _, revision = identifier.rpartition("-")
    if here == f"{world.instance}-{world.generation}" and revision.isdecimal():
        return world.generation, min(int(revision), world.revision)
    return world.generation, 0


def _event(world: World, since: int, *, whole: bool) -> dict[str, Any]:
    changed = [who for who in world.people.values() if whole or who.chat.revision > since]
    return {
        "generation": world.generation,
        "revision": world.revision,
        "whole": whole,
        "bot": {"name": world.bot.first_name, "username": world.bot.username},
        "chats": [sight.chat(world, who, since) for who in changed],
    }
