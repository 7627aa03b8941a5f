"""``chouchatong profile``."""

from argparse import Namespace

from bot.output import emit
from rules.profile import ProfileRefused, describe
from services import profiles
from templates.lines import line
from templates.profile_lines import worded
from templates.refusal import sentence
from templates.render import environment


def list_(arguments: Namespace) -> int:
    """The jurisdictions that there are rules for."""
    found = [profiles.load(name) for name in profiles.names()]
    result = [
        {
            "name": one.code,
            "jurisdiction": one.identity.name.value,
            "title": one.document.title,
            "number": one.document.number,
        }
        for one in found
    ]
    emit(
        arguments,
        {"profiles": result},
        "\n".join(line("profile_line", name=one.code, title=one.document.title) for one in found),
    )
    return 0


def show(arguments: Namespace) -> int:
    """Every value of a profile with its article."""
    profile = profiles.load(arguments.name)
    lines = describe(profile)
    text = environment().get_template("documents/profile.txt.j2").render(profile=profile, lines=worded(lines))
    emit(arguments, {"name": profile.code, "lines": [one.plain() for one in lines]}, text)
    return 0


def check(arguments: Namespace) -> int:
    """Read a profile file; everything that is wrong is told with its place."""
    try:
        profile = profiles.check(arguments.file)
    except ProfileRefused as refused:
        problems = [sentence(problem) for problem in refused.problems]
        emit(arguments, {"ok": False, "problems": problems}, "")
        raise
    emit(
        arguments,
        {"ok": True, "name": profile.code, "problems": []},
        line("profile_good", file=arguments.file.name),
    )
    return 0
