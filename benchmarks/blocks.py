"""The floor under a draw: as many blocks of SHA-256 as it needs, one after the other, in C and with nothing around them."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from benchmarks.measure import Work

BLOCKS: Mapping[str, int] = {
    "v, inner hash": 1,  # the key's block is hashed once for all
    "v, outer hash": 1,  # likewise
    "leaf": 1,  # at most 55 bytes
    "node above": 2,  # 65 bytes; there are as many nodes as leaves but one
    "ticket": 1,  # 48 bytes
}
"""Blocks of 64 bytes that each candidate needs."""

THREADS = 2
_BUFFER = 1 << 20


def hashing(number: int) -> Work:
    """So many blocks on two threads; ``hashlib`` lets go of the interpreter for a buffer of this size.

    Args:
        number: of candidates.
    """
    buffer = bytes(_BUFFER)
    rounds = -(-number * sum(BLOCKS.values()) * 64 // _BUFFER // THREADS)

    def one(_: int) -> bytes:
        whole = hashlib.sha256()
        for _ in range(rounds):
            whole.update(buffer)
        return whole.digest()

    def hash_all() -> object:
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(one, range(THREADS)))

    return hash_all
