"""A thumb: answers the record's questions on a phone as a person would, one screen after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.client import Person
from sandbox.seen import SeenMessage

REVIEW = "📝 总览"


@dataclass(frozen=True, slots=True)
class Press:
    """Press these buttons, one after the other."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Type:
    """Write words."""

    text: str


@dataclass(frozen=True, slots=True)
class Shoot:
    """Send photos, then say that they are complete."""

    photos: tuple[bytes, ...]
    as_file: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """Send one's position: degrees, metres."""

    latitude: float
    longitude: float
    accuracy: float = 12.0


Move: TypeAlias = Press | Type | Shoot | Share


def press(*labels: str) -> Press:
    """Press these buttons."""
    return Press(labels)


def screen_of(person: Person) -> SeenMessage | None:
    """The newest message that shows a question or the review."""
    for message in reversed(person.messages):
        if message.from_bot and any("先存着" in label for label in message.labels):
            return message
    return None


async def answer(person: Person, moves: Mapping[str, Move], *, until: str = REVIEW, most: int = 80) -> int:
    """Answer questions until the review is on the screen.

    Args:
        person: whose phone.
        moves: by a part of the question, what to do; the first that fits counts. A question without one is skipped, or taken as
            suggested.
        until: a part of the screen at which to stop.
        most: screens at the most, lest a mistake goes on for ever.

    Returns:
        How many questions were answered.

    Raises:
        AssertionError: the review did not come.
    """
    for answered in range(most):
        shown = await person.wait_until(lambda: screen_of(person), "a screen")
        if until in shown.text:
            return answered
        await _one(person, shown, moves)
    raise AssertionError(f"{person.name} is still asked after {most} screens")


async def _one(person: Person, shown: SeenMessage, moves: Mapping[str, Move]) -> None:
    asked = shown.text.partition("\n\n")[2]  # below the heading
    move = next((one for part, one in moves.items() if part in asked), None)
    match move:
        case Press(labels):
            for label in labels:
                shown = await _pressed(person, shown, label)
        case Type(text):
            await person.say(text)
            await _changed(person, shown)
        case Shoot(photos, as_file):
            await person.send_photos(list(photos), as_file=as_file)
            await _pressed(person, await person.wait_for(f"已收到 {len(photos)} 张"), "👍 完成")
        case Share(latitude, longitude, accuracy):
            await person.send_location(latitude, longitude, accuracy=accuracy)
            await _changed(person, shown)
        case None:
            usual = ("✅ 就填", "👍 完成", "跳过")
            label = next((one for one in usual if any(one in known for known in shown.labels)), "")
            if not label:
                raise AssertionError(f"{person.name} does not know what to answer:\n{shown.text}")
            await _pressed(person, shown, label)


async def _pressed(person: Person, shown: SeenMessage, label: str) -> SeenMessage:
    await person.press(label, message=shown.number)
    return await _changed(person, shown)


async def _changed(person: Person, shown: SeenMessage) -> SeenMessage:
    """The screen after the one that was shown: another message, or the same one edited."""

    def changed() -> SeenMessage | None:
        now = screen_of(person)
        return (
            now if now is not None and (now.number, now.revision) != (shown.number, shown.revision) else None
        )

    return await person.wait_until(changed, "the next screen")


def photos(pictures: Sequence[bytes], *, as_file: bool = False) -> Shoot:
    """Send these photos."""
    return Shoot(tuple(pictures), as_file)
