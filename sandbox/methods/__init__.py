"""The methods of the Bot API that the sandbox knows, by name in small letters."""

from sandbox.methods import albums, answering, editing, lookup, menus, sending, updating
from sandbox.methods.method import Method

METHODS: dict[str, Method] = {
    method.name.lower(): method
    for room in (albums, answering, editing, lookup, menus, sending, updating)
    for method in room.METHODS
}
