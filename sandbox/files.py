"""Files that were sent, by identifiers that tell nothing."""

import base64
import hashlib
import mimetypes
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from sandbox import photos


class FileKind(StrEnum):
    """What a file was sent as; its identifier is good for nothing else."""

    PHOTO = "Photo"
    THUMBNAIL = "Thumbnail"
    DOCUMENT = "Document"
    STICKER = "Sticker"
    VOICE = "VoiceNote"
    VIDEO = "Video"


_FOLDERS = {
    FileKind.PHOTO: "photos",
    FileKind.THUMBNAIL: "thumbnails",
    FileKind.DOCUMENT: "documents",
    FileKind.STICKER: "stickers",
    FileKind.VOICE: "voice",
    FileKind.VIDEO: "videos",
}

_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file under one identifier; the same content may have many.

    Args:
        file_id: opaque, different each time it is sent.
        unique_id: the same for the same content.
        kind: what it was sent as.
        content: the bytes.
        origin: SHA-256 of what was uploaded, in hexadecimal digits; all sizes of a photo share it.
        name: file name, of documents and videos.
        mime: media type.
        width: pixels, 0 if it is no picture.
        height: pixels, 0 if it is no picture.
    """

    file_id: str
    unique_id: str
    kind: FileKind
    content: bytes
    origin: str
    name: str
    mime: str
    width: int = 0
    height: int = 0

    def written(self) -> dict[str, Any]:
        """JSON that every kind of file has; with sides if it is a picture."""
        fields: dict[str, Any] = {"file_id": self.file_id, "file_unique_id": self.unique_id}
        if self.width:
            fields |= {"width": self.width, "height": self.height}
        return fields | {"file_size": len(self.content)}


@dataclass(slots=True)
class FileStore:
    """All files of one sandbox, in memory."""

    _files: dict[str, StoredFile] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    _fetched: dict[str, str] = field(default_factory=dict)
    _pictures: dict[str, tuple[photos.Picture, ...]] = field(default_factory=dict)

    def find(self, file_id: str) -> StoredFile | None:
        """The file with this identifier, if there is one."""
        return self._files.get(file_id)

    def __len__(self) -> int:
        return len(self._files)

    def add(self, kind: FileKind, content: bytes, name: str = "", mime: str = "", **sides: int) -> StoredFile:
        """Keeps a file.

        Args:
            kind: what it is sent as.
            content: the bytes.
            name: file name.
            mime: media type; guessed from the name if it is empty or says nothing.
            **sides: ``width`` and ``height`` of a picture.

        Returns:
            The file with a fresh identifier.
        """
        known = mime if mime != _UNKNOWN else ""
        known = known or mimetypes.guess_type(name)[0] or _UNKNOWN
        return self._keep(kind, content, hashlib.sha256(content).hexdigest(), name, known, **sides)

    def add_photo(self, content: bytes) -> tuple[StoredFile, ...]:
        """Keeps a photo in all its sizes.

        Args:
            content: a picture in any common format.

        Returns:
            From the smallest to the largest.

        Raises:
            NotAPhoto: the bytes are none.
        """
        origin = hashlib.sha256(content).hexdigest()
        if origin not in self._pictures:
            self._pictures[origin] = photos.sizes(content)
        return self._photo(origin)

    def again(self, file: StoredFile) -> StoredFile:
        """The same file under a fresh identifier, as when it is sent once more."""
        sides = {"width": file.width, "height": file.height} if file.width else {}
        return self._keep(file.kind, file.content, file.origin, file.name, file.mime, **sides)

    def photo_again(self, file: StoredFile) -> tuple[StoredFile, ...]:
        """All sizes of a photo, given any of them, under fresh identifiers."""
        return self._photo(file.origin)

    def add_thumbnail(self, content: bytes) -> StoredFile | None:
        """A small picture of an image file; ``None`` of any other file."""
        small = photos.thumbnail(content)
        if small is None:
            return None
        origin = hashlib.sha256(content).hexdigest()
        return self._keep(
            FileKind.THUMBNAIL,
            small.content,
            origin,
            "",
            "image/jpeg",
            width=small.width,
            height=small.height,
        )

    def path(self, file: StoredFile) -> str:
        """Where a file can be fetched from now on, below ``/file/botTOKEN/``."""
        if file.file_id not in self._paths:
            suffix = PurePath(file.name).suffix or mimetypes.guess_extension(file.mime) or ""
            path = f"{_FOLDERS[file.kind]}/file_{len(self._paths)}{suffix}"
            self._paths[file.file_id] = path
            self._fetched[path] = file.file_id
        return self._paths[file.file_id]

    def at(self, path: str) -> StoredFile | None:
        """The file that getFile has given this path to."""
        return self._files.get(self._fetched.get(path, ""))

    def _photo(self, origin: str) -> tuple[StoredFile, ...]:
        return tuple(
            self._keep(
                FileKind.PHOTO, one.content, origin, "", "image/jpeg", width=one.width, height=one.height
            )
            for one in self._pictures[origin]
        )

    def _keep(
        self, kind: FileKind, content: bytes, origin: str, name: str, mime: str, **sides: int
    ) -> StoredFile:
        unique = _opaque(f"{kind} {origin} {sides.get('width', 0)}", 12)
        file_id = _opaque(f"{len(self._files)} {unique}", 42)
        file = StoredFile(file_id, unique, kind, content, origin, name, mime, **sides)
        self._files[file_id] = file
        return file


def _opaque(what: str, octets: int) -> str:
    digest = hashlib.blake2b(what.encode(), digest_size=octets).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
