"""The list under the secret of an attempt: blinded ids, leaves and the root that is committed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from struct import unpack
from typing import NamedTuple

from rules.draw.manifest import Manifest
from rules.draw.merkle import fold
from rules.draw.piece import LINES, Spread, columns
from rules.errors import Refused

SECRET_BYTES = 32
BLIND_BYTES = 16


class Pads(NamedTuple):
    """The two key blocks of HMAC-SHA256, made once an attempt instead of once a candidate.

    Args:
        inner: 64 bytes.
        outer: 64 bytes.
    """

    inner: bytes
    outer: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A manifest under a secret.

    Args:
        manifest: the list.
        blinds: ``v`` of every candidate, 16 bytes each, in the order of the list. Whoever has them can compute
            every ticket once ``E`` is known, so they are as secret as ``s``.
        root: Merkle root over the leaves, 32 bytes.
    """

    manifest: Manifest
    blinds: bytes = field(repr=False)
    root: bytes

    def pieces(self) -> Iterator[tuple[bytes, bytes]]:
        """Lines of the manifest and their blinds, a piece at a time."""
        width = LINES * BLIND_BYTES
        for number, piece in enumerate(self.manifest.pieces()):
            yield piece, self.blinds[number * width : (number + 1) * width]

    def leaves(self) -> Iterator[bytes]:
        """Hashes of the leaves, 32 bytes each, in the order of the list."""
        sha256 = hashlib.sha256
        for piece, blinds in self.pieces():
            for name, stratum, blinded in zip(*rows(piece), parted(blinds), strict=True):
                yield sha256(b"\x00" + blinded + stratum + b"\n" + name).digest()


def pads(secret: bytes) -> Pads:
    """The key blocks of a secret.

    Args:
        secret: ``s``, 32 bytes.

    Returns:
        The secret, filled with zeros to a block, xored with the two constants of HMAC.

    Raises:
        Refused: ``draw.secret_length``.

    Source: RFC 2104, 2.
    """
    if len(secret) != SECRET_BYTES:
        raise Refused("draw.secret_length", expected=SECRET_BYTES, found=len(secret))
    block = secret.ljust(64, b"\x00")
    return Pads(bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block))


def blind(candidate: str, keys: Pads) -> bytes:
    """``v(id)``.

    Args:
        candidate: canonical id.
        keys: of the secret, see :func:`pads`.

    Returns:
        16 bytes.

    Source: ssj-draw/1, definitions, ``v(id)``.
    """
    inner = hashlib.sha256(keys.inner + candidate.encode()).digest()
    return hashlib.sha256(keys.outer + inner).digest()[:BLIND_BYTES]


def leaf(candidate: str, stratum: str, blinded: bytes) -> bytes:
    """The leaf of one candidate.

    Args:
        candidate: canonical id.
        stratum: its stratum.
        blinded: its ``v``, 16 bytes.

    Returns:
        32 bytes.

    Source: ssj-draw/1, definitions, leaf.
    """
    return hashlib.sha256(b"\x00" + blinded + f"{stratum}\n{candidate}".encode()).digest()


def seal(manifest: Manifest, secret: bytes, spread: Spread = map) -> Sealed:
    """Put a manifest under the secret of an attempt.

    Args:
        manifest: the frozen list.
        secret: ``s``, 32 random bytes, new for each attempt.
        spread: who does the work, piece by piece.

    Returns:
        Blinded ids and root.

    Raises:
        Refused: ``draw.secret_length``.

    Source: ssj-draw/1, definitions, ``v(id)``, leaf, root.
    """
    blinds = BytesIO()
    tops = []
    for some, top in spread(partial(seal_piece, pads(secret)), manifest.pieces()):
        blinds.write(some)
        tops.append(top)
    return Sealed(manifest, blinds.getvalue(), fold(tops))


def seal_piece(keys: Pads, piece: bytes) -> tuple[bytes, bytes]:
    """Seal some lines: the hot path of a commitment, with nothing shared.

    Args:
        keys: of the secret.
        piece: of a manifest.

    Returns:
        The blinds of the lines in order, 16 bytes each, and the root over their leaves, 32 bytes.

    Source: ssj-draw/1, definitions, ``v(id)``, leaf, root.
    """
    # Copying a hash that has begun costs less than beginning anew, and its first block is not hashed again.
    inner, outer = (hashlib.sha256(key).copy for key in keys)
    leaf_ = hashlib.sha256(b"\x00").copy
    blinds, leaves = [], []
    for name, stratum in zip(*rows(piece), strict=True):
        one = inner()
        one.update(name)
        two = outer()
        two.update(one.digest())
        blinded = two.digest()[:BLIND_BYTES]
        blinds.append(blinded)
        three = leaf_()
        three.update(blinded + stratum + b"\n" + name)
        leaves.append(three.digest())
    return b"".join(blinds), fold(leaves)


def rows(piece: bytes) -> tuple[list[bytes], list[bytes]]:
    """Ids and strata of a piece of a manifest, which has been checked.

    Args:
        piece: of a manifest.

    Raises:
        ValueError: it is of none.
    """
    found = columns(piece)
    if found is None:
        raise ValueError("a manifest has one TAB in each line")
    return found


def parted(blinds: bytes) -> tuple[bytes, ...]:
    """Blinds one by one.

    Args:
        blinds: 16 bytes each.
    """
    return unpack(f"{BLIND_BYTES}s" * (len(blinds) // BLIND_BYTES), blinds)
