"""A visit whose item has a form of its own."""

import hashlib
from typing import Any

from bot.database import Store
from models.inspections import Inspection
from models.items import CheckForm
from services import portions

KEY = "item90"
"""What the paths of the form's questions begin with."""


async def ask(store: Store, visit: int, survey: str) -> None:
    """Give a visit that has begun one part more: this form in Markdown, as if its item had it from the beginning."""
    source = survey.encode()
    digest = hashlib.sha256(source).hexdigest()
    async with store.step() as step:
        inspection = await step.get(Inspection, visit)
        form = CheckForm(
            jurisdiction=inspection.jurisdiction,
            key="own",
            title="",
            file_name="own.md",
            source=source,
            sha256=digest,
            created_at=step.now,
        )
        step.session.add(form)
        await step.session.flush()
        pin: dict[str, Any] = {"key": KEY, "title": "自备表", "form": form.id, "sha256": digest}
        inspection.forms = [*inspection.forms, pin]
        leading, *_ = await portions.of_visit(step.session, visit)
        leading.parts, leading.cursor = [*leading.parts, KEY], None
        step.session.add_all([inspection, leading])
        step.record("form.version", form, sha256=digest)
