"""Substitution: who takes the place of a drawn subject that is gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.draw import shape


@dataclass(frozen=True, slots=True)
class Replaced:
    """One subject that is gone, and who took its place.

    Args:
        stratum: of both.
        subject: id of the one that is gone: drawn, or a substitute that had come up before.
        reason: code of what became of it (:class:`rules.substitution.Absence`).
        substitute: id of the next in order; None when nobody was left.
        passed_over: ids before it in order that are known to be gone themselves, in ticket order.
    """

    stratum: str
    subject: str
    reason: str
    substitute: str | None
    passed_over: tuple[str, ...] = ()


def follow(
    selected: Mapping[str, Sequence[str]],
    substitutes: Mapping[str, Sequence[str]],
    counts: Mapping[str, int],
    replaced: Iterable[Replaced],
) -> tuple[str, str] | None:
    """Hold substitutions against the order that chance gave.

    Args:
        selected: ids drawn, by stratum, in ticket order.
        substitutes: the next ids, by stratum, in ticket order.
        counts: how many each stratum of the list holds.
        replaced: what happened, in order.

    Returns:
        None if all of it holds; else what had to stand there, and what does.

    Source: ssj-draw/1, substitution («the next ticket in the same stratum, with a reason code»).
    """
    going = {name: set(ids) for name, ids in selected.items()}
    at = dict.fromkeys(substitutes, 0)
    for one in replaced:
        if one.subject not in going.get(one.stratum, set()):
            return f"substitutions.{one.stratum}: {'|'.join(sorted(going.get(one.stratum, ())))}", one.subject
        if not one.reason:
            return f"substitutions.{one.subject}: reason", "-"
        going[one.stratum].discard(one.subject)
        following = list(substitutes.get(one.stratum, ()))[at.get(one.stratum, 0) :]
        taken = [*one.passed_over, *([one.substitute] if one.substitute else [])]
        if following[: len(taken)] != taken:
            place = f"substitutions.{one.subject}"
            return f"{place}: {following[: len(taken)]}", f"{place}: {taken}"
        at[one.stratum] = at.get(one.stratum, 0) + len(taken)
        if one.substitute is not None:
            going[one.stratum].add(one.substitute)
        elif at[one.stratum] + len(selected.get(one.stratum, ())) != counts.get(one.stratum, 0):
            # Somebody of the stratum was left, so «nobody» is not what chance says.
            return f"substitutions.{one.subject}: {(following[len(taken) :] or ['?'])[0]}", "-"
    return None


def write_substitutions(replaced: Iterable[Replaced]) -> list[dict[str, object]]:
    """Substitutions as a bundle has them.

    Args:
        replaced: in the order in which they happened.

    Returns:
        What goes under ``substitutions``.
    """
    return [
        {
            "stratum": one.stratum,
            "replaced": one.subject,
            "reason": one.reason,
            "substitute": one.substitute,
            "passed_over": list(one.passed_over),
        }
        for one in replaced
    ]


def read_substitutions(value: object) -> tuple[Replaced, ...]:
    """Read the substitutions of a bundle.

    Args:
        value: what stands under ``substitutions``.

    Returns:
        Them in order.

    Raises:
        Refused: ``draw.bundle_shape`` with the place.
    """
    read = []
    for index, row in enumerate(shape.items(value, "substitutions")):
        place = f"substitutions[{index}]"
        given = shape.members(row, place)
        read.append(
            Replaced(
                stratum=shape.text(given.get("stratum"), f"{place}.stratum"),
                subject=shape.text(given.get("replaced"), f"{place}.replaced"),
                reason=shape.text(given.get("reason"), f"{place}.reason"),
                substitute=shape.optional_text(given.get("substitute"), f"{place}.substitute"),
                passed_over=tuple(
                    shape.text(one, f"{place}.passed_over[{at}]")
                    for at, one in enumerate(
                        shape.items(given.get("passed_over", []), f"{place}.passed_over")
                    )
                ),
            )
        )
    return tuple(read)
