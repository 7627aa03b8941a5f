"""Publication by allow-list: the public row is built from named fields, and from nothing else."""

from base64 import b32encode

from models.inspections import InspectionState
from models.results import Publication, Result
from rules.results import check_categories
from services import completion, duties, notices, publications
from services.step import Step

ADDRESS_BYTES = 10
"""80 random bits: an address tells nothing of how many results there are or of the next one's."""


async def publish(step: Step, known: notices.Case, result: Result) -> Publication:
    """Publish a result: task, subject, items, result, departments, date. Free text and photos stay inside.

    Source: 濮阳 二(九); 五原 art. 23 (the check only, no punishment).
    """
    inspection = known.inspection
    items = [item.sub_name or item.name for item in known.items]
    publication = Publication(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection.id,
        address=b32encode(step.entropy(ADDRESS_BYTES)).decode().lower(),
        task_number=known.task.number,
        task_name=known.task.name,
        subject_name=known.subject.name,
        subject_key=known.subject.key,
        items=items,
        results=[category.label for category in check_categories(result.categories)],
        departments=list(dict.fromkeys(mate.department for mate in known.mates)),
        checked_on=inspection.check_ended_on or step.today,
        sha256="",
        published_by=step.person.account.id,
        published_at=step.now,
    )
    publication.sha256 = publications.published(publication).fingerprint()
    step.session.add(publication)
    inspection.state = InspectionState.PUBLISHED
    inspection.published_at = step.now
    inspection.revision += 1
    inspection.changed_at = step.now
    step.session.add(inspection)
    await step.session.flush()
    step.record("result.published", publication, sha256=publication.sha256)
    await duties.settle(step, inspection)
    await completion.settle(step, known.task.id)
    return publication


def address_of(publication: Publication, public_url: str) -> str:
    """Where the public sees it."""
    return f"{public_url}/r/{publication.address}"
