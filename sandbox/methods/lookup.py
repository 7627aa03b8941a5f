"""Methods that only ask: who am I, who is that, where is that file."""

from sandbox import wire
from sandbox.arguments import Arguments, Type
from sandbox.methods.composing import known
from sandbox.methods.method import Method
from sandbox.refusals import bad_request
from sandbox.world import World


async def get_me(world: World, _: Arguments) -> object:
    """Who the bot is."""
    return wire.me(world.bot)


async def get_chat(world: World, arguments: Arguments) -> object:
    """Who somebody is."""
    person = known(world, arguments)
    if not person.started:
        # A bot meets people when they write to it.
        raise bad_request("chat not found")
    return wire.full_chat(world, person)


async def get_file(world: World, arguments: Arguments) -> object:
    """Where a file can be fetched."""
    file_id = arguments.string("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.find(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > world.limits.download_bytes:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": world.files.path(file),
    }


METHODS = (
    Method("getMe", {}, get_me),
    Method("getChat", {"chat_id": Type.STRING}, get_chat),
    Method("getFile", {"file_id": Type.STRING}, get_file),
)
