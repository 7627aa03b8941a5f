"""The auditor's bundle: everything that a draw was made of, to be recomputed by anybody."""

from collections.abc import Iterable

from rules.draw.commitment import PROTOCOL, sha256_of
from rules.draw.manifest import Manifest
from rules.draw.roster import Roster, write_roster
from rules.draw.selection import Pick, Selection
from rules.draw.substitution import Replaced, write_substitutions


def bundle(
    *,
    committed: str,
    entropy: str,
    secret: bytes,
    manifest: Manifest,
    selections: Iterable[Selection],
    plan: str | None = None,
    roster: Roster | None = None,
    replaced: Iterable[Replaced] = (),
) -> dict[str, object]:
    """Put a draw together for an auditor.

    It holds the secret, so whoever has it can compute every ticket: it is for those who may see tier 3.

    Args:
        committed: the commit text.
        entropy: the entropy text.
        secret: ``s``, 32 bytes.
        manifest: the list.
        selections: what was drawn, as it was recorded.
        plan: the plan text, if it may be shown.
        roster: of an inspectors' draw, who inspects whom, as it was recorded.
        replaced: of a subjects' draw, who was gone and who took the place, in the order in which it happened.

    Returns:
        What goes into JSON. Beside the keys of the protocol: ``substitutes`` (as ``selected``, the next ones of
        each stratum), ``plan_text``, ``substitutions`` if there were any, and the keys of :func:`write_roster`.

    Source: ssj-draw/1, the auditor's bundle.
    """
    selections = tuple(selections)
    made: dict[str, object] = {
        "protocol": PROTOCOL,
        "kind": str(manifest.kind),
        "commit_text": committed,
        "commit_sha256": sha256_of(committed),
        "entropy_text": entropy,
        "entropy_sha256": sha256_of(entropy),
        "server_secret": secret.hex(),
        "candidates": [[row.id, row.stratum] for row in manifest],
        "selected": {one.stratum: picks_json(one.selected) for one in selections},
    }
    if any(one.substitutes for one in selections):
        made["substitutes"] = {one.stratum: picks_json(one.substitutes) for one in selections}
    if plan is not None:
        made["plan_text"] = plan
    if roster is not None:
        made |= write_roster(roster)
    if rows := write_substitutions(replaced):
        made["substitutions"] = rows
    return made


def picks_json(picks: Iterable[Pick]) -> list[list[str]]:
    """Picks as the bundle has them.

    Args:
        picks: in ticket order.

    Returns:
        ``[[id, ticket hex], …]``.

    Source: ssj-draw/1, the auditor's bundle (``selected``).
    """
    return [[pick.id, pick.ticket.hex()] for pick in picks]
