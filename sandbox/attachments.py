"""What a person can send besides words: photos, files, voice, a place, a phone number."""

from collections.abc import Sequence
from typing import Any

from sandbox.acts import Done, send
from sandbox.arguments import Upload
from sandbox.chats import Content, Kind, Person
from sandbox.entities import formatted
from sandbox.files import FileKind
from sandbox.limits import ALBUM
from sandbox.methods.inputs import document_fields
from sandbox.photos import NotAPhoto
from sandbox.refusals import CannotAct
from sandbox.world import World

_STICKER_SIDE = 512


def send_photos(world: World, person: Person, photos: Sequence[Upload], caption: str = "") -> Done:
    """Sends photos from the gallery: one alone, several as albums of ten.

    Args:
        world: where.
        person: who.
        photos: pictures in any common format.
        caption: stands under the first.

    Returns:
        What came of it.

    Raises:
        CannotAct: none given, or one of them is no picture.
    """
    contents: list[Content] = []
    for upload in photos:
        try:
            sizes = world.files.add_photo(upload.content)
        except NotAPhoto:
            raise CannotAct("no_photo", f"{upload.name or 'that file'} is no picture") from None
        contents.append(Content(Kind.PHOTO, media={"photo": [size.written() for size in sizes]}))
    return _send_files(world, person, contents, caption)


def send_files(world: World, person: Person, files: Sequence[Upload], caption: str = "") -> Done:
    """Sends files as they are: one alone, several as albums of ten.

    Args:
        world: where.
        person: who.
        files: of any kind.
        caption: stands under the first.

    Returns:
        What came of it.

    Raises:
        CannotAct: none given, or one of them is empty.
    """
    contents: list[Content] = []
    for upload in files:
        if not upload.content:
            raise CannotAct("empty_file", f"{upload.name} is empty")
        file = world.files.add(FileKind.DOCUMENT, upload.content, upload.name, upload.mime)
        contents.append(Content(Kind.DOCUMENT, media=document_fields(world, file)))
    return _send_files(world, person, contents, caption)


def send_sticker(world: World, person: Person, emoji: str) -> Done:
    """Sends a sticker.

    Args:
        world: where.
        person: who.
        emoji: what it stands for.

    Returns:
        What came of it.
    """
    file = world.files.add(
        FileKind.STICKER,
        emoji.encode(),
        "sticker.webp",
        "image/webp",
        width=_STICKER_SIDE,
        height=_STICKER_SIDE,
    )
    kind = {"type": "regular", "is_animated": False, "is_video": False, "emoji": emoji}
    return send(world, person, [Content(Kind.STICKER, media={"sticker": kind | file.written()})])


def send_recording(world: World, person: Person, kind: Kind, recording: Upload, seconds: int) -> Done:
    """Sends something that was just spoken or filmed.

    Args:
        world: where.
        person: who.
        kind: voice or video.
        recording: the file.
        seconds: how long it is.

    Returns:
        What came of it.
    """
    voice = kind is Kind.VOICE
    sides = {} if voice else {"width": 720, "height": 1280}
    mime = recording.mime or ("audio/ogg" if voice else "video/mp4")
    file = world.files.add(
        FileKind.VOICE if voice else FileKind.VIDEO, recording.content, recording.name, mime, **sides
    )
    fields = file.written() | {"duration": seconds, "mime_type": mime}
    return send(world, person, [Content(kind, media={str(kind): fields})])


def send_location(
    world: World, person: Person, latitude: float, longitude: float, accuracy: float = 0.0
) -> Done:
    """Sends where the person is.

    Args:
        world: where.
        person: who.
        latitude: degrees.
        longitude: degrees.
        accuracy: metres; 0 if unknown.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such place on earth.
    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise CannotAct("no_place", f"there is no place at {latitude}, {longitude}")
    place = {"latitude": latitude, "longitude": longitude}
    if accuracy:
        place["horizontal_accuracy"] = accuracy
    return send(world, person, [Content(Kind.LOCATION, media={"location": place})])


def send_contact(world: World, person: Person, phone: str, name: str = "", user: int | None = None) -> Done:
    """Sends a phone number, by default the person's own.

    Args:
        world: where.
        person: who.
        phone: the number.
        name: whose it is; empty for the person's own.
        user: Telegram's number of whoever it belongs to; the person's own if no name is given.

    Returns:
        What came of it.
    """
    owner = user if name else person.id
    contact: dict[str, Any] = {"phone_number": phone, "first_name": name or person.first_name}
    if owner is not None:
        contact["user_id"] = owner
    return send(world, person, [Content(Kind.CONTACT, media={"contact": contact})])


def _send_files(world: World, person: Person, contents: list[Content], caption: str) -> Done:
    if not contents:
        raise CannotAct("nothing_to_send", "no files were chosen")
    if caption:
        plain, entities = formatted(caption, ())
        contents[0] = Content(contents[0].kind, plain, entities, contents[0].media)
    most = ALBUM.stop - 1
    done = [
        send(world, person, contents[first : first + most], album=len(contents[first : first + most]) > 1)
        for first in range(0, len(contents), most)
    ]
    return Done(done[-1].revision, tuple(number for one in done for number in one.messages))
