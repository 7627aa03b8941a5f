"""The numbers under which tasks, draws and inspections are known."""

from datetime import date


def task_number(body: str, year: int, serial: int) -> str:
    """A task's number.

    Args:
        body: short name of the lead department.
        year: of the task.
        serial: from 1, within the department and year.

    Returns:
        As ``云溪市监抽查〔2026〕7号``.

    Source: the form in use, 任务牵头机关简称+抽查+[年度]+序号号 (domain notes b.3).
    """
    return f"{body}抽查〔{year}〕{serial}号"


def draw_number(division: str, year: int, serial: int) -> str:
    """A draw's number: division code, year, serial of four digits; as in ssj-draw/1 (``410928-2026-0001``)."""
    return f"{division}-{year}-{serial:04d}"


def inspection_number(task: str, serial: int) -> str:
    """The number of one visit of a task, on the record and on the subject's file (一次一档)."""
    return f"{task}-{serial:03d}"


def notice_number(outbox_id: int, day: date) -> str:
    """The visible number of a notice, by which somebody can say which one they got twice or not at all."""
    return f"{day:%m%d}-{outbox_id}"
