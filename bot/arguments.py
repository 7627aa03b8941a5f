"""The command line as a contract: every command, its arguments, and the function that runs it.

Nothing heavy is imported here, so that ``--help`` answers at once; a command's own module is imported when it runs.
"""

import argparse
import os
import tomllib
from pathlib import Path

JURISDICTION = "--jurisdiction"
_WORDS = Path(__file__).parent.parent / "templates" / "commands.toml"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it never returns: exit raises
        self.exit(2, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    words: dict[str, str] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    top = _Parser(prog="chouchatong", description=words["description"])
    top.add_argument(
        "--data", type=Path, default=Path(os.environ.get("CHOUCHATONG_DATA", "data")), help=words["data"]
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(
        name: str, run: str, under: "argparse._SubParsersAction[_Parser]" = commands, key: str = ""
    ) -> _Parser:
        made = under.add_parser(name, help=words[key or name], description=words[key or name])
        # Given after the command as well, because that is where people put it; absent there, the first place counts.
        made.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=words["data"])
        made.set_defaults(run=run)
        return made

    def group(name: str) -> "argparse._SubParsersAction[_Parser]":
        made = commands.add_parser(name, help=words[name], description=words[name])
        made.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=words["data"])
        return made.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)

    def as_json(made: _Parser) -> _Parser:
        made.add_argument("--json", action="store_true", help=words["json"])
        return made

    demo = command("demo", "bot.demo:run")
    demo.add_argument("--play", action="store_true", help=words["demo.play"])
    demo.add_argument("--port", type=int, default=0, help=words["demo.port"])

    run = command("run", "bot.commands.run:run")
    run.add_argument(
        "part", nargs="?", default="all", choices=["all", "bot", "scheduler", "web"], help=words["run.part"]
    )

    db = group("db")
    command("upgrade", "bot.commands.db:upgrade", db, "db.upgrade")
    command("check", "bot.commands.db:check", db, "db.check")

    profile = group("profile")
    as_json(command("list", "bot.commands.profile:list_", profile, "profile.list"))
    as_json(command("show", "bot.commands.profile:show", profile, "profile.show")).add_argument("name")
    as_json(command("check", "bot.commands.profile:check", profile, "profile.check")).add_argument(
        "file", type=Path
    )

    imports = as_json(command("import", "bot.commands.imports:run"))
    imports.add_argument("kind", choices=["subjects", "inspectors", "items"], help=words["import.kind"])
    imports.add_argument("file", type=Path, help=words["import.file"])
    imports.add_argument(JURISDICTION, required=True, metavar="NAME", help=words["import.jurisdiction"])
    imports.add_argument("--department", metavar="NAME", help=words["import.department"])
    imports.add_argument("--dry-run", action="store_true", help=words["import.dry_run"])
    imports.add_argument("--skip-bad", action="store_true", help=words["import.skip_bad"])

    department = group("department")
    added = command("add", "bot.commands.department:add", department, "department.add")
    added.add_argument("name")
    added.add_argument(JURISDICTION, required=True, metavar="NAME")
    listed = as_json(command("list", "bot.commands.department:list_", department, "department.list"))
    listed.add_argument(JURISDICTION, required=True, metavar="NAME")

    roles = ["inspector", "coordinator", "reviewer", "supervisor", "witness", "administrator"]
    invite = as_json(command("invite", "bot.commands.invite:invite"))
    invite.add_argument("certificate_no", metavar="CERTIFICATE_NO", help=words["invite.certificate"])
    invite.add_argument(JURISDICTION, metavar="NAME")
    invite.add_argument("--role", action="append", default=[], choices=roles, help=words["invite.role"])

    appoint = as_json(command("appoint", "bot.commands.invite:appoint"))
    appoint.add_argument("name", help=words["appoint.name"])
    appoint.add_argument(JURISDICTION, required=True, metavar="NAME")
    appoint.add_argument("--department", metavar="NAME")
    appoint.add_argument("--role", action="append", required=True, choices=roles, help=words["appoint.role"])

    as_json(command("status", "bot.commands.status:run"))

    calendar = group("calendar")
    deadline = as_json(command("deadline", "bot.commands.calendar:deadline", calendar, "calendar.deadline"))
    deadline.add_argument("date", metavar="DATE", help=words["calendar.date"])
    deadline.add_argument(
        "--working-days", type=int, required=True, metavar="N", help=words["calendar.working_days"]
    )

    draw = group("draw")
    as_json(command("list", "bot.commands.draw:list_", draw, "draw.list"))
    export = command("export", "bot.commands.draw:export", draw, "draw.export")
    export.add_argument("id", metavar="ID", help=words["draw.id"])
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help=words["draw.out"])
    verify = as_json(command("verify", "bot.commands.draw:verify", draw, "draw.verify"))
    verify.add_argument("file", type=Path, metavar="FILE", help=words["draw.file"])

    forms = group("forms")
    check = as_json(command("check", "bot.commands.forms:check", forms, "forms.check"))
    check.add_argument("file", type=Path, metavar="FILE", help=words["forms.file"])

    audit = group("audit")
    as_json(command("verify", "bot.commands.audit:verify", audit, "audit.verify"))
    return top
