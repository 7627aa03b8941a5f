"""Which addresses Telegram takes under a link or a button."""

import re
from urllib.parse import parse_qs, urlsplit

_HOST = re.compile(r"[A-Za-z0-9_-]+")


class WrongLink(Exception):
    """Telegram would not take this address.

    Args:
        reason: Telegram's own words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def checked(link: str, *, https_only: bool = False) -> str:
    """An address as Telegram rewrites it.

    Args:
        link: what the bot gave; without a scheme it is taken for http.
        https_only: whether plain http is refused.

    Returns:
        The address with its scheme and a path.

    Raises:
        WrongLink: no host, a host without a dot (``localhost``), an unknown scheme.

    Source: tdlib, LinkManager::check_link_impl.
    """
    scheme = link.split(":", 1)[0].lower() if ":" in link else ""
    if scheme == "tg" and not https_only:
        rest = link[3:].removeprefix("//")
        if not _HOST.fullmatch(re.split(r"[/?#]", rest, maxsplit=1)[0]):
            raise WrongLink("Unallowed characters in URL host")
        return f"tg://{rest}"
    parts = _split(link if "://" in link else f"http://{link}")
    if parts[0] not in ("http", "https"):
        raise WrongLink("Unsupported URL protocol")
    if https_only and parts[0] != "https":
        raise WrongLink("Only HTTPS links are allowed")
    return f"{parts[0]}://{parts[1]}{parts[2]}"


def _split(link: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise WrongLink("Wrong HTTP URL") from None
    if not host:
        raise WrongLink("URL host is empty")
    if ("." not in host and ":" not in host) or any(character.isspace() for character in link):
        raise WrongLink("Wrong HTTP URL")
    rest = parts.path or "/"
    if parts.query:
        rest += f"?{parts.query}"
    if parts.fragment:
        rest += f"#{parts.fragment}"
    return parts.scheme.lower(), parts.netloc, rest


def mentioned(link: str) -> int | None:
    """Whom a link such as ``tg://user?id=7`` means.

    Args:
        link: any address.

    Returns:
        The user's identifier, or ``None`` if this is no such link.
    """
    if not link.lower().startswith("tg:"):
        return None
    rest = link[3:].removeprefix("//").lower()
    match = re.fullmatch(r"user/?\?([^#]*)(?:#.*)?", rest)
    if match is None:
        return None
    values = parse_qs(match.group(1)).get("id", [])
    return int(values[0]) if values and values[0].isdecimal() else None


def deep(link: str) -> tuple[str, str] | None:
    """What a link to a bot opens.

    Args:
        link: ``https://t.me/NAME?start=PAYLOAD`` or ``tg://resolve?domain=NAME&start=PAYLOAD``.

    Returns:
        The bot's name and the payload (empty if there is none), or ``None`` if this is no such link.
    """
    web = re.fullmatch(r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(\w+)/?(?:\?(.*))?", link.strip())
    if web is not None:
        return web.group(1), parse_qs(web.group(2) or "").get("start", [""])[0]
    inner = re.fullmatch(r"tg:(?://)?resolve/?\?(.*)", link.strip())
    if inner is None:
        return None
    values = parse_qs(inner.group(1))
    name = values.get("domain", [""])[0]
    return (name, values.get("start", [""])[0]) if name else None
