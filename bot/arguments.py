"""The command line as a contract: every command, its arguments, and the function that runs it.

Nothing heavy is imported here, so that ``--help`` answers at once; a command's own module is imported when it runs.
"""

import argparse
import tomllib
from pathlib import Path
from typing import TypeAlias

ROLES = ("inspector", "coordinator", "reviewer", "supervisor", "witness", "administrator", "expert")

_WORDS = Path(__file__).parent.parent / "templates" / "commands.toml"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it never returns: exit raises
        self.exit(2, f"{self.prog}: {message}\n")


_Under: TypeAlias = "argparse._SubParsersAction[_Parser]"


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    line = _Line()
    _running(line)
    _registers(line)
    _people(line)
    _looking(line)
    return line.top


class _Line:
    """The command line while it is put together."""

    def __init__(self) -> None:
        self.words: dict[str, str] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
        self.top = _Parser(prog="chouchatong", description=self.words["description"])
        self.top.add_argument("--data", type=Path, default=None, metavar="DIR", help=self.words["data"])
        self.commands: _Under = self.top.add_subparsers(
            dest="command", required=True, metavar="COMMAND", parser_class=_Parser
        )

    def command(self, name: str, run: str, under: "_Under | None" = None, *, json: bool = False) -> _Parser:
        """A command and the function that runs it."""
        key = run.partition(":")[0].rpartition(".")[2] + "." + name if under is not None else name
        words = self.words[key]
        made = (under or self.commands).add_parser(name, help=words, description=words)
        self._data(made)
        made.set_defaults(run=run)
        if json:
            made.add_argument("--json", action="store_true", help=self.words["json"])
        return made

    def group(self, name: str) -> "_Under":
        """A noun whose verbs are commands."""
        made = self.commands.add_parser(name, help=self.words[name], description=self.words[name])
        self._data(made)
        return made.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)

    def _data(self, made: _Parser) -> None:
        # Given after the command as well, because that is where people put it; absent there, the first place counts.
        made.add_argument(
            "--data", type=Path, default=argparse.SUPPRESS, metavar="DIR", help=self.words["data"]
        )


def _running(line: _Line) -> None:
    demo = line.command("demo", "bot.demo.command:run")
    demo.add_argument("--play", action="store_true", help=line.words["demo.play"])
    demo.add_argument("--port", type=int, default=0, help=line.words["demo.port"])
    run = line.command("run", "bot.commands.run:run")
    parts = ("all", "bot", "scheduler", "web")
    run.add_argument("part", nargs="?", default="all", choices=parts, help=line.words["run.part"])
    db = line.group("db")
    line.command("upgrade", "bot.commands.db:upgrade", db)
    line.command("check", "bot.commands.db:check", db)


def _registers(line: _Line) -> None:
    profile = line.group("profile")
    line.command("list", "bot.commands.profile:list_", profile, json=True)
    show = line.command("show", "bot.commands.profile:show", profile, json=True)
    show.add_argument("name", metavar="NAME", help=line.words["profile.name"])
    check = line.command("check", "bot.commands.profile:check", profile, json=True)
    check.add_argument("file", type=Path, metavar="FILE", help=line.words["profile.file"])

    imports = line.command("import", "bot.commands.imports:run", json=True)
    imports.add_argument(
        "kind", choices=["subjects", "inspectors", "items", "plan"], help=line.words["import.kind"]
    )
    imports.add_argument("file", type=Path, metavar="FILE", help=line.words["import.file"])
    _jurisdiction(line, imports)
    imports.add_argument("--department", metavar="NAME", help=line.words["import.department"])
    imports.add_argument("--dry-run", action="store_true", help=line.words["import.dry_run"])
    imports.add_argument("--skip-bad", action="store_true", help=line.words["import.skip_bad"])

    department = line.group("department")
    added = line.command("add", "bot.commands.department:add", department)
    added.add_argument("name", metavar="NAME", help=line.words["department.name"])
    _jurisdiction(line, added)
    _jurisdiction(line, line.command("list", "bot.commands.department:list_", department, json=True))
    office = line.command("office", "bot.commands.department:office", department, json=True)
    office.add_argument("name", metavar="NAME", help=line.words["department.name"])
    _jurisdiction(line, office)


def _people(line: _Line) -> None:
    invite = line.command("invite", "bot.commands.invite:invite", json=True)
    invite.add_argument("certificate_no", metavar="CERTIFICATE_NO", help=line.words["invite.certificate"])
    invite.add_argument("--jurisdiction", metavar="NAME", help=line.words["import.jurisdiction"])
    invite.add_argument("--role", action="append", default=[], choices=ROLES, help=line.words["invite.role"])

    appoint = line.command("appoint", "bot.commands.invite:appoint", json=True)
    appoint.add_argument("name", metavar="NAME", help=line.words["appoint.name"])
    _jurisdiction(line, appoint)
    appoint.add_argument("--department", metavar="NAME", help=line.words["import.department"])
    appoint.add_argument(
        "--role", action="append", required=True, choices=ROLES, help=line.words["appoint.role"]
    )


def _looking(line: _Line) -> None:
    line.command("status", "bot.commands.status:run", json=True)
    _jurisdiction(line, line.command("loads", "bot.commands.loads:run", json=True))

    calendar = line.group("calendar")
    deadline = line.command("deadline", "bot.commands.calendar:deadline", calendar, json=True)
    deadline.add_argument("date", metavar="DATE", help=line.words["calendar.date"])
    days = line.words["calendar.working_days"]
    deadline.add_argument("--working-days", type=int, required=True, metavar="N", help=days)
    deadline.add_argument("--jurisdiction", metavar="NAME", help=line.words["calendar.jurisdiction"])
    _holidays(line, calendar)

    duties = line.group("duties")
    export = line.command("export", "bot.commands.duties:export", duties, json=True)
    _jurisdiction(line, export)
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help=line.words["duties.out"])
    export.add_argument("--year", type=int, metavar="YEAR", help=line.words["duties.year"])

    draw = line.group("draw")
    line.command("list", "bot.commands.draw:list_", draw, json=True)
    export = line.command("export", "bot.commands.draw:export", draw)
    export.add_argument("id", metavar="ID", help=line.words["draw.id"])
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help=line.words["draw.out"])
    verify = line.command("verify", "bot.commands.draw:verify", draw, json=True)
    verify.add_argument("file", type=Path, metavar="FILE", help=line.words["draw.file"])

    dossier = line.command("dossier", "bot.commands.dossier:run", json=True)
    dossier.add_argument("number", metavar="NUMBER", help=line.words["dossier.number"])
    dossier.add_argument("--out", type=Path, required=True, metavar="FILE", help=line.words["draw.out"])
    dossier.add_argument("--jurisdiction", metavar="NAME", help=line.words["import.jurisdiction"])
    papers = line.command("templates", "bot.commands.dossier:templates")
    papers.add_argument("folder", type=Path, metavar="DIR", help=line.words["templates.folder"])

    forms = line.group("forms")
    check = line.command("check", "bot.commands.forms:check", forms, json=True)
    check.add_argument("file", type=Path, metavar="FILE", help=line.words["forms.file"])
    play = line.command("run", "bot.commands.forms:run", forms, json=True)
    play.add_argument("file", type=Path, metavar="FILE", help=line.words["forms.file"])
    play.add_argument("--answers", type=Path, metavar="FILE", help=line.words["forms.answers"])
    play.add_argument("--save", type=Path, metavar="FILE", help=line.words["forms.save"])

    held = line.command("verify", "bot.commands.audit:verify", line.group("audit"), json=True)
    held.add_argument(
        "--checkpoint", action="append", default=[], metavar="TEXT", help=line.words["audit.checkpoint"]
    )


def _holidays(line: _Line, calendar: "_Under") -> None:
    notice = line.command("import", "bot.commands.calendar:import_", calendar, json=True)
    notice.add_argument("file", type=Path, metavar="FILE", help=line.words["calendar.file"])
    notice.add_argument("--replace", action="store_true", help=line.words["calendar.replace"])
    for name, run in (("add-day", "add_day"), ("remove-day", "remove_day")):
        day = line.command(name, f"bot.commands.calendar:{run}", calendar, json=True)
        day.add_argument("date", metavar="DATE", help=line.words["calendar.day"])
        _jurisdiction(line, day)
        if run == "add_day":
            day.add_argument("--source", required=True, metavar="TEXT", help=line.words["calendar.source"])


def _jurisdiction(line: _Line, made: _Parser) -> None:
    made.add_argument("--jurisdiction", required=True, metavar="NAME", help=line.words["import.jurisdiction"])
