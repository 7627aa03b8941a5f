"""The command menu that a bot sets, for everyone or for somebody."""

from dataclasses import dataclass, field

from sandbox.chats import Person


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the menu.

    Args:
        name: without the slash.
        description: what it does, for people.
    """

    name: str
    description: str

    def written(self) -> dict[str, str]:
        """JSON of a BotCommand."""
        return {"command": self.name, "description": self.description}


@dataclass(slots=True)
class CommandMenu:
    """Menus by scope and language."""

    _menus: dict[tuple[str, str], tuple[Command, ...]] = field(default_factory=dict)

    def put(self, scope: str, language: str, commands: tuple[Command, ...]) -> None:
        """Sets a menu; an empty one is the same as none.

        Args:
            scope: ``default``, ``all_private_chats``, ``chat:ID`` or another that no private chat sees.
            language: two letters, or empty for all languages.
            commands: the menu.
        """
        if commands:
            self._menus[scope, language] = commands
        else:
            self._menus.pop((scope, language), None)

    def exactly(self, scope: str, language: str) -> tuple[Command, ...]:
        """The menu that was set for this scope and language, without falling back on another."""
        return self._menus.get((scope, language), ())

    def seen_by(self, person: Person) -> tuple[Command, ...]:
        """The menu on a person's phone.

        Source: Bot API, BotCommandScope, «Determining list of commands», private chats.
        """
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for language in (person.language[:2], ""):
                if (scope, language) in self._menus:
                    return self._menus[scope, language]
        return ()
