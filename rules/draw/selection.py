"""Tickets: who is drawn, and who comes next."""

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from struct import iter_unpack

from rules.draw.quota import check_quotas
from rules.draw.sealing import BLIND_BYTES, Sealed
from rules.errors import Refused

ENTROPY_BYTES = 32
_HIGHEST = b"\xff" * (ENTROPY_BYTES + 1)  # above every entry: no byte of UTF-8 is 0xff


@dataclass(frozen=True, slots=True)
class Pick:
    """One candidate and the ticket that put it where it is.

    Args:
        id: canonical id.
        ticket: 32 bytes.
    """

    id: str
    ticket: bytes


@dataclass(frozen=True, slots=True)
class Selection:
    """What chance did in one stratum.

    Args:
        stratum: its name.
        selected: those drawn, in ticket order.
        substitutes: the next ones, in ticket order, as many as were asked for and are there.
    """

    stratum: str
    selected: tuple[Pick, ...]
    substitutes: tuple[Pick, ...]

    @property
    def cutoff(self) -> bytes | None:
        """The largest ticket that was drawn, 32 bytes; None if the quota is 0."""
        return self.selected[-1].ticket if self.selected else None


def ticket(entropy: bytes, blinded: bytes) -> bytes:
    """The ticket of one candidate.

    Args:
        entropy: ``E``, 32 bytes.
        blinded: ``v`` of the candidate, 16 bytes.

    Returns:
        32 bytes.

    Source: ssj-draw/1, definitions, ticket.
    """
    return hashlib.sha256(entropy + blinded).digest()


def select(
    sealed: Sealed, entropy: bytes, quotas: Mapping[str, int], substitutes: int = 0
) -> tuple[Selection, ...]:
    """Draw.

    Args:
        sealed: the list under the secret.
        entropy: ``E``, 32 bytes.
        quotas: how many of each stratum.
        substitutes: how many of the next ones to name in each stratum, 0 or more.

    Returns:
        One selection a stratum with a quota, ascending by the bytes of its name.

    Raises:
        Refused: ``draw.entropy_length``; ``draw.quota_excluded``, ``draw.quota_stratum``, ``draw.quota_over``.

    Source: ssj-draw/1, selection.
    """
    _check_entropy(entropy)
    check_quotas(quotas, sealed.manifest.counts)
    if substitutes < 0:
        raise ValueError(f"there cannot be {substitutes} substitutes")
    smallest = {f"{name}\n".encode(): _Smallest(quota + substitutes) for name, quota in quotas.items()}
    for lines, blinds in sealed.batches():
        limits = {key: kept.limit for key, kept in smallest.items()}
        for key, entries in entries_of_batch(lines, blinds, entropy, limits).items():
            smallest[key].add(entries)
    selections = []
    for name in sorted(quotas):
        picks = tuple(_pick(entry) for entry in smallest[f"{name}\n".encode()].sorted())
        selections.append(Selection(name, picks[: quotas[name]], picks[quotas[name] :]))
    return tuple(selections)


def ticket_order(sealed: Sealed, entropy: bytes, stratum: str) -> Iterator[Pick]:
    """All candidates of a stratum, smallest ticket first, sorted only as far as somebody asks.

    Args:
        sealed: the list under the secret.
        entropy: ``E``, 32 bytes.
        stratum: one that may be drawn.

    Yields:
        Picks; after those selected come the substitutes.

    Raises:
        Refused: as :func:`select`.

    Source: ssj-draw/1, selection; substitution.
    """
    _check_entropy(entropy)
    check_quotas({stratum: 0}, sealed.manifest.counts)
    key = f"{stratum}\n".encode()
    heap: list[bytes] = []
    for lines, blinds in sealed.batches():
        heap += entries_of_batch(lines, blinds, entropy, {key: _HIGHEST})[key]
    heapq.heapify(heap)
    while heap:
        yield _pick(heapq.heappop(heap))


def entries_of_batch(
    lines: Sequence[bytes], blinds: bytes, entropy: bytes, limits: Mapping[bytes, bytes]
) -> dict[bytes, list[bytes]]:
    """Entries of some lines: the hot path of a draw, with nothing shared, so that processes can split it.

    Args:
        lines: one batch of a manifest.
        blinds: their ``v``, 16 bytes each.
        entropy: ``E``, 32 bytes.
        limits: the strata to look at, each with its LF as in the lines, and the entry below which one matters.

    Returns:
        For each of these strata the entries below its limit, unsorted. An entry is the ticket (32 bytes) and the
        id in one value, so that sorting entries sorts by ticket.

    Source: ssj-draw/1, definitions, ticket.
    """
    sha256 = hashlib.sha256
    entries: dict[bytes, list[bytes]] = {key: [] for key in limits}
    for line, (blinded,) in zip(lines, iter_unpack(f"{BLIND_BYTES}s", blinds), strict=True):
        name, _, key = line.partition(b"\t")
        if key in limits:
            entry = sha256(entropy + blinded).digest() + name
            if entry < limits[key]:
                entries[key].append(entry)
    return entries


class _Smallest:
    """The smallest entries seen so far, without keeping the others."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._entries: list[bytes] = []
        self.limit = _HIGHEST if keep else b""

    def add(self, entries: list[bytes]) -> None:
        self._entries += entries
        if len(self._entries) >= 2 * self._keep:  # sorting seldom costs less than keeping a heap
            self._trim()

    def sorted(self) -> list[bytes]:
        self._trim()
        return self._entries

    def _trim(self) -> None:
        self._entries.sort()
        del self._entries[self._keep :]
        if self._keep and len(self._entries) == self._keep:
            self.limit = self._entries[-1]


def _pick(entry: bytes) -> Pick:
    return Pick(entry[ENTROPY_BYTES:].decode(), entry[:ENTROPY_BYTES])


def _check_entropy(entropy: bytes) -> None:
    if len(entropy) != ENTROPY_BYTES:
        raise Refused("draw.entropy_length", expected=ENTROPY_BYTES, found=len(entropy))
