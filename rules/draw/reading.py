"""A bundle, part by part: each part is read when a check first wants it, or refused."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property

from rules.draw import shape
from rules.draw.assignment import Chance, assign
from rules.draw.commitment import Commit, read_commit, sha256_of
from rules.draw.entropy import Entropy, read_entropy
from rules.draw.identity import Kind
from rules.draw.manifest import Manifest, freeze
from rules.draw.roster import Roster, inspectors_of, read_roster
from rules.draw.sealing import Sealed, seal
from rules.draw.team import Assignment, Inspector
from rules.errors import Refused


class Reading:
    """What a bundle says.

    Every part raises :class:`Refused` with the place if the bundle does not have it as it must be.

    Args:
        given: the bundle as it came from JSON.
    """

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given

    @cached_property
    def kind(self) -> Kind:
        """Who was drawn; subjects, if it does not say."""
        value = self.given.get("kind", Kind.SUBJECTS.value)
        if not isinstance(value, str) or value not in set(Kind):
            raise Refused("draw.bundle_shape", place="kind", expected=" | ".join(Kind))
        return Kind(value)

    @cached_property
    def commit(self) -> Commit:
        """What the commit text says."""
        return read_commit(self._text("commit_text"))

    @cached_property
    def commit_sha256(self) -> str:
        """``C``, hex."""
        return sha256_of(self._text("commit_text"))

    @cached_property
    def entropy(self) -> Entropy:
        """What the entropy text says."""
        return read_entropy(self._text("entropy_text"))

    @cached_property
    def entropy_sha256(self) -> str:
        """``E``, hex."""
        return sha256_of(self._text("entropy_text"))

    @cached_property
    def secret(self) -> bytes:
        """``s``."""
        return shape.octets(self.given.get("server_secret"), "server_secret")

    @cached_property
    def secret_sha256(self) -> str:
        """Hash of the bytes of ``s``, hex."""
        return hashlib.sha256(self.secret).hexdigest()

    @cached_property
    def plan_sha256(self) -> str:
        """Hash of the plan text, hex."""
        return sha256_of(self._text("plan_text"))

    @cached_property
    def plan_terms(self) -> object:
        """What the plan fixed about the assignment, or None if it says nothing about it."""
        if "plan_text" not in self.given:
            return None
        try:
            plan = json.loads(self._text("plan_text"))
        except (ValueError, RecursionError):  # another program may commit to another form of plan
            return None
        return plan.get("assignment") if isinstance(plan, dict) else None

    @cached_property
    def manifest(self) -> Manifest:
        """The list, which must come in its order."""
        rows = []
        for index, row in enumerate(shape.items(self.given.get("candidates"), "candidates")):
            name, stratum = shape.items(row, f"candidates[{index}]", 2)
            rows.append(
                (shape.text(name, f"candidates[{index}][0]"), shape.text(stratum, f"candidates[{index}][1]"))
            )
        manifest = freeze(rows, self.kind)
        for number, ((name, _), sorted_row) in enumerate(zip(rows, manifest, strict=True), start=1):
            if name != sorted_row.id:
                raise Refused("draw.candidates_order", row=number)
        return manifest

    @cached_property
    def sealed(self) -> Sealed:
        """The list under the secret."""
        return seal(self.manifest, self.secret)

    @cached_property
    def roster(self) -> Roster:
        """Who inspects whom, as the bundle says."""
        return read_roster(self.given)

    @cached_property
    def inspectors(self) -> tuple[Inspector, ...]:
        """Everybody in the list of an inspectors' draw."""
        return inspectors_of(self.manifest, self.roster.expertise)

    @cached_property
    def chance(self) -> Chance:
        """What decides between inspectors."""
        return Chance(bytes.fromhex(self.entropy_sha256), self.secret)

    @cached_property
    def assignment(self) -> Assignment:
        """Who inspects whom, recomputed, before any recusal that came later."""
        return assign(self.roster.visits, self.inspectors, self.chance, self.roster.loads)

    def _text(self, key: str) -> str:
        return shape.text(self.given.get(key), key)
