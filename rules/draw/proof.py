"""What one company needs to check its own place, without the list and without the secret."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.draw.merkle import Tree, climb
from rules.draw.sealing import BLIND_BYTES, Sealed, leaf
from rules.draw.selection import ticket
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Proof:
    """A candidate's own opening; to be shown to that candidate alone, because it names its stratum.

    Args:
        id: canonical id.
        stratum: its stratum.
        blinded: its ``v``, 16 bytes.
        index: its place in the list, from 0.
        size: candidates of the list.
        path: siblings from its leaf to the root, lowest first, 32 bytes each.
    """

    id: str
    stratum: str
    blinded: bytes
    index: int
    size: int
    path: tuple[bytes, ...]

    def holds(self, root: bytes) -> bool:
        """Whether the candidate was in the committed list, in this stratum, under this ``v``.

        Args:
            root: ``manifest_root`` of the commit text, 32 bytes.

        Returns:
            False also for a proof that no tree of this size can have.

        Source: ssj-draw/1, who sees what afterwards, tier 2.
        """
        return climb(leaf(self.id, self.stratum, self.blinded), self.index, self.size, self.path) == root

    def is_drawn(self, entropy: bytes, cutoff: bytes | None) -> bool:
        """Whether the ticket is among those drawn.

        Args:
            entropy: ``E``, 32 bytes.
            cutoff: the largest ticket drawn in the stratum, 32 bytes, or None if nobody was.

        Returns:
            True up to and including the cut-off.

        Source: ssj-draw/1, who sees what afterwards, tier 2.
        """
        return cutoff is not None and ticket(entropy, self.blinded) <= cutoff


def proofs(sealed: Sealed, candidates: Iterable[str]) -> tuple[Proof, ...]:
    """Proofs for some candidates over one tree.

    Args:
        sealed: the list under the secret.
        candidates: canonical ids.

    Returns:
        One proof an id, in the order asked.

    Raises:
        Refused: ``draw.not_a_candidate``.

    Source: ssj-draw/1, who sees what afterwards, tier 2.
    """
    asked = tuple(candidates)
    wanted = frozenset(asked)
    found = {row.id: (index, row.stratum) for index, row in enumerate(sealed.manifest) if row.id in wanted}
    tree = Tree(sealed.leaves())
    made = []
    for name in asked:
        if name not in found:
            raise Refused("draw.not_a_candidate", candidate=name)
        index, stratum = found[name]
        blinded = sealed.blinds[index * BLIND_BYTES : (index + 1) * BLIND_BYTES]
        made.append(Proof(name, stratum, blinded, index, len(sealed.manifest), tree.path(index)))
    return tuple(made)
