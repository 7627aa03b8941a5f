"""``python -m sandbox``: the stand-in for Telegram alone, for any bot."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.refusals import CannotAct
from sandbox.roll import enrol
from sandbox.server import running
from sandbox.words import words
from sandbox.world import DEFAULT_TOKEN, Bot, World


class _Unusable(Exception):
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the sandbox until it is interrupted.

    Args:
        arguments: of the command line; those of the process if not given.

    Returns:
        0, or 2 if the arguments cannot be used.
    """
    say = words()["command"]
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=say["description"])
    parser.add_argument("--host", default="127.0.0.1", help=say["host"])
    parser.add_argument("--port", type=int, default=8081, help=say["port"])
    parser.add_argument("--token", default=DEFAULT_TOKEN, help=say["token"])
    parser.add_argument("--users", type=Path, metavar="FILE", help=say["users"])
    given = parser.parse_args(arguments)
    try:
        world = _world(given.token, given.users)
        asyncio.run(_run(world, given.host, given.port))
    except _Unusable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _world(token: str, users: Path | None) -> World:
    say = words()["command"]
    number, _, secret = token.partition(":")
    if not (number.isascii() and number.isdecimal() and int(number) and secret and "/" not in secret):
        raise _Unusable(say["token_wrong"])
    world = World(Bot(token))
    if users is None:
        return world
    try:
        listed = json.loads(users.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _Unusable(say["users_unreadable"].format(file=users, reason=error)) from None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _Unusable(say["users_no_list"].format(file=users))
    for place, one in enumerate(listed, start=1):
        try:
            enrol(world, one)
        except CannotAct as error:
            raise _Unusable(say["users_wrong"].format(file=users, place=place, reason=error)) from None
    return world


async def _run(world: World, host: str, port: int) -> None:
    say = words()["command"]
    ended = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    try:
        async with running(world, host=host, port=port) as server:
            sys.stdout.write(say["ready"].format(url=server.url, token=server.token) + "\n")
            sys.stdout.flush()
            await ended.wait()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _Unusable(say["port_taken"].format(host=host, port=port, reason=reason)) from None


if __name__ == "__main__":
    sys.exit(main())
