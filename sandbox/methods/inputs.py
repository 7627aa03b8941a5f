"""Files that a bot sends: fresh ones, and those that Telegram knows already."""

from sandbox.arguments import Upload
from sandbox.chats import Content, Kind
from sandbox.entities import Entity
from sandbox.files import FileKind, StoredFile
from sandbox.photos import NotAPhoto
from sandbox.refusals import ApiRefused, bad_request, stricter
from sandbox.world import World


def photo(
    world: World, given: Upload | str, text: str, spans: tuple[Entity, ...], *, spoiler: bool, above: bool
) -> Content:
    """A photo message.

    Args:
        world: where files are kept.
        given: an upload or an identifier.
        text: the caption.
        spans: its formatting.
        spoiler: whether it is hidden until it is touched.
        above: whether the caption stands above.

    Returns:
        Its content.

    Raises:
        ApiRefused: too big, no picture, an unknown identifier, or one of another kind.
    """
    if isinstance(given, str):
        sizes = world.files.photo_again(_known(world, given, FileKind.PHOTO))
    else:
        _weigh(world, given)
        if len(given.content) > world.limits.photo_bytes:
            size, most = len(given.content), world.limits.photo_bytes
            raise bad_request(
                f"File of size {size} bytes is too big for a photo; the maximum size is {most} bytes"
            )
        try:
            sizes = world.files.add_photo(given.content)
        except NotAPhoto as error:
            raise bad_request(error.reason) from None
    media: dict[str, object] = {"photo": [size.written() for size in sizes]}
    if spoiler:
        media["has_media_spoiler"] = True
    if above and text:
        media["show_caption_above_media"] = True
    return Content(Kind.PHOTO, text, spans, media)


def document(world: World, given: Upload | str, text: str, spans: tuple[Entity, ...]) -> Content:
    """A file message.

    Args:
        world: where files are kept.
        given: an upload or an identifier.
        text: the caption.
        spans: its formatting.

    Returns:
        Its content.

    Raises:
        ApiRefused: too big, empty, an unknown identifier, or one of another kind.
    """
    if isinstance(given, str):
        file = world.files.again(_known(world, given, FileKind.DOCUMENT))
    else:
        _weigh(world, given)
        file = world.files.add(FileKind.DOCUMENT, given.content, given.name)
    return Content(Kind.DOCUMENT, text, spans, document_fields(world, file))


def recording(world: World, given: str, kind: Kind, text: str, spans: tuple[Entity, ...]) -> Content:
    """Something spoken or filmed, sent again.

    Args:
        world: where files are kept.
        given: an identifier.
        kind: voice or video.
        text: the caption.
        spans: its formatting.

    Returns:
        Its content.

    Raises:
        ApiRefused: an unknown identifier, or one of another kind.
    """
    file = world.files.again(_known(world, given, FileKind.VOICE if kind is Kind.VOICE else FileKind.VIDEO))
    fields = file.written() | {"duration": 1, "mime_type": file.mime}
    return Content(kind, text, spans, {str(kind): fields})


def document_fields(world: World, file: StoredFile) -> dict[str, object]:
    """How the Bot API writes a document.

    Args:
        world: where its thumbnail is kept.
        file: the document.

    Returns:
        The field ``document``; with a thumbnail if it is an image.
    """
    fields: dict[str, object] = {"file_name": file.name, "mime_type": file.mime}
    small = world.files.add_thumbnail(file.content) if file.mime.startswith("image/") else None
    if small is not None:
        fields["thumbnail"] = small.written()
    return {"document": fields | file.written()}


def _known(world: World, file_id: str, kind: FileKind) -> StoredFile:
    if file_id.startswith(("http://", "https://")):
        raise stricter("sending a file by its address is not simulated; upload it")
    file = world.files.find(file_id)
    if file is None:
        raise bad_request("Wrong file identifier/HTTP URL specified")
    if file.kind is not kind:
        raise bad_request(f"Can't use file of type {file.kind} as {kind}")
    return file


def _weigh(world: World, upload: Upload) -> None:
    if not upload.content:
        raise bad_request("File must be non-empty")
    if len(upload.content) > world.limits.upload_bytes:
        raise ApiRefused(413, "Request Entity Too Large")
