"""Both libraries that we use, against every method that we use: what both parse is close to the truth."""

from collections.abc import AsyncIterator, Callable

import pytest
import telegram
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from aiohttp import ClientSession
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import ExtBot

from sandbox.client import Person, Sandbox
from sandbox.faults import Trouble
from sandbox.server import Running

Make = Callable[..., bytes]

BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="接受", callback_data="a:1", style="success")]]
)


@pytest.fixture
async def aio(server: Running) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    bot = Bot(server.token, session, DefaultBotProperties(parse_mode="HTML"))
    yield bot
    await session.close()


@pytest.fixture
async def ptb(server: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ExtBot[None]]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it, reading `retry_after` warns
    async with ExtBot(server.token, base_url=server.bot_url, base_file_url=server.file_url) as bot:
        yield bot


async def test_aiogram_sends_everything(aio: Bot, li: Person, picture: Make) -> None:
    me = await aio.get_me()
    assert (me.id, me.username) == (7_000_000_001, "chouchatong_bot")
    quiet = LinkPreviewOptions(is_disabled=True)
    text = await aio.send_message(
        7, "<b>任务</b> https://a.cn", reply_markup=BUTTONS, link_preview_options=quiet
    )
    assert [entity.type for entity in text.entities or []] == ["bold", "url"]
    photo = await aio.send_photo(
        7, BufferedInputFile(picture(), "x.jpg"), caption="<i>图</i>", show_caption_above_media=True
    )
    assert photo.photo is not None
    file = await aio.send_document(
        7, BufferedInputFile(b"%PDF", "档案.pdf"), reply_parameters=ReplyParameters(message_id=1)
    )
    assert (
        file.document and file.document.file_name,
        file.reply_to_message and file.reply_to_message.message_id,
    ) == ("档案.pdf", 1)
    media = [
        InputMediaPhoto(media=BufferedInputFile(picture(shade), "x.jpg"), caption="<b>三</b>")
        for shade in range(2)
    ]
    album = await aio.send_media_group(7, [*media, InputMediaPhoto(media=photo.photo[0].file_id)])
    assert {message.media_group_id for message in album} == {album[0].media_group_id}
    await aio.send_location(7, 35.76, 115.03, horizontal_accuracy=10)
    venue = await aio.send_venue(7, 35.76, 115.03, "超市", "人民路")
    assert venue.venue is not None
    await aio.send_chat_action(7, "upload_photo")
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="我的任务")]], resize_keyboard=True)
    await aio.send_message(7, "菜单", reply_markup=keys)
    assert (await li.look())["keyboard"] == [[{"text": "我的任务", "request": None}]]
    await aio.send_message(7, "收起", reply_markup=ReplyKeyboardRemove())
    assert (await li.look())["keyboard"] is None


async def test_aiogram_edits_answers_and_asks(aio: Bot, li: Person, picture: Make, sandbox: Sandbox) -> None:
    await aio.send_message(7, "一", reply_markup=BUTTONS)
    done = await li.press("接受")
    (update,) = await aio.get_updates(allowed_updates=["message", "callback_query", "my_chat_member"])
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (done.query, "a:1")
    await update.callback_query.answer("好", show_alert=True)
    assert (await li.wait_for_toast()).alert
    await aio.edit_message_text("<b>二</b>", chat_id=7, message_id=1, reply_markup=BUTTONS)
    await aio.edit_message_reply_markup(chat_id=7, message_id=1)
    await aio.send_photo(7, BufferedInputFile(picture(), "x.jpg"))
    await aio.edit_message_caption(chat_id=7, message_id=2, caption="<b>图</b>")
    await aio.set_message_reaction(7, 2, [ReactionTypeEmoji(emoji="👍")], is_big=True)
    await aio.pin_chat_message(7, 2, disable_notification=True)
    chat = await aio.get_chat(7)
    assert (chat.first_name, chat.pinned_message and chat.pinned_message.caption) == ("李建国", "图")
    await aio.unpin_chat_message(7)
    await aio.delete_message(7, 2)
    commands = [BotCommand(command="tasks", description="我的任务")]
    await aio.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=7), language_code="zh")
    menu = await aio.get_my_commands(scope=BotCommandScopeChat(chat_id=7), language_code="zh")
    assert [(one.command, one.description) for one in menu] == [("tasks", "我的任务")]
    assert (await li.look())["commands"] == [{"command": "tasks", "description": "我的任务"}]
    await aio.delete_my_commands(scope=BotCommandScopeChat(chat_id=7), language_code="zh")
    assert (await li.look())["commands"] == []
    await aio.set_webhook("http://127.0.0.1:1/", secret_token="s", allowed_updates=["message"])
    info = await aio.get_webhook_info()
    assert (info.url, info.allowed_updates) == ("http://127.0.0.1:1/", ["message"])
    await aio.delete_webhook(drop_pending_updates=True)
    assert (await sandbox.state())["webhook"] is None


async def test_aiogram_reads_every_kind_of_update(aio: Bot, li: Person, picture: Make) -> None:
    await li.start("abc")
    await li.send_photos([picture(1), picture(2)], caption="两张")
    await li.send_file(b"x", "表.xlsx")
    await li.send_sticker("👍")
    await li.send_voice(b"OggS")
    await li.send_video(b"ftyp")
    await li.send_location(35.76, 115.03)
    await li.send_contact("110")
    await li.edit(1, "/start xyz")
    await li.block()
    await li.unblock()
    updates = await aio.get_updates()
    kinds = [update.message.content_type if update.message else update.event_type for update in updates]
    assert kinds == [
        "text", "photo", "photo", "document", "sticker", "voice", "video", "location", "contact",
        "edited_message", "my_chat_member", "my_chat_member",
    ]  # fmt: skip
    document = updates[3].message and updates[3].message.document
    assert document
    content = await aio.download(document)
    assert content is not None
    assert content.read() == b"x"
    assert updates[-1].my_chat_member is not None
    assert updates[-1].my_chat_member.new_chat_member.status == "member"


async def test_aiogram_gets_its_own_errors(aio: Bot, li: Person, sandbox: Sandbox) -> None:
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await aio.send_message(7, "")
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await aio.send_message(7, "<br>")
    await li.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aio.send_message(7, "x")
    await sandbox.fault(Trouble.FLOOD, retry_after=9)
    with pytest.raises(TelegramRetryAfter) as flood:
        await aio.get_chat(7)
    assert flood.value.retry_after == 9
    await sandbox.fault(Trouble.SERVER_ERROR)
    with pytest.raises(TelegramServerError):
        await aio.get_chat(7)
    await sandbox.fault(Trouble.LOST_BEFORE)
    with pytest.raises(TelegramNetworkError):
        await aio.get_chat(7)
    with pytest.raises(TelegramNotFound):
        await aio.send_dice(7)
    await aio.set_webhook("http://127.0.0.1:1/")
    with pytest.raises(TelegramConflictError):
        await aio.get_updates()
    with pytest.raises(TelegramUnauthorizedError):
        await Bot("7000000001:wrong", aio.session).get_me()


async def test_aiogram_reads_a_press_on_a_message_that_has_gone(
    aio: Bot, li: Person, web: ClientSession
) -> None:
    await aio.send_message(7, "一", reply_markup=BUTTONS)
    await aio.delete_message(li.id, 1)
    place = {"message": 1, "row": 0, "column": 0}
    await (await web.post("/sandbox/people/7/press", json=place)).read()
    (update,) = await aio.get_updates()
    assert update.callback_query is not None
    assert isinstance(update.callback_query.message, InaccessibleMessage)


async def test_ptb_sends_everything(ptb: ExtBot[None], li: Person, picture: Make) -> None:
    buttons = telegram.InlineKeyboardMarkup.from_button(
        telegram.InlineKeyboardButton("接受", callback_data="a:1")
    )
    text = await ptb.send_message(
        7, "<b>任务</b>", parse_mode="HTML", reply_markup=buttons, disable_web_page_preview=True
    )
    assert text.reply_markup == buttons
    photo = await ptb.send_photo(7, picture(), caption="图", reply_to_message_id=1)
    assert photo.photo[-1].width == 640
    file = await ptb.send_document(7, b"%PDF", filename="档案.pdf", disable_content_type_detection=True)
    assert file.document is not None
    assert file.document.file_name == "档案.pdf"
    media = [telegram.InputMediaPhoto(picture(shade)) for shade in range(2)]
    album = await ptb.send_media_group(7, media, caption="<i>册</i>", parse_mode="HTML")
    assert [message.caption for message in album] == ["册", None]
    files = [
        telegram.InputMediaDocument(b"x", filename="一.txt"),
        telegram.InputMediaDocument(b"y", filename="二.txt"),
    ]
    assert len(await ptb.send_media_group(7, files)) == 2
    await ptb.send_location(7, 35.76, 115.03)
    await ptb.send_venue(7, 35.76, 115.03, "超市", "人民路")
    assert await ptb.send_chat_action(7, "typing")
    assert [message.kind for message in (await li.look(), li.messages)[1]] == [
        "text", "photo", "document", "photo", "photo", "document", "document", "location", "venue",
    ]  # fmt: skip


async def test_ptb_edits_answers_and_asks(ptb: ExtBot[None], li: Person) -> None:
    assert ptb.username == "chouchatong_bot"
    button = telegram.InlineKeyboardButton("接受", callback_data="a:1")
    await ptb.send_message(7, "一", reply_markup=telegram.InlineKeyboardMarkup.from_button(button))
    done = await li.press("接受")
    (update,) = await ptb.get_updates(allowed_updates=telegram.Update.ALL_TYPES)
    assert update.callback_query is not None
    assert await update.callback_query.answer("好")
    assert update.callback_query.id == done.query
    await ptb.edit_message_text("二", 7, 1, reply_markup=telegram.InlineKeyboardMarkup.from_button(button))
    await ptb.edit_message_reply_markup(7, 1)
    await ptb.send_document(7, b"x", filename="x.txt")
    edited = await ptb.edit_message_caption(7, 2, caption="新")
    assert isinstance(edited, telegram.Message)
    assert edited.edit_date is not None
    await ptb.set_message_reaction(7, 2, "👍")
    await ptb.pin_chat_message(7, 2)
    assert (await ptb.get_chat(7)).full_name == "李建国"
    await ptb.unpin_chat_message(7)
    await ptb.delete_message(7, 2)
    await ptb.set_my_commands([("tasks", "我的任务")])
    assert (await ptb.get_my_commands())[0].command == "tasks"
    await ptb.delete_my_commands()
    await ptb.set_webhook("http://127.0.0.1:1/")
    assert (await ptb.get_webhook_info()).url == "http://127.0.0.1:1/"
    await ptb.delete_webhook()


async def test_ptb_reads_updates_and_fetches_files(ptb: ExtBot[None], li: Person, picture: Make) -> None:
    await li.start("abc")
    await li.send_photos([picture(1), picture(2)])
    await li.send_sticker("👍")
    await li.send_location(35.76, 115.03)
    await li.edit(1, "/start xyz")
    await li.block()
    started, photo, _, sticker, place, edited, member = await ptb.get_updates()
    assert started.message is not None
    assert photo.message is not None
    assert list(started.message.parse_entities(["bot_command"]).values()) == ["/start"]
    assert photo.message.media_group_id is not None
    file = await (await photo.message.photo[-1].get_file()).download_as_bytearray()
    assert len(file) == photo.message.photo[-1].file_size
    assert sticker.message is not None
    assert sticker.message.sticker is not None
    assert place.message is not None
    assert place.message.location == telegram.Location(115.03, 35.76)
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/start xyz"
    assert member.my_chat_member is not None
    assert member.my_chat_member.new_chat_member.status == "kicked"


async def test_ptb_gets_its_own_errors(
    ptb: ExtBot[None], server: Running, li: Person, sandbox: Sandbox
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(99, "x")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await (await ptb.send_message(7, "x")).edit_text("x")
    await li.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(7, "x")
    await sandbox.fault(Trouble.FLOOD, retry_after=9)
    with pytest.raises(RetryAfter) as flood:
        await ptb.get_chat(7)
    assert flood.value._retry_after.total_seconds() == 9
    for trouble, page in ((Trouble.SERVER_ERROR, False), (Trouble.LOST_BEFORE, False)):
        await sandbox.fault(trouble, page=page)
        with pytest.raises(NetworkError):
            await ptb.get_chat(7)
    await ptb.set_webhook("http://127.0.0.1:1/")
    with pytest.raises(Conflict):
        await ptb.get_updates()
    wrong = ExtBot("7000000001:wrong", base_url=server.bot_url)
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()


async def test_what_one_library_sent_the_other_edits(
    aio: Bot, ptb: ExtBot[None], li: Person, picture: Make
) -> None:
    sent = await ptb.send_photo(7, picture(), caption="一")
    await aio.edit_message_caption(chat_id=7, message_id=sent.message_id, caption="二")
    again = await aio.send_photo(7, sent.photo[-1].file_id)
    assert again.photo is not None
    assert (await ptb.get_file(again.photo[-1].file_id)).file_unique_id == sent.photo[-1].file_unique_id
    assert (await li.wait_for("二")).number == 1
