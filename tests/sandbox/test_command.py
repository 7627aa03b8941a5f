"""The sandbox alone, from the command line."""

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.client import Sandbox
from sandbox.server import Running, running


async def test_it_starts_with_its_people_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    users = tmp_path / "people.json"
    users.write_text(
        json.dumps([{"id": 1, "first_name": "周敏", "started": True}, {"id": 2, "first_name": "李建国"}])
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", "--users", str(users), "--token", "42:abc",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode() for _ in range(3)]
    url = lines[0].split()[-1].rstrip("/")
    assert lines[1].split()[-1] == f"{url}/bot42:abc/"
    async with Sandbox(url) as sandbox:
        state = await sandbox.state()
    assert [(one["name"], one["started"]) for one in state["people"]] == [("周敏", True), ("李建国", False)]
    assert state["bot"]["id"] == 42
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0
    # Its pipe has to be read to the end, or it counts as forgotten.
    assert await process.stdout.read() == b""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "读不了"),
        ("{}", "应当是一个列表"),
        ('["x"]', "应当是一个列表"),
        ('[{"id": 1, "first_name": "周敏"}, {"id": 2}]', "第 2 人：«first_name» must not be empty"),
    ],
)
def test_a_wrong_list_of_people_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    users = tmp_path / "people.json"
    users.write_text(content)
    assert main(["--users", str(users)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert str(users) in err
    assert said in err


@pytest.mark.parametrize("token", ["x", "42", "x:y", "0:y", "42:", "42:a/b"])
def test_a_token_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], token: str) -> None:
    assert main(["--token", token]) == 2
    assert "令牌" in capsys.readouterr().err


def test_a_list_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--users", str(tmp_path / "nobody.json")]) == 2
    assert "nobody.json" in capsys.readouterr().err


def test_a_port_that_is_taken_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["--port", str(taken.getsockname()[1])]) == 2
    assert "不能用" in capsys.readouterr().err


async def test_two_sandboxes_know_nothing_of_each_other(server: Running, sandbox: Sandbox) -> None:

    async with running() as other, Sandbox(other.url) as theirs:
        await theirs.person(1, "周敏")
        assert other.port != server.port
        assert (await sandbox.state())["people"] == []
