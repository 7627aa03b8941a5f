"""A worker's name in leases, and when another one is certainly gone."""

import os
import subprocess
import sys

import pytest

from bot.worker import Worker


def test_two_workers_of_one_process_number_have_different_names() -> None:
    assert Worker().name != Worker().name


def test_a_name_fits_the_column_whatever_the_machine_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = os.uname_result(("Linux", "x" * 63, "", "", ""))
    monkeypatch.setattr(os, "uname", lambda: longest)
    most_processes = 4_194_304
    assert len(Worker(process=most_processes).name) <= 64


def test_a_process_that_has_ended_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    other = Worker(process=process.pid)
    assert Worker().is_gone(other.name)


def test_a_process_that_runs_is_not_gone() -> None:
    assert not Worker().is_gone(Worker(process=os.getppid()).name)


def test_an_earlier_process_of_the_same_number_is_gone_and_oneself_is_not() -> None:
    # In a container every process that starts is number one.
    me = Worker()
    assert me.is_gone(Worker(me.node, me.process, "earlier").name)
    assert not me.is_gone(me.name)


def test_of_another_machine_nothing_is_known() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not Worker().is_gone(Worker("another", process.pid).name)


def test_a_name_that_is_not_ours_is_nobody_that_is_gone() -> None:
    me = Worker()
    for owner in ("", "somebody", f"{me.node}:x:1", f"{me.node}:", f"{me.node}:99999999999999999999:1"):
        assert not me.is_gone(owner)
