"""What those who take a record down are told."""

from sqlmodel import col, select

from models.inspections import Inspection, Place, PlaceState
from models.portions import Portion
from services import mail, notices, people
from services.step import Step
from templates.render import render


async def tell_recorders(step: Step, inspection: Inspection, template: str, **context: object) -> None:
    """Tell whoever takes a portion of a visit's record down something."""
    known = await notices.case(step.session, inspection.id)
    query = select(Portion.recorder_id).where(Portion.inspection_id == inspection.id)
    recorders = set((await step.session.exec(query)).all())
    for mate in known.mates:
        if mate.account is not None and mate.account.inspector_id in recorders:
            await mail.post(step, mate.account, template, render(template, case=known, **context))


async def tell_one(
    step: Step, inspection_id: int, inspector_id: int | None, template: str, **context: object
) -> None:
    """Tell one inspector something about a visit, if they are known to the bot."""
    account = None if inspector_id is None else await people.of_inspector(step.session, inspector_id)
    if account is not None:
        known = await notices.case(step.session, inspection_id)
        await mail.post(step, account, template, render(template, case=known, **context))


async def tell_others_begun(step: Step, inspection: Inspection, begun: Portion) -> None:
    """The check has begun: the inspectors of the other departments may take their portions down, on their own phones."""
    rows = (await step.session.exec(select(Portion).where(Portion.inspection_id == inspection.id))).all()
    others = {row.department_id for row in rows} - {begun.department_id}
    if not others:
        return
    query = select(Place.inspector_id).where(
        Place.inspection_id == inspection.id,
        Place.state == PlaceState.ACCEPTED,
        col(Place.department_id).in_(others),
    )
    for inspector_id in (await step.session.exec(query)).all():
        await tell_one(step, inspection.id, inspector_id, "portion_begun")
