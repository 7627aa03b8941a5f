"""A file of answers: what was played in a form, to be played again as a test."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.errors import Refused
from rules.forms.form import Form
from rules.forms.value import Value
from services.playing import Play, Taken
from templates.refusal import sentence


@dataclass(frozen=True, slots=True)
class Script:
    """What a file of answers says.

    Args:
        steps: what is done, in order.
        record: the answers that must stand there at the end, by path without the form's key; None where it never got there.
        now: the moment in which it is played, None for the present one.
        user: who plays.
    """

    steps: tuple[Taken, ...]
    record: Mapping[str, Value] | None
    now: datetime | None
    user: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a play went another way than its script.

    Args:
        step: number of the step from 1; 0 for the end.
        question: path of the question, without the form's key.
        refusal: what is wrong.
    """

    step: int
    question: str
    refusal: Refused


def written(play: Play) -> dict[str, Any]:
    """A play as the JSON object of a file of answers."""
    source = play.form.sources[0]
    return {
        "form": {"title": source.title, "version": source.version, "sha256": source.sha256},
        "now": play.at.now.isoformat(timespec="seconds"),
        "user": play.user,
        "steps": [_step(play.form, one) for one in play.taken],
        "record": record_of(play) if play.completed else None,
    }


def record_of(play: Play) -> dict[str, Value]:
    """The answers that count, by path without the form's key."""
    return {_short(play.form, path): value for path, value in play.record.items()}


def read(found: object, file: str) -> Script:
    """A file of answers.

    Args:
        found: the JSON value in it.
        file: its name, for refusals.

    Raises:
        Refused: ``playing.script`` with the place in the file.
    """
    whole = _object(found, file, "")
    steps = whole.get("steps")
    if not isinstance(steps, list):
        raise _wrong(file, "steps")
    record = whole.get("record")
    if record is not None:
        record = _object(record, file, "record")
    return Script(
        tuple(_taken(one, file, f"steps[{at}]") for at, one in enumerate(steps, 1)),
        record,
        _moment(whole.get("now"), file),
        _words(whole.get("user", ""), file, "user"),
    )


def replay(play: Play, script: Script) -> list[Fault]:
    """Play a script and hold the record at the end against the one that it expects.

    Args:
        play: a form that was just opened.
        script: what is done.

    Returns:
        Everything that is different; what comes after the first step that cannot be taken is not tried.
    """
    for number, one in enumerate(script.steps, 1):
        here = _short(play.form, play.place)
        if play.completed:
            return [Fault(number, one.question, Refused("playing.after"))]
        if one.question not in {here, here.rpartition("/")[2]}:
            return [Fault(number, here, Refused("playing.elsewhere", expected=one.question, asked=here))]
        try:
            play.take(_long(play.form, one))
        except Refused as refusal:
            return [Fault(number, here, refusal)]
    if not play.completed:
        here = _short(play.form, play.place)
        return [Fault(0, here, Refused("playing.open", asked=here))]
    return [] if script.record is None else _differences(script.record, record_of(play))


def told(fault: Fault) -> dict[str, Any]:
    """A fault for programs."""
    return {
        "step": fault.step,
        "question": fault.question,
        "code": fault.refusal.code,
        "reason": sentence(fault.refusal),
    }


def _differences(expected: Mapping[str, Value], found: Mapping[str, Value]) -> list[Fault]:
    faults = []
    for name in (*expected, *(name for name in found if name not in expected)):
        if name not in found:
            refusal = Refused("playing.missing", expected=_shown(expected[name]))
        elif name not in expected:
            refusal = Refused("playing.surplus", found=_shown(found[name]))
        elif found[name] != expected[name]:
            refusal = Refused("playing.other", expected=_shown(expected[name]), found=_shown(found[name]))
        else:
            continue
        faults.append(Fault(0, name, refusal))
    return faults


def _shown(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(form: Form, path: str) -> str:
    return path.removeprefix(f"{form.key}/")


def _long(form: Form, one: Taken) -> Taken:
    """With the key that the form has here, where an argument is a path."""
    return Taken(one.question, one.do, f"{form.key}/{one.argument}", one.answer) if one.do == "goto" else one


def _step(form: Form, one: Taken) -> dict[str, object]:
    question = _short(form, one.question)
    if one.do == "answer":
        return {"question": question, "answer": one.answer}
    argument = {"argument": _short(form, one.argument)} if one.argument else {}
    return {"question": question, "do": one.do, **argument}


def _taken(found: object, file: str, place: str) -> Taken:
    one = _object(found, file, place)
    question = _words(one.get("question"), file, f"{place}.question")
    if "answer" in one:
        if one["answer"] is None or isinstance(one["answer"], bool):
            raise _wrong(file, f"{place}.answer")
        return Taken(question, "answer", answer=one["answer"])
    argument = _words(one.get("argument", ""), file, f"{place}.argument")
    return Taken(question, _words(one.get("do"), file, f"{place}.do"), argument)


def _object(found: object, file: str, place: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise _wrong(file, place or "{}")
    return found


def _words(found: object, file: str, place: str) -> str:
    if not isinstance(found, str):
        raise _wrong(file, place)
    return found


def _moment(found: object, file: str) -> datetime | None:
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(_words(found, file, "now"))
    except ValueError as error:
        raise _wrong(file, "now") from error
    if moment.tzinfo is None:
        raise _wrong(file, "now")
    return moment


def _wrong(file: str, place: str) -> Refused:
    return Refused("playing.script", file=file, place=place)
