"""Every button has its handler and every handler its button; every command likewise."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, User
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes

from handlers import routers
from handlers.filters import Asks, Has
from handlers.presses import PRESSES, Press, Pressed
from models.people import RoleName
from templates.keyboard import CALLBACK_DATA_BYTES, press
from templates.menu import MOST, command_of, entries, rows
from templates.render import environment

MESSAGES = Path(__file__).parents[2] / "templates" / "messages"

RECORD = "rec"
"""The one conversation whose last handler takes whatever the screen's buttons do; services/records.py knows what that is."""

SCREEN = {"choose", "toggle", "drop", "add", "remove", "day", "now", "skip", "done", "goto", "back", "review"}

HIDDEN = {"unbind", "start"}
"""Commands that no menu offers."""


@cache
def _buttons() -> frozenset[tuple[str, str]]:
    """Every ``press(label, talk, do …)`` of the templates."""
    found = set()
    for path in MESSAGES.glob("*.j2"):
        tree = environment().parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "press":
                talk, do = call.args[1:3]
                assert isinstance(talk, nodes.Const), path.name
                assert isinstance(do, nodes.Const), path.name
                found.add((str(talk.value), str(do.value)))
    return frozenset(found)


def _filters() -> Iterator[tuple[str, Pressed]]:
    """Every handler's filter of a press, in the order in which they are asked, with the handler's name."""
    for router in routers():
        for handler in router.callback_query.handlers:
            for one in handler.filters or ():
                if isinstance(one.callback, Pressed):
                    yield f"{router.name}.{handler.callback.__name__}", one.callback


def _query(data: str) -> CallbackQuery:
    someone = User(id=1, is_bot=False, first_name="某人")
    return CallbackQuery(id="1", from_user=someone, chat_instance="1", data=data)


async def _takers(data: str) -> list[str]:
    return [name for name, one in _filters() if await one(_query(data))]


def test_the_templates_have_buttons() -> None:
    assert len(_buttons()) > 50


async def test_every_button_is_answered_by_one_handler() -> None:
    for talk, do in sorted(_buttons()):
        data = press("x", talk, do, 7, rev=3, arg=1).data
        takers = await _takers(data or "")
        if talk == RECORD:
            assert takers[-1] == "records.pressed"
            assert len(takers) == 1 if do in SCREEN else len(takers) == 2, (talk, do, takers)
        else:
            assert len(takers) == 1, (talk, do, takers)


async def test_every_handler_of_a_press_has_its_button() -> None:
    pressed = {data: await _takers(press("x", *data, 7).data or "") for data in _buttons()}
    reached = {takers[0] for takers in pressed.values() if takers}
    assert reached == {name for name, _ in _filters()}


def test_what_the_record_s_screen_does_is_known_to_the_record() -> None:
    own = {"leave", "resume", "page", "instances", "submit"}
    assert {do for talk, do in _buttons() if talk == RECORD} == SCREEN | own


def test_every_conversation_has_a_prefix_of_its_own() -> None:
    prefixes = [talk.__prefix__ for talk in PRESSES]
    assert len(set(prefixes)) == len(prefixes)
    assert {talk for talk, _ in _buttons()} == set(prefixes)
    assert not any(one != other and one.startswith(other) for one in prefixes for other in prefixes)


@pytest.mark.parametrize(("talk", "do"), sorted(_buttons()))
def test_a_button_s_data_fits_with_the_largest_numbers(talk: str, do: str) -> None:
    made = press("x", talk, do, 2**31 - 1, rev=2**31 - 1, arg=2**31 - 1)
    assert made.data is not None
    assert len(made.data.encode()) <= CALLBACK_DATA_BYTES


@given(
    st.sampled_from(PRESSES),
    st.integers(0, 2**31),
    st.integers(0, 2**31),
    st.integers(0, 10**6) | st.sampled_from(["", "yes", "RAISED=10000"]),
)
def test_what_a_template_packs_the_handler_unpacks(
    talk: type[Press], key: int, revision: int, argument: int | str
) -> None:
    made = press("标签", talk.__prefix__, "open", key, rev=revision, arg=argument)
    unpacked = talk.unpack(made.data or "")
    assert (unpacked.do, unpacked.key, unpacked.revision, unpacked.argument) == (
        "open",
        key,
        revision,
        str(argument),
    )


@pytest.mark.parametrize("arg", ["a:b", "字" * 20])
def test_a_button_that_telegram_would_refuse_is_our_fault_and_is_seen_at_once(arg: str) -> None:
    with pytest.raises(ValueError, match="callback data"):
        press("x", "task", "open", 1, arg=arg)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "task",
        "task:open",
        "task:open:x:0:",
        "task:open:1:0",
        "task:open:1:0::",
        "nobody:open:1:0:",
        "\u0000",
    ],
)
async def test_data_of_no_button_is_nobody_s(data: str) -> None:
    assert await _takers(data) == []


def _commands() -> dict[str, set[RoleName]]:
    """Every command that is asked for, and who may."""
    found: dict[str, set[RoleName]] = {}
    for router in routers():
        for handler in router.message.handlers:
            filters = [one.callback for one in handler.filters or ()]
            roles = next((set(one._roles) for one in filters if isinstance(one, Has)), set(RoleName))
            for one in filters:
                if isinstance(one, Asks):
                    assert one._command not in found, f"two handlers answer /{one._command}"
                    found[one._command] = roles
                elif isinstance(one, CommandStart):
                    found["start"] = set(RoleName)
    return found


def test_every_command_of_the_menu_has_a_handler_for_the_roles_that_see_it() -> None:
    commands = _commands()
    for entry in entries():
        assert commands[entry.command] == {RoleName(role) for role in entry.roles}, entry.command
    assert set(commands) == {entry.command for entry in entries()} | HIDDEN


def test_a_label_of_the_menu_is_one_command() -> None:
    labels = [entry.label for entry in entries() if entry.label]
    assert len(set(labels)) == len(labels)
    for entry in entries():
        assert command_of(entry.label) == (entry.command if entry.label else None)
    assert command_of("") is None
    assert command_of("别的话") is None


@pytest.mark.parametrize("role", RoleName)
def test_everybody_has_a_menu_in_rows_of_two(role: RoleName) -> None:
    shown = rows({role})
    assert all(1 <= len(row) <= 2 for row in shown)
    assert shown[-1][-1] == "❓ 帮助"
    own = {entry.label for entry in entries() if role in entry.roles}
    assert {label for row in shown for label in row} <= own


def test_nothing_is_out_of_reach_and_nobody_of_one_role_sees_more_than_the_most() -> None:
    offices = [{role} for role in RoleName]
    offices += [{RoleName.COORDINATOR, RoleName.REVIEWER}, {RoleName.INSPECTOR, RoleName.EXPERT}]
    for roles in [*offices, set(RoleName)]:
        own = {entry.label for entry in entries() if entry.label and entry.roles & roles}
        usual = [label for row in rows(roles) for label in row]
        rare = [label for row in rows(roles, more=True) for label in row]
        assert {"☰ 更多", "⬅️ 主菜单", *usual, *rare} == own
        assert ("☰ 更多" in usual) == ("⬅️ 主菜单" in rare) == (len(own) - 2 > MOST)
        if roles in offices:
            assert len(usual) <= MOST


def test_commands_are_what_telegram_takes() -> None:
    """1-32 lower-case letters, digits, underscores; a hint of 1-256 (core.telegram.org/bots/api#botcommand)."""
    for entry in entries():
        assert entry.command.isascii()
        assert entry.command.islower()
        assert 1 <= len(entry.command) <= 32
        assert 1 <= len(entry.hint) <= 256
