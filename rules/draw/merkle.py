"""The Merkle tree of RFC 6962 over hashes of leaves."""

import hashlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import islice

_BATCH = 4096  # a power of two, so that every batch but the last is a whole subtree
_EMPTY = hashlib.sha256(b"").digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over nodes of one level, all at hand.

    RFC 6962 splits a list at the largest power of two below its length. Pairing neighbours level by level and
    carrying an odd last node up unchanged is the same tree without recursion.

    Args:
        hashes: 32 bytes each.

    Returns:
        32 bytes; ``H("")`` of no nodes.

    Source: RFC 6962, 2.1.
    """
    if not hashes:
        return _EMPTY
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over a stream of leaves, of which only a batch is held.

    Args:
        leaves: hashes of the leaves, 32 bytes each, in order.

    Returns:
        32 bytes; ``H("")`` of no leaves.

    Source: RFC 6962, 2.1.
    """
    stream = iter(leaves)
    tops = []
    while batch := list(islice(stream, _BATCH)):
        tops.append(fold(batch))
    return fold(tops)


class Tree:
    """A tree that is kept, for the paths of several leaves.

    Args:
        leaves: hashes of the leaves, 32 bytes each, in order. About 64 bytes a leaf are held.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = list(leaves)
        self._levels = [_packed(level)]
        while len(level) > 1:
            level = _above(level)
            self._levels.append(_packed(level))

    def path(self, index: int) -> tuple[bytes, ...]:
        """The siblings from a leaf up to the root.

        Args:
            index: which leaf, from 0.

        Returns:
            The audit path, lowest first, 32 bytes each.

        Raises:
            IndexError: no such leaf.

        Source: RFC 6962, 2.1.1.
        """
        if not 0 <= index < len(self._levels[0]) // 32:
            raise IndexError(index)
        siblings = []
        for level in self._levels[:-1]:
            start = (index ^ 1) * 32
            sibling = level[start : start + 32]
            if sibling:  # an odd last node has none and is carried up
                siblings.append(sibling)
            index >>= 1
        return tuple(siblings)


def climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to.

    Args:
        leaf: hash of the leaf, 32 bytes.
        index: its place, from 0.
        size: leaves of the whole tree.
        path: siblings, lowest first, 32 bytes each.

    Returns:
        The root, or None if a tree of this size has no such path.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size or any(len(sibling) != 32 for sibling in path):
        return None
    node, place, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not place % 2 and place:
                place >>= 1
                last >>= 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        place >>= 1
        last >>= 1
    return node if last == 0 else None


def _above(level: list[bytes]) -> list[bytes]:
    node = hashlib.sha256(b"\x01").copy  # copying costs less than beginning anew
    neighbours = iter(level)
    above = []
    for left, right in zip(neighbours, neighbours, strict=False):  # an odd last one is carried up
        made = node()
        made.update(left + right)
        above.append(made.digest())
    if len(level) % 2:
        above.append(level[-1])
    return above


def _packed(level: list[bytes]) -> bytes:
    column = BytesIO()
    column.writelines(level)  # b"".join would hold 80 bytes more a node while it works
    return column.getvalue()
