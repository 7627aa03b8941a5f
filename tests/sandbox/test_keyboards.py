"""Buttons and keys."""

from collections.abc import Sequence
from typing import Any

import pytest

from sandbox.keyboards import (
    Button,
    ForceReply,
    InlineKeyboard,
    Key,
    NoKeyboard,
    ReplyKeyboard,
    parse,
    parse_inline,
)
from sandbox.refusals import ApiRefused


def inline(*rows: Sequence[object]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def refused(value: object) -> str:
    with pytest.raises(ApiRefused) as error:
        parse(value)
    assert error.value.status == 400
    return error.value.description.removeprefix("Bad Request: ")


def test_every_kind_of_button_is_read() -> None:
    row = [
        {"text": "接受", "callback_data": "a", "style": "success"},
        {"text": "公示", "url": "a.cn"},
        {"text": "地图", "web_app": {"url": "https://a.cn/map"}},
        {"text": "复制", "copy_text": {"text": "91410900"}},
    ]
    assert parse(inline(row)) == InlineKeyboard(
        (
            (
                Button("接受", data="a", style="success"),
                Button("公示", url="http://a.cn/"),
                Button("地图", web_app="https://a.cn/map"),
                Button("复制", copied="91410900"),
            ),
        )
    )


def test_json_as_text_is_read_like_json() -> None:
    assert parse('{"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}') == InlineKeyboard(
        ((Button("x", data="y"),),)
    )


def test_what_is_written_is_what_was_read() -> None:
    given = inline([{"text": "x", "callback_data": "y"}], [{"text": "z", "url": "https://a.cn/"}])
    keyboard = parse(given)
    assert isinstance(keyboard, InlineKeyboard)
    assert keyboard.written() == given


def test_a_reply_keyboard_is_read() -> None:
    given = {
        "keyboard": [
            ["任务", {"text": "位置", "request_location": True}],
            [{"text": "电话", "request_contact": True}],
        ],
        "resize_keyboard": True,
        "one_time_keyboard": True,
        "is_persistent": False,
        "input_field_placeholder": "选一个",
        "selective": False,
    }
    rows = ((Key("任务"), Key("位置", "location")), (Key("电话", "contact"),))
    assert parse(given) == ReplyKeyboard(rows, resize=True, one_time=True, placeholder="选一个")


def test_the_other_markups_are_read() -> None:
    assert parse({"remove_keyboard": True}) == NoKeyboard()
    assert parse({"force_reply": True, "input_field_placeholder": "写这里"}) == ForceReply("写这里")
    assert parse(None) is None
    assert parse(inline()) is None
    assert parse(inline([], [])) is None


@pytest.mark.parametrize(
    ("data", "fits"), [("x" * 64, True), ("x" * 65, False), ("检" * 21, True), ("检" * 22, False)]
)
def test_button_data_has_64_bytes_not_characters(data: str, fits: bool) -> None:
    markup = inline([{"text": "x", "callback_data": data}])
    if fits:
        assert parse(markup) is not None
    else:
        assert refused(markup) == "BUTTON_DATA_INVALID"


@pytest.mark.parametrize(
    ("rows", "columns", "fits"), [(25, 4, True), (20, 5, True), (26, 4, False), (13, 8, False)]
)
def test_a_keyboard_has_100_buttons(rows: int, columns: int, fits: bool) -> None:
    markup = inline(*[[{"text": "x", "callback_data": "y"}] * columns] * rows)
    if fits:
        assert parse(markup) is not None
    else:
        assert refused(markup) == "reply markup is too long"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ("[]", "object expected as reply markup"),
        ({"inline_keyboard": {}}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [{}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (inline(["x"]), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        (inline([{"callback_data": "x"}]), "can't parse inline keyboard button: Can't find field \"text\""),
        (
            inline([{"text": "x"}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline([{"text": "x", "callback_data": ""}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline([{"text": "x", "callback_data": []}]),
            'can\'t parse inline keyboard button: Field "callback_data" must be of type String',
        ),
        (inline([{"text": " ", "callback_data": "x"}]), "inline keyboard button text must be non-empty"),
        (
            inline([{"text": "x", "url": "http://localhost/"}]),
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            inline([{"text": "x", "web_app": {"url": "http://a.cn"}}]),
            "inline keyboard button Web App URL 'http://a.cn' is invalid: Only HTTPS links are allowed",
        ),
        (
            inline([{"text": "x", "callback_data": "y", "style": "loud"}]),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (inline([{"text": "x", "copy_text": {"text": "y" * 257}}]), "BUTTON_COPY_TEXT_INVALID"),
        (
            inline([{"text": "x", "callback_data": "y", "data": "z"}]),
            'sandbox: unknown or unsupported field "data" of InlineKeyboardButton',
        ),
        (
            inline([{"text": "x", "switch_inline_query": "y"}]),
            'sandbox: unknown or unsupported field "switch_inline_query" of InlineKeyboardButton',
        ),
        (
            inline([{"text": "x", "callback_data": "y"}] * 9),
            "sandbox: a row of a keyboard shows 8 buttons at most",
        ),
        ({"keyboard": [[7]]}, "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        ({"keyboard": [[""]]}, "keyboard button text must be non-empty"),
        ({"keyboards": [["x"]]}, 'sandbox: unknown or unsupported field "keyboards" of the reply markup'),
        ({"force_reply": 1}, 'field "force_reply" must be of type Boolean'),
        (
            {"force_reply": True, "input_field_placeholder": "x" * 65},
            "sandbox: an input_field_placeholder has 64 characters at most",
        ),
    ],
)
def test_a_wrong_markup_is_refused(value: object, reason: str) -> None:
    assert refused(value) == reason


def test_an_edit_takes_only_buttons_under_the_message() -> None:
    with pytest.raises(ApiRefused, match="inline keyboard expected"):
        parse_inline({"keyboard": [["x"]]})
