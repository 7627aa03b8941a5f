"""Papers in Word's format, filled in from templates that an office changes in Word itself."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx.opc.exceptions import OpcError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from rules.errors import Refused
from templates.papers import FOLDER

NAMES = ("record", "notice", "order")
"""The templates that there are: ``NAME.docx`` in the folder."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every part in the file: the same content gives the same bytes."""

_FIELD = re.compile(r"'([^']*)'(?: is undefined)?$")


def filled(
    name: str, context: Mapping[str, Any], pictures: Mapping[str, bytes], folder: Path | None
) -> bytes:
    """A paper.

    Args:
        name: of the template, one of ``NAMES``.
        context: plain values by name; wherever a mapping in it has the key ``picture``, its value names one of the pictures,
            and ``width`` says how wide it is printed (millimetres).
        pictures: JPEG or PNG by name.
        folder: where the office keeps templates of its own; the packaged one is taken where it has none of this name.

    Returns:
        The file; the same bytes for the same arguments.

    Raises:
        Refused: ``papers.unknown_field`` with the template's file and the field that nothing is known by; ``papers.syntax``;
            ``papers.unreadable``.
    """
    own = folder / f"{name}.docx" if folder is not None else None
    path = own if own is not None and own.is_file() else FOLDER / f"{name}.docx"
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        template = DocxTemplate(path)
        template.init_docx()
    except (OpcError, LxmlError, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise Refused("papers.unreadable", file=path.name) from error
    known = _with_pictures(context, pictures, template)
    try:
        template.render(known, environment, autoescape=True)
        stream = io.BytesIO()
        template.save(stream)
    except UndefinedError as error:
        found = _FIELD.search(error.message or "")
        raise Refused("papers.unknown_field", file=path.name, field=found[1] if found else "?") from error
    except TemplateSyntaxError as error:
        raise Refused("papers.syntax", file=path.name, reason=error.message) from error
    except (TemplateError, SecurityError, TypeError) as error:
        raise Refused("papers.syntax", file=path.name, reason=str(error)) from error
    except LxmlError as error:
        raise Refused("papers.syntax", file=path.name, reason=str(error)) from error
    return _steady(stream.getvalue())


def _with_pictures(value: Any, pictures: Mapping[str, bytes], template: DocxTemplate) -> Any:
    if isinstance(value, Mapping):
        made = {key: _with_pictures(one, pictures, template) for key, one in value.items()}
        if value.get("picture"):
            content = io.BytesIO(pictures[value["picture"]])
            made["picture"] = InlineImage(template, content, width=Mm(value["width"]))
        return made
    if isinstance(value, list | tuple):
        return [_with_pictures(one, pictures, template) for one in value]
    return value


def _steady(content: bytes) -> bytes:
    """The same file without the time at which it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(stream, "w") as steady:
        for one in made.infolist():
            info = zipfile.ZipInfo(one.filename, _MOMENT)
            is_picture = one.filename.startswith("word/media/")
            info.compress_type = zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
            steady.writestr(info, made.read(one))
    return stream.getvalue()
