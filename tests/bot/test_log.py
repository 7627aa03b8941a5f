"""The log says where and of what kind, and nothing of what people said; a token never."""

import io
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from bot.log import QuietFormatter, configure

TOKEN = "7000000001:AAF_x-yz0123456789abcdefghijklmnopq"
WORDS = "张三 13800000000"


def logged(message: str, *arguments: object, error: BaseException | None = None) -> str:
    """What a line looks like in the log."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(QuietFormatter("%(levelname)s %(name)s: %(message)s"))
    record = logging.LogRecord(
        "bot.x", logging.ERROR, __file__, 1, message, arguments, (type(error), error, None) if error else None
    )
    handler.emit(record)
    return out.getvalue()


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    """The same with the places where it was raised."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_a_token_is_taken_out_wherever_it_turns_up() -> None:
    address = "https://api.telegram.org/file/bot%s/photos/file_1.jpg"
    assert logged(address, TOKEN) == (
        "ERROR bot.x: https://api.telegram.org/file/bot<token>/photos/file_1.jpg\n"
    )


@given(
    st.from_regex(r"[0-9]{8,10}:[A-Za-z0-9_-]{35}", fullmatch=True),
    st.text(st.characters(categories=["Lo"])),
)
def test_no_token_of_telegrams_shape_gets_through(token: str, around: str) -> None:
    assert token not in logged(f"{around}/bot{token}/{around}")


def test_an_exception_is_its_kind_and_its_place_without_its_words() -> None:
    line = logged("update 5 failed", error=raised(ValueError(WORDS)))
    assert "builtins.ValueError" in line
    assert "test_log.py" in line
    assert "in raised" in line
    assert WORDS not in line


def test_what_caused_an_exception_is_told_as_quietly() -> None:
    cause = raised(KeyError(WORDS))
    line = logged("failed", error=raised(RuntimeError(WORDS), cause))
    assert line.index("builtins.RuntimeError") < line.index("builtins.KeyError")
    assert WORDS not in line


def test_a_broken_transaction_does_not_quote_its_row() -> None:
    error = IntegrityError("INSERT INTO account (name) VALUES (?)", {"name": WORDS}, Exception(WORDS))
    line = logged("failed", error=raised(error))
    assert "sqlalchemy.exc.IntegrityError" in line
    assert WORDS not in line
    assert "INSERT" not in line


def test_it_stays_quiet_when_another_handler_has_told_everything_already() -> None:
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "failed", (), None)
    error = raised(ValueError(WORDS))
    record.exc_info = (type(error), error, error.__traceback__)
    assert WORDS in logging.Formatter().format(record)
    assert WORDS not in QuietFormatter().format(record)


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """Configuring the log replaces what pytest has put there."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in ("httpx", "telegram", "aiogram.event")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, known in levels.items():
        logging.getLogger(name).setLevel(known)


@pytest.mark.usefixtures("logging_as_it_was")
def test_libraries_that_log_addresses_are_silent_even_when_we_are_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("DEBUG")
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("telegram.ext").debug("Calling Bot API endpoint with %s", WORDS)
    logging.getLogger("aiogram.event").info("Update is handled")
    logging.getLogger("bot.intake").info("ours")
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines()] == ["ours"]


@pytest.mark.usefixtures("logging_as_it_was")
def test_the_log_goes_to_stderr_because_stdout_is_for_results(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    logging.getLogger("bot").error("failed", exc_info=raised(ValueError(WORDS)))
    said = capsys.readouterr()
    assert said.out == ""
    assert "ValueError" in said.err
    assert WORDS not in said.err
