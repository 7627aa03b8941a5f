"""What is refused: to the bot in Telegram's own words, to whoever plays a person by a code and a sentence."""

from typing import Any


class ApiRefused(Exception):
    """The Bot API says no.

    Where Telegram has a text for it, this is that text, letter by letter. Where Telegram forgives or ignores a
    mistake, the sandbox refuses it all the same, and the text begins with ``Bad Request: sandbox:``.

    Args:
        status: HTTP status, also the ``error_code``.
        description: what Telegram says.
        parameters: what a client can act on, such as ``retry_after``.
    """

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str) -> ApiRefused:
    """A request that Telegram cannot carry out.

    Args:
        text: the reason; its first letter becomes small as in Telegram, unless it is a name in capitals.

    Returns:
        The refusal, to be raised.

    Source: telegram-bot-api, Client::fail_query_with_error.
    """
    shouted = len(text) > 1 and (text[1] == "_" or text[1].isupper())
    return ApiRefused(400, f"Bad Request: {text if shouted else text[:1].lower() + text[1:]}")


def stricter(text: str) -> ApiRefused:
    """A mistake that Telegram would let pass in silence.

    Args:
        text: the reason.

    Returns:
        The refusal, to be raised.
    """
    return ApiRefused(400, f"Bad Request: sandbox: {text}")


def forbidden(text: str) -> ApiRefused:
    """Something that this bot may not do with this person.

    Args:
        text: the reason.

    Returns:
        The refusal, to be raised.
    """
    return ApiRefused(403, f"Forbidden: {text}")


def too_many(seconds: int) -> ApiRefused:
    """Too much at once.

    Args:
        seconds: how long to hold back.

    Returns:
        The refusal, to be raised.
    """
    return ApiRefused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


class CannotAct(Exception):
    """A person cannot do that on their phone.

    Args:
        code: for programs and for the page, which has its own words for it.
        text: for whoever writes a test.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
