"""What somebody is in the middle of typing: a pointer, kept in our own table."""

from aiogram.fsm.state import State, StatesGroup


class Writing(StatesGroup):
    """Each state says where the next words go; its data hold one id."""

    record = State()
    recusal = State()
    objection = State()
    returning = State()
    task_name = State()
    task_period = State()
    task_special = State()
    task_source = State()
    task_day = State()
    task_reference = State()
    task_year = State()
    task_share = State()
    task_direct = State()
    failure = State()
    contribution = State()
    filling = State()
    beacon_name = State()
    beacon = State()
    plan_change = State()
    recused_person = State()
    recused_subject = State()
    recused_reason = State()
    recusal_end = State()
    expert = State()
    absence = State()
    absence_refused = State()
    asking = State()
    snooze = State()
    declining = State()
    leave = State()
