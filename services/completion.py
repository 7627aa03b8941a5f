"""When a task is complete, and when it is over: visits that came to nothing hold neither up."""

from sqlmodel import select

from models.inspections import Inspection, InspectionState
from models.tasks import Task, TaskState
from services import duties, limits
from services.step import Step


async def settle(step: Step, task_id: int) -> Task:
    """Move a task on when its last visit has: complete once every check is, over once every result is public.

    A visit that was closed because its subject is gone has no result and is waited for by nobody.

    Source: 示范区 七 (the clock of publication starts when the task is complete).
    """
    task = await step.get(Task, task_id, lock=True)
    visits = (await step.session.exec(select(Inspection).where(Inspection.task_id == task.id))).all()
    counted = [one for one in visits if one.state is not InspectionState.CLOSED]
    running = task.state in {TaskState.DISPATCHED, TaskState.CHECKING}
    if running and all(one.check_completed_on is not None for one in counted):
        task.completed_at = step.now
        task.state = TaskState.COMPLETED
        step.session.add(task)
        step.record("task.completed", task)
        await step.session.flush()
        await limits.completed(step, task)
        for one in counted:
            await duties.start(step, one)
    if task.state is TaskState.COMPLETED and all(one.state is InspectionState.PUBLISHED for one in counted):
        task.state = TaskState.CLOSED
        task.closed_at = step.now
        step.session.add(task)
        step.record("task.closed", task)
    return task
