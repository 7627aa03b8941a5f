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
            _sync(target.parent)  # whoever wrote it may have died just before
            return digest
        self._folder(target.parent)
        handle, scratch = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(scratch).replace(target)
            _sync(target.parent)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
        return digest

    def get(self, sha256: str) -> bytes:
        """The file with this digest (hex)."""
        return self.path(sha256).read_bytes()

    def _folder(self, folder: Path) -> None:
        """Make a folder with those above it, each for its owner only and each on disk by its name."""
        if folder.is_dir():
            return
        above = folder.parent
        if folder == self.folder:
            above.mkdir(parents=True, exist_ok=True)
        else:
            self._folder(above)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(above)


def _sync(folder: Path) -> None:
    """Write a folder's list of names to disk: a file whose name is lost at a power cut is lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
