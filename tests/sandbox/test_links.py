"""Addresses under links and buttons."""

import pytest

from sandbox.links import WrongLink, checked, deep, mentioned


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://a.cn", "https://a.cn/"),
        ("a.cn/x", "http://a.cn/x"),
        ("HTTP://A.cn:80/x?y#z", "http://A.cn:80/x?y#z"),
        ("http://127.0.0.1:8000/p/1", "http://127.0.0.1:8000/p/1"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
    ],
)
def test_a_good_address_is_completed(link: str, kept: str) -> None:
    assert checked(link) == kept


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("http://localhost/x", "Wrong HTTP URL"),
        ("http://a b.cn", "Wrong HTTP URL"),
        ("http://a.cn:port/", "Wrong HTTP URL"),
        ("http://", "URL host is empty"),
        ("ftp://a.cn", "Unsupported URL protocol"),
        ("tg://用户", "Unallowed characters in URL host"),
    ],
)
def test_a_bad_address_is_refused_with_telegrams_reason(link: str, reason: str) -> None:
    with pytest.raises(WrongLink) as wrong:
        checked(link)
    assert wrong.value.reason == reason


def test_a_page_inside_telegram_needs_https() -> None:
    assert checked("https://a.cn", https_only=True) == "https://a.cn/"
    with pytest.raises(WrongLink, match="Only HTTPS links are allowed"):
        checked("http://a.cn", https_only=True)


@pytest.mark.parametrize(
    ("link", "user"),
    [("tg://user?id=7", 7), ("TG:user?id=7#x", 7), ("tg://user?id=x", None), ("https://a.cn?id=7", None)],
)
def test_a_link_can_mean_somebody(link: str, user: int | None) -> None:
    assert mentioned(link) == user


@pytest.mark.parametrize(
    ("link", "opened"),
    [
        ("https://t.me/some_bot?start=abc", ("some_bot", "abc")),
        ("t.me/some_bot", ("some_bot", "")),
        ("http://www.telegram.me/some_bot/?start=a_b-1", ("some_bot", "a_b-1")),
        ("tg://resolve?domain=some_bot&start=abc", ("some_bot", "abc")),
        ("tg://resolve?start=abc", None),
        ("https://example.cn/some_bot?start=abc", None),
    ],
)
def test_a_link_can_open_a_bot(link: str, opened: tuple[str, str] | None) -> None:
    assert deep(link) == opened
