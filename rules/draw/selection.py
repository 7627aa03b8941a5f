"""Tickets: who is drawn, and who comes next."""

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isqrt
from typing import overload

from rules.draw.piece import Spread
from rules.draw.quota import check_quotas
from rules.draw.sealing import Sealed, parted, rows
from rules.errors import Refused

ENTROPY_BYTES = 32
_HIGHEST = b"\xff" * (ENTROPY_BYTES + 1)  # above every ticket


@dataclass(frozen=True, slots=True)
class Pick:
    """One candidate and the ticket that put it where it is.

    Args:
        id: canonical id.
        ticket: 32 bytes.
    """

    id: str
    ticket: bytes


class Picks(Sequence[Pick]):
    """Picks in ticket order, each made when somebody looks: of ten million candidates half a million may be drawn.

    Args:
        entries: the ticket (32 bytes) and the id in one value, in order.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Sequence[bytes]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Pick: ...

    @overload
    def __getitem__(self, index: slice) -> "Picks": ...

    def __getitem__(self, index: int | slice) -> "Pick | Picks":
        if isinstance(index, slice):
            return Picks(self._entries[index])
        entry = self._entries[index]
        return Pick(entry[ENTROPY_BYTES:].decode(), entry[:ENTROPY_BYTES])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(frozen=True, slots=True)
class Selection:
    """What chance did in one stratum.

    Args:
        stratum: its name.
        selected: those drawn, in ticket order.
        substitutes: the next ones, in ticket order, as many as were asked for and are there.
    """

    stratum: str
    selected: Sequence[Pick]
    substitutes: Sequence[Pick]

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
    sealed: Sealed, entropy: bytes, quotas: Mapping[str, int], substitutes: int = 0, spread: Spread = map
) -> tuple[Selection, ...]:
    """Draw.

    Args:
        sealed: the list under the secret.
        entropy: ``E``, 32 bytes.
        quotas: how many of each stratum.
        substitutes: how many of the next ones to name in each stratum, 0 or more.
        spread: who does the work, piece by piece.

    Returns:
        One selection a stratum with a quota, ascending by the bytes of its name.

    Raises:
        Refused: ``draw.entropy_length``; ``draw.quota_excluded``, ``draw.quota_stratum``, ``draw.quota_over``.

    Source: ssj-draw/1, selection.
    """
    _check_entropy(entropy)
    counts = sealed.manifest.counts
    check_quotas(quotas, counts)
    if substitutes < 0:
        raise ValueError(f"there cannot be {substitutes} substitutes")
    wanted = {name: min(quota + substitutes, counts[name]) for name, quota in quotas.items()}
    entries = _entries(
        sealed, entropy, {name: likely(keep, counts[name]) for name, keep in wanted.items()}, spread
    )
    short = {name: _HIGHEST for name, keep in wanted.items() if len(entries[name]) < keep}
    if short:  # as good as never: then without a limit
        entries |= _entries(sealed, entropy, short, spread)
    selections = []
    for name in sorted(quotas):
        in_order = entries.pop(name)
        in_order.sort()
        substituting = Picks(in_order[quotas[name] : wanted[name]])
        del in_order[quotas[name] :]
        selections.append(Selection(name, Picks(in_order), substituting))
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
    heap = _entries(sealed, entropy, {stratum: _HIGHEST}, map)[stratum]
    heapq.heapify(heap)
    while heap:
        yield Picks((heapq.heappop(heap),))[0]


def likely(keep: int, count: int) -> bytes:
    """A limit below which enough tickets of a stratum lie, almost surely, and not many more.

    Tickets are even over their range, so below the share ``x`` of it lie ``x * count``, give or take the root of
    that. Six roots more than are needed miss once in a thousand million draws.

    Args:
        keep: how many of the smallest are needed.
        count: how many there are.

    Returns:
        At most 33 bytes, above the last ticket that is likely to be needed.
    """
    if not keep:
        return b""
    share = keep + 6 * isqrt(keep) + 16
    return _HIGHEST if share >= count else (2 ** (8 * ENTROPY_BYTES) * share // count).to_bytes(ENTROPY_BYTES)


def entries_of_piece(
    entropy: bytes, limits: Mapping[bytes, bytes], sealed: tuple[bytes, bytes]
) -> dict[bytes, list[bytes]]:
    """Entries of some lines: the hot path of a draw, with nothing shared.

    Args:
        entropy: ``E``, 32 bytes.
        limits: the strata to look at, each with what a ticket must be below to matter.
        sealed: a piece of a manifest, and the ``v`` of its lines, 16 bytes each.

    Returns:
        For each of these strata the entries that matter, in the order of the list. An entry is the ticket (32 bytes)
        and the id in one value, so that sorting entries sorts by ticket.

    Source: ssj-draw/1, definitions, ticket.
    """
    piece, blinds = sealed
    begun = hashlib.sha256(entropy).copy
    entries: dict[bytes, list[bytes]] = {name: [] for name in limits}
    limit_of = limits.get
    for name, stratum, blinded in zip(*rows(piece), parted(blinds), strict=True):
        limit = limit_of(stratum)
        if limit:
            made = begun()
            made.update(blinded)
            drawn = made.digest()
            if drawn < limit:
                entries[stratum].append(drawn + name)
    return entries


def _entries(
    sealed: Sealed, entropy: bytes, limits: Mapping[str, bytes], spread: Spread
) -> dict[str, list[bytes]]:
    entries: dict[str, list[bytes]] = {name: [] for name in limits}
    coded = {name.encode(): limit for name, limit in limits.items()}
    for some in spread(partial(entries_of_piece, entropy, coded), sealed.pieces()):
        for name, found in some.items():
            entries[name.decode()] += found
    return entries


def _check_entropy(entropy: bytes) -> None:
    if len(entropy) != ENTROPY_BYTES:
        raise Refused("draw.entropy_length", expected=ENTROPY_BYTES, found=len(entropy))
