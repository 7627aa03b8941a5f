"""A worker's name in leases, and whether the one that a name belongs to is still there.

A process that was killed leaves its rows leased. On the same machine its successor can see that it is gone and need not wait for the
leases to run out, while a chat's later messages wait behind them.
"""

import os
import secrets
from dataclasses import dataclass, field

_NODE_CHARACTERS = 40
"""A host's name can have 63 characters, a lease's owner 64."""


@dataclass(frozen=True, slots=True)
class Worker:
    """This process as the owner of leases.

    Args:
        node: the machine's name, or the container's.
        process: its number there; numbers come again.
        start: tells it from an earlier process of the same number.
    """

    node: str = field(default_factory=lambda: os.uname().nodename[:_NODE_CHARACTERS])
    process: int = field(default_factory=os.getpid)
    start: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def name(self) -> str:
        """As it stands in a lease."""
        return f"{self.node}:{self.process}:{self.start}"

    def is_gone(self, owner: str) -> bool:
        """Whether another worker has certainly ended.

        Args:
            owner: its name.

        Returns:
            False when in doubt: on another machine, or when its number is somebody's again. Its leases run out all the same.
        """
        node, _, process = owner.rpartition(":")[0].rpartition(":")
        if node != self.node or not process.isdecimal():
            return False
        if int(process) == self.process:
            return owner != self.name
        return not _is_running(int(process))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass  # somebody else's, or no number of a process
    return True
