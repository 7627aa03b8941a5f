"""The list under the secret of an attempt: blinded ids, leaves and the root that is committed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from struct import iter_unpack
from typing import NamedTuple

from rules.draw.manifest import BATCH, Manifest
from rules.draw.merkle import fold
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

    def batches(self) -> Iterator[tuple[list[bytes], bytes]]:
        """Lines of the manifest and their blinds, a batch at a time."""
        width = BATCH * BLIND_BYTES
        for number, lines in enumerate(self.manifest.batches()):
            yield lines, self.blinds[number * width : (number + 1) * width]

    def leaves(self) -> Iterator[bytes]:
        """Hashes of the leaves, 32 bytes each, in the order of the list."""
        sha256 = hashlib.sha256
        for lines, blinds in self.batches():
            for line, (blind,) in zip(lines, iter_unpack(f"{BLIND_BYTES}s", blinds), strict=True):
                name, _, rest = line.partition(b"\t")
                yield sha256(b"\x00" + blind + rest + name).digest()


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


def seal(manifest: Manifest, secret: bytes) -> Sealed:
    """Put a manifest under the secret of an attempt.

    Args:
        manifest: the frozen list.
        secret: ``s``, 32 random bytes, new for each attempt.

    Returns:
        Blinded ids and root.

    Raises:
        Refused: ``draw.secret_length``.

    Source: ssj-draw/1, definitions, ``v(id)``, leaf, root.
    """
    keys = pads(secret)
    blinds = BytesIO()
    tops = []
    for lines in manifest.batches():
        some, top = seal_batch(lines, keys)
        blinds.write(some)
        tops.append(top)
    return Sealed(manifest, blinds.getvalue(), fold(tops))


def seal_batch(lines: Sequence[bytes], keys: Pads) -> tuple[bytes, bytes]:
    """Seal some lines: the hot path of a commitment, with nothing shared, so that processes can split it.

    Args:
        lines: one batch of a manifest.
        keys: of the secret.

    Returns:
        The blinds of the lines in order, 16 bytes each, and the root over their leaves, 32 bytes.

    Source: ssj-draw/1, definitions, ``v(id)``, leaf, root.
    """
    sha256 = hashlib.sha256
    inner, outer = keys
    blinds, leaves = [], []
    for line in lines:
        name, _, rest = line.partition(b"\t")  # rest is the stratum and the LF that the leaf wants after it
        blinded = sha256(outer + sha256(inner + name).digest()).digest()[:BLIND_BYTES]
        blinds.append(blinded)
        leaves.append(sha256(b"\x00" + blinded + rest + name).digest())
    return b"".join(blinds), fold(leaves)
