"""The one function that renders a page of the public site."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from templates.render import environment

STATIC = Path(__file__).parent / "site" / "static"
"""Style and icon of the pages."""


def page(name: str, context: Mapping[str, Any] | None = None, /, **more: Any) -> str:
    """Render a page.

    Args:
        name: the file in ``templates/site/``, without its ending.
        context: what the template names.
        **more: likewise.

    Returns:
        The HTML document; everything that was put in is escaped.
    """
    return environment().get_template(f"site/{name}.html.j2").render({**(context or {}), **more})
