"""Where evidence is kept: by content, so that a file is stored once and can't be changed without its name telling."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of files named by their SHA-256.

    Args:
        folder: made when it is first needed, readable by its owner only.
    """

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where the file with this digest (hex) is."""
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def put(self, content: bytes) -> str:
        """Store a file; it is whole on disk, or not there at all.

        Returns:
            Its SHA-256 in hex.
        """
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, scratch = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(scratch).replace(target)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
        return digest

    def get(self, sha256: str) -> bytes:
        """The file with this digest (hex)."""
        return self.path(sha256).read_bytes()
