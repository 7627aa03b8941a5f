"""Where work is done that only computes, so that a big list holds nobody else up."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from rules.draw.piece import Spread
from services.workers import processes, processors

IN_PLACE = 2_000
"""Rows up to which it takes a few milliseconds, and a thread of its own is not worth it."""

SHARED = 250_000
"""Rows from which starting processes, about a fifth of a second, is less than what they save."""

MOST = 8
"""Processes at most: each holds a few pieces of the list, and one has to feed them all."""

Made = TypeVar("Made")


async def apart(work: Callable[[Spread], Made], size: int) -> Made:
    """Compute while others go on: a short list in place, a longer one in a thread, a big one in processes too.

    Args:
        work: is given who does it piece by piece; touches no session and no row.
        size: of the list, in rows.

    Returns:
        What the work returns; the same wherever it was done.
    """
    if size <= IN_PLACE:
        return work(map)
    return await asyncio.to_thread(_shared, work, size)


def _shared(work: Callable[[Spread], Made], size: int) -> Made:
    with processes(min(processors(), MOST) if size >= SHARED else 1) as spread:
        return work(spread)
