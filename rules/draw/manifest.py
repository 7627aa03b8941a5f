"""The frozen list of candidates, compact enough for a whole province."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, pairwise

from rules.draw.identity import Kind, check_stratum, is_canonical
from rules.errors import Refused

BATCH = 4096
"""Lines worked on at once. A power of two, so that the trees over batches are whole subtrees of the tree."""


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
    """

    kind: Kind
    text: bytes
    counts: Mapping[str, int]

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

    def batches(self) -> Iterator[list[bytes]]:
        """The lines, :data:`BATCH` at a time, each with its LF; what several processes could share out."""
        lines = BytesIO(self.text)
        while batch := list(islice(lines, BATCH)):
            yield batch


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
    given: list[bytes] = []
    for row, (name, stratum) in enumerate(candidates, start=1):
        if not is_canonical(name, kind):
            raise Refused("draw.id_not_canonical", candidate=name, row=row)
        if stratum not in counts:
            check_stratum(stratum)
        counts[stratum] += 1
        given.append(f"{name}\t{stratum}\n".encode())
    # TAB is smaller than every byte of an id, so the order of lines is the order of ids.
    lines = sorted(given)
    for one, other in pairwise(lines):
        start = one[: one.index(b"\t") + 1]
        if other.startswith(start):
            rows = [row for row, line in enumerate(given, start=1) if line.startswith(start)]
            raise Refused(
                "draw.candidate_twice", candidate=start[:-1].decode(), first=rows[0], second=rows[1]
            )
    text = BytesIO()
    text.writelines(lines)  # b"".join would hold 80 bytes more a line while it works
    return Manifest(kind, text.getvalue(), _sorted(counts))


def read(text: bytes, kind: Kind = Kind.SUBJECTS) -> Manifest:
    """Read a manifest back from the store.

    Args:
        text: what :attr:`Manifest.text` was.
        kind: whether subjects or inspectors are in it.

    Returns:
        The manifest.

    Raises:
        Refused: ``draw.manifest_line`` with the first line, from 1, that is malformed, out of order or double.
    """
    counts: Counter[bytes] = Counter()
    before = b""
    for number, line in enumerate(BytesIO(text), start=1):
        name, _, rest = line.partition(b"\t")
        if not before < name or not rest.endswith(b"\n") or not _is_id(name, kind):
            raise Refused("draw.manifest_line", line=number)
        if rest not in counts and not _is_stratum(rest[:-1]):
            raise Refused("draw.manifest_line", line=number)
        counts[rest] += 1
        before = name
    return Manifest(kind, text, _sorted({rest[:-1].decode(): count for rest, count in counts.items()}))


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
