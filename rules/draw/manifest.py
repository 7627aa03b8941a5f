"""The frozen list of candidates, compact enough for a whole province."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from itertools import islice, pairwise
from operator import lt
from typing import NamedTuple

from rules.draw.identity import Kind, check_stratum, is_canonical
from rules.draw.piece import LINES, Spread, columns, cuts, pieces
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the list.

    Args:
        id: canonical, see :mod:`rules.draw.identity`.
        stratum: where the candidate is drawn from, or why it may not be drawn.
    """

    id: str
    stratum: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list that a draw is made from: sorted, without duplicates, those excluded in it.

    Made by :func:`freeze` or :func:`read`, which check it.

    Args:
        kind: whether subjects or inspectors are in it.
        text: UTF-8, one line ``id TAB stratum LF`` a candidate, ascending by the bytes of the id.
        counts: candidates of each stratum, ascending by the bytes of its name; none is 0.
        cuts: where its pieces end, see :func:`rules.draw.piece.cuts`.
    """

    kind: Kind
    text: bytes
    counts: Mapping[str, int]
    cuts: tuple[int, ...] = field(repr=False)

    def __len__(self) -> int:
        """Number of candidates, those excluded too."""
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Candidate]:
        """Candidates in the order of the list."""
        for line in BytesIO(self.text):
            name, _, stratum = line.decode().rstrip("\n").partition("\t")
            yield Candidate(name, stratum)

    @property
    def sha256(self) -> str:
        """Hash of the text, hex."""
        return hashlib.sha256(self.text).hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """The lines, :data:`rules.draw.piece.LINES` at a time."""
        return pieces(self.text, self.cuts)


def freeze(candidates: Iterable[tuple[str, str]], kind: Kind = Kind.SUBJECTS) -> Manifest:
    """Freeze a list of candidates.

    Args:
        candidates: id and stratum, in any order; ids are already canonical, because the register keeps them so.
        kind: whether subjects or inspectors are in it.

    Returns:
        The manifest.

    Raises:
        Refused: ``draw.id_not_canonical`` and ``draw.candidate_twice``, which name the rows as they came, from
            1; ``draw.stratum_name``.

    Source: ssj-draw/1, definitions, ``id`` and stratum; attacks, «same name in other bytes».
    """
    counts: Counter[str] = Counter()
    lines: list[bytes] = []
    stream = iter(candidates)
    while rows := list(islice(stream, LINES)):
        _check_ids([name for name, _ in rows], kind, len(lines))
        strata = Counter(stratum for _, stratum in rows)
        for stratum in strata:
            if stratum not in counts:
                check_stratum(stratum)
        counts.update(strata)
        lines += [f"{name}\t{stratum}\n".encode() for name, stratum in rows]
    # TAB is smaller than every byte of an id, so the order of lines is the order of ids.
    in_order = sorted(lines)
    text = BytesIO()
    text.writelines(in_order)  # b"".join would hold 80 bytes more a line while it works
    frozen = text.getvalue()
    ends = cuts(frozen)
    if not _ascends(frozen, ends, kind):
        raise _twice(lines, in_order)
    return Manifest(kind, frozen, _sorted(counts), ends)


def read(text: bytes, kind: Kind = Kind.SUBJECTS, spread: Spread = map) -> Manifest:
    """Read a manifest back from the store.

    Args:
        text: what :attr:`Manifest.text` was.
        kind: whether subjects or inspectors are in it.
        spread: who does the work, piece by piece.

    Returns:
        The manifest.

    Raises:
        Refused: ``draw.manifest_line`` with the first line, from 1, that is malformed, out of order or double.
    """
    counts: Counter[bytes] = Counter()
    ends = cuts(text)
    before = b""
    for number, found in enumerate(spread(partial(look, kind), pieces(text, ends))):
        if not before < found.first:
            raise Refused("draw.manifest_line", line=number * LINES + 1)
        if found.wrong is not None:
            raise Refused("draw.manifest_line", line=number * LINES + found.wrong)
        counts.update(found.counts)
        before = found.last
    return Manifest(kind, text, _sorted({name.decode(): count for name, count in counts.items()}), ends)


class Look(NamedTuple):
    """What is in a piece of a stored list.

    Args:
        first: id of its first line.
        last: id of its last line.
        counts: candidates of each stratum.
        wrong: the first line, from 1, that is malformed or does not come after the one before it.
    """

    first: bytes
    last: bytes
    counts: Mapping[bytes, int]
    wrong: int | None


def look(kind: Kind, piece: bytes) -> Look:
    """Check a piece of a stored list: the hot path of reading, with nothing shared.

    Args:
        kind: whether subjects or inspectors are in the list.
        piece: one or more lines.

    Returns:
        What is in it.
    """
    cells = columns(piece)
    if cells is not None and kind is Kind.SUBJECTS:
        names, strata = cells
        counts = Counter(strata)
        if _are_plain(b"".join(names)) and _ascend(names) and all(map(_is_stratum, counts)):
            return Look(names[0], names[-1], dict(counts), None)
    return _look_at_each(kind, piece)


def _look_at_each(kind: Kind, piece: bytes) -> Look:
    """The same line by line, for lists with other marks than ASCII letters and digits, and to find what is wrong."""
    counts: Counter[bytes] = Counter()
    first = piece.partition(b"\t")[0]
    before = b""
    for number, line in enumerate(BytesIO(piece), start=1):
        name, _, rest = line.partition(b"\t")
        if not before < name or not rest.endswith(b"\n") or not _is_id(name, kind):
            return Look(first, before, counts, number)
        stratum = rest[:-1]
        if stratum not in counts and not _is_stratum(stratum):
            return Look(first, before, counts, number)
        counts[stratum] += 1
        before = name
    return Look(first, before, dict(counts), None)


def _are_plain(names: bytes) -> bool:
    """Whether there are only ASCII letters and digits, as nearly always, and upper case."""
    return names.isalnum() and names == names.upper()


def _ascend(names: list[bytes]) -> bool:
    return bool(names[0]) and all(map(lt, names, islice(names, 1, None)))


def _ascends(text: bytes, ends: tuple[int, ...], kind: Kind) -> bool:
    """Whether a text that is sorted has no id twice."""
    before = b""
    for piece in pieces(text, ends):
        found = look(kind, piece)
        if found.wrong is not None or not before < found.first:
            return False
        before = found.last
    return True


def _twice(given: list[bytes], lines: list[bytes]) -> Refused:
    for one, other in pairwise(lines):
        start = one[: one.index(b"\t") + 1]
        if other.startswith(start):
            first, second, *_ = (row for row, line in enumerate(given, start=1) if line.startswith(start))
            name = start[:-1].decode()
            return Refused("draw.candidate_twice", candidate=name, first=first, second=second)
    raise AssertionError("a list that is out of order after sorting has an id twice")


def _check_ids(names: list[str], kind: Kind, before: int) -> None:
    """Refuse the first id that is not spelled the one way; ``before`` rows came earlier."""
    together = "".join(names)
    if kind is Kind.SUBJECTS and together.isascii() and _are_plain(together.encode()) and all(names):
        return
    for row, name in enumerate(names, start=before + 1):
        if not is_canonical(name, kind):
            raise Refused("draw.id_not_canonical", candidate=name, row=row)


def _is_id(name: bytes, kind: Kind) -> bool:
    if name.isalnum() and kind is Kind.SUBJECTS:  # ASCII letters and digits, as nearly always
        return name == name.upper()
    try:
        return is_canonical(name.decode(), kind)
    except UnicodeDecodeError:
        return False


def _is_stratum(name: bytes) -> bool:
    try:
        check_stratum(name.decode())
    except (UnicodeDecodeError, Refused):
        return False
    return True


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {stratum: counts[stratum] for stratum in sorted(counts)}
