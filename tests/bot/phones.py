"""What people see."""

from sandbox.client import Person
from sandbox.seen import SeenMessage


async def seen(person: Person) -> list[SeenMessage]:
    """What the bot has written to somebody and is still there, in order."""
    await person.look()
    return [message for message in person.messages if message.from_bot]


async def texts(person: Person) -> list[str]:
    """The same without markup, buttons and files."""
    return [message.text for message in await seen(person)]
