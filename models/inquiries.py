"""What an inspector asks a department during a check, and what it answers (偃师 art. 7(5))."""

from datetime import datetime

from models.columns import Table, jurisdiction, key, reference


class Inquiry(Table, table=True):
    """A question about one item of one visit. Neither question nor answer is ever changed."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    item_id: int = reference("check_item", index=False)
    department_id: int = reference("department")
    question: str
    asked_by: int = reference("account", index=False)
    asked_at: datetime
    answer: str | None = None
    answered_by: int | None = reference("account", optional=True, index=False)
    answered_at: datetime | None = None
