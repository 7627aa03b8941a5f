"""Photos, files and albums, in both directions."""

import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from PIL import Image

from sandbox.client import Person, Sandbox
from sandbox.limits import MEBIBYTE, Limits
from sandbox.refusals import CannotAct
from sandbox.server import Running
from sandbox.world import World

Ask = Callable[..., Awaitable[Any]]
Make = Callable[..., bytes]


async def fetched(web: ClientSession, server: Running, ok: Ask, file_id: str) -> bytes:
    file = await ok("getFile", file_id=file_id)
    async with web.get(f"/file/bot{server.token}/{file['file_path']}") as response:
        assert response.status == 200
        content = await response.read()
    assert len(content) == file["file_size"]
    return content


async def test_a_photo_comes_in_sizes_of_which_the_largest_has_1280_pixels(
    ok: Ask, web: ClientSession, server: Running, li: Person, picture: Make
) -> None:
    await li.send_photos([picture(width=3000, height=2000)], caption="门头")
    (update,) = await ok("getUpdates")
    message = update["message"]
    assert message["caption"] == "门头"
    assert [size["width"] for size in message["photo"]] == [90, 320, 800, 1280]
    assert len({size["file_id"] for size in message["photo"]}) == 4
    image = Image.open(io.BytesIO(await fetched(web, server, ok, message["photo"][-1]["file_id"])))
    assert (image.format, image.size) == ("JPEG", (1280, 853))


async def test_a_photo_loses_what_the_camera_noted_and_a_file_keeps_it(
    ok: Ask, web: ClientSession, server: Running, li: Person
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera"
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "JPEG", exif=exif)
    await li.send_photos([out.getvalue()])
    await li.send_photos([out.getvalue()], as_file=True)
    photo, file = [update["message"] for update in await ok("getUpdates")]
    seen = Image.open(io.BytesIO(await fetched(web, server, ok, photo["photo"][0]["file_id"])))
    assert (seen.size, dict(seen.getexif())) == ((40, 60), {})
    assert await fetched(web, server, ok, file["document"]["file_id"]) == out.getvalue()
    assert file["document"]["mime_type"] == "image/jpeg"
    assert file["document"]["thumbnail"]["width"] == 40


async def test_the_same_content_has_one_unique_id_and_many_file_ids(
    ok: Ask, li: Person, picture: Make
) -> None:
    await li.send_photos([picture(1), picture(2)], album=False)
    await li.send_photos([picture(1)])
    photos = [update["message"]["photo"][-1] for update in await ok("getUpdates")]
    assert len({photo["file_id"] for photo in photos}) == 3
    assert photos[0]["file_unique_id"] == photos[2]["file_unique_id"] != photos[1]["file_unique_id"]


async def test_an_album_is_one_update_for_each_photo(ok: Ask, li: Person, picture: Make) -> None:
    done = await li.send_photos([picture(shade) for shade in range(10)], caption="现场")
    messages = [update["message"] for update in await ok("getUpdates")]
    assert done.messages == tuple(range(1, 11)) == tuple(message["message_id"] for message in messages)
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["现场"] + [None] * 9


async def test_eleven_photos_are_an_album_and_one_more(ok: Ask, li: Person, picture: Make) -> None:
    await li.send_photos([picture(shade) for shade in range(11)])
    messages = [update["message"] for update in await ok("getUpdates")]
    assert len({message.get("media_group_id") for message in messages[:10]}) == 1
    assert "media_group_id" not in messages[10]


async def test_a_photo_that_is_none_stays_on_the_phone(li: Person) -> None:
    with pytest.raises(CannotAct) as refused:
        await li.send_photos([b"no picture"])
    assert refused.value.code == "no_photo"


async def test_a_bot_fetches_20_megabytes_and_no_more(ok: Ask, refusal: Ask, li: Person) -> None:
    await li.send_file(bytes(20 * MEBIBYTE), "大.bin")
    await li.send_file(bytes(20 * MEBIBYTE + 1), "太大.bin")
    fits, too_big = [update["message"]["document"] for update in await ok("getUpdates")]
    assert (await ok("getFile", file_id=fits["file_id"]))["file_size"] == 20 * MEBIBYTE
    assert too_big["file_size"] == 20 * MEBIBYTE + 1
    assert await refusal("getFile", file_id=too_big["file_id"]) == "400 Bad Request: file is too big"


@pytest.mark.parametrize(
    ("file_id", "said"),
    [("", "file_id not specified"), ("nonsense", "invalid file_id")],
)
async def test_an_unknown_file_is_refused(refusal: Ask, file_id: str, said: str) -> None:
    assert await refusal("getFile", file_id=file_id) == f"400 Bad Request: {said}"


@pytest.mark.parametrize("path", ["documents/file_0.pdf", "../x", "documents"])
async def test_a_path_that_nobody_was_given_leads_nowhere(
    web: ClientSession, server: Running, li: Person, path: str
) -> None:
    await li.send_file(b"x", "x.pdf")
    async with web.get(f"/file/bot{server.token}/{path}") as response:
        assert response.status == 404


async def test_other_things_a_person_sends_arrive(ok: Ask, li: Person) -> None:
    await li.send_sticker("👍")
    await li.send_voice(b"OggS", seconds=3)
    await li.send_video(b"ftyp", seconds=4)
    await li.send_location(35.76, 115.03, accuracy=20)
    await li.send_contact("+86 139 0000 0000")
    await li.send_contact("110", "警察")
    sticker, voice, video, place, own, other = [update["message"] for update in await ok("getUpdates")]
    assert (sticker["sticker"]["emoji"], sticker["sticker"]["type"]) == ("👍", "regular")
    assert (voice["voice"]["duration"], voice["voice"]["mime_type"]) == (3, "audio/ogg")
    assert (video["video"]["duration"], video["video"]["width"]) == (4, 720)
    assert place["location"] == {"latitude": 35.76, "longitude": 115.03, "horizontal_accuracy": 20.0}
    assert own["contact"] == {"phone_number": "+86 139 0000 0000", "first_name": "李建国", "user_id": 7}
    assert other["contact"] == {"phone_number": "110", "first_name": "警察"}


async def test_the_bot_sends_a_photo_and_sends_it_again(
    send: Ask, ok: Ask, li: Person, picture: Make
) -> None:
    _, body = await send(
        "sendPhoto", {"shop": ("x.png", picture())}, chat_id="7", photo="attach://shop", has_spoiler="true"
    )
    sizes = body["result"]["photo"]
    assert body["result"]["has_media_spoiler"] is True
    again = await ok("sendPhoto", chat_id=7, photo=sizes[0]["file_id"])
    assert [size["file_unique_id"] for size in again["photo"]] == [size["file_unique_id"] for size in sizes]
    assert again["photo"][0]["file_id"] != sizes[0]["file_id"]
    assert (await li.wait_for(kind="photo")).number == 2


async def test_the_bot_sends_a_file_with_a_chinese_name(
    send: Ask, ok: Ask, web: ClientSession, server: Running, li: Person
) -> None:
    _, body = await send(
        "sendDocument",
        {"document": ("检查记录.pdf", b"%PDF")},
        chat_id="7",
        caption="<b>档</b>",
        parse_mode="HTML",
    )
    document = body["result"]["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == (
        "检查记录.pdf",
        "application/pdf",
        4,
    )
    assert await fetched(web, server, ok, document["file_id"]) == b"%PDF"
    assert (await li.wait_for("档")).kind == "document"


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("photo", b"no picture", "Bad Request: IMAGE_PROCESS_FAILED"),
        ("photo", b"", "Bad Request: file must be non-empty"),
        ("document", b"", "Bad Request: file must be non-empty"),
    ],
)
async def test_a_wrong_upload_is_refused(send: Ask, li: Person, part: str, content: bytes, said: str) -> None:
    status, body = await send(f"send{part.title()}", {part: ("x", content)}, chat_id=str(li.id))
    assert (status, body["description"]) == (400, said)


async def test_an_upload_that_is_too_big_is_refused(send: Ask, li: Person, sandbox: Sandbox) -> None:
    assert (Limits().photo_bytes, Limits().upload_bytes) == (10 * MEBIBYTE, 50 * MEBIBYTE)
    await sandbox.limit(photo_bytes=100, upload_bytes=200)
    _, body = await send("sendPhoto", {"photo": ("x", bytes(101))}, chat_id=str(li.id))
    assert body["description"] == (
        "Bad Request: file of size 101 bytes is too big for a photo; the maximum size is 100 bytes"
    )
    assert (await send("sendDocument", {"document": ("x", bytes(200))}, chat_id="7"))[0] == 200
    status, body = await send("sendDocument", {"document": ("x", bytes(201))}, chat_id="7")
    assert (status, body["description"]) == (413, "Request Entity Too Large")


async def test_a_photo_that_is_too_long_and_narrow_is_refused(send: Ask, li: Person, picture: Make) -> None:
    wide = picture(width=2100, height=100)
    _, body = await send("sendPhoto", {"photo": ("x.jpg", wide)}, chat_id=str(li.id))
    assert body["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_a_file_is_good_only_for_what_it_was_sent_as(
    send: Ask, refusal: Ask, li: Person, picture: Make
) -> None:
    _, body = await send("sendPhoto", {"photo": ("x.jpg", picture())}, chat_id=str(li.id))
    said = await refusal("sendDocument", chat_id=7, document=body["result"]["photo"][0]["file_id"])
    assert said == "400 Bad Request: can't use file of type Photo as Document"


async def test_a_file_that_nothing_refers_to_is_refused(send: Ask, li: Person) -> None:
    _, body = await send("sendMessage", {"photo": ("x.jpg", b"x")}, chat_id=str(li.id), text="x")
    assert body["description"] == (
        'Bad Request: sandbox: nothing in this sendMessage refers to the uploaded file "photo"'
    )


async def test_the_bot_sends_an_album(send: Ask, li: Person, picture: Make) -> None:
    media = [{"type": "photo", "media": f"attach://p{place}"} for place in range(3)]
    media[0] |= {"caption": "<b>三张</b>", "parse_mode": "HTML"}
    files = {f"p{place}": ("x.jpg", picture(place)) for place in range(3)}
    _, body = await send("sendMediaGroup", files, chat_id="7", media=json.dumps(media))
    assert [message["message_id"] for message in body["result"]] == [1, 2, 3]
    assert len({message["media_group_id"] for message in body["result"]}) == 1
    await li.wait_for("三张")
    assert len({message.album for message in li.messages}) == 1


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], "there are no messages to send"),
        (["photo"], "sandbox: an album has 2 to 10 items"),
        (["photo"] * 11, "too many messages to send as an album"),
        (["photo", "document"], "document can't be mixed with other media types"),
        (["photo", "video"], 'sandbox: type "video" is not simulated in an album'),
        (["photo", "nothing"], "can't parse InputMedia: media not found"),
    ],
)
async def test_a_wrong_album_is_refused_whole(
    send: Ask, li: Person, picture: Make, kinds: list[str], said: str
) -> None:
    media = [
        {"type": kind.replace("nothing", "photo"), "media": f"attach://{'q' if kind == 'nothing' else 'p'}"}
        for kind in kinds
    ]
    files = {"p": ("x.jpg", picture())} if kinds else {}
    status, body = await send("sendMediaGroup", files, chat_id="7", media=json.dumps(media))
    assert (status, body["description"]) == (400, f"Bad Request: {said}")
    await li.look()
    assert li.messages == []


@pytest.mark.parametrize(
    ("media", "said"),
    [
        (None, 'parameter "media" is required'),
        ("{", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
        (["x", "y"], "can't parse InputMedia: expected an Object"),
    ],
)
async def test_an_album_that_is_none_is_refused(refusal: Ask, li: Person, media: object, said: str) -> None:
    assert await refusal("sendMediaGroup", chat_id=li.id, media=media) == f"400 Bad Request: {said}"


async def test_what_is_refused_keeps_the_chat_as_it_was(
    world: World, send: Ask, li: Person, picture: Make
) -> None:
    await li.block()
    before = world.people[7].chat.revision
    status, _ = await send("sendPhoto", {"photo": ("x.jpg", picture())}, chat_id="7")
    assert (status, world.people[7].chat.revision) == (403, before)
