"""A part of a visit's form that one department asks, while the others ask theirs.

The conditions of the whole form stay: a base answer on which the parts of the items hang decides about all of them, whoever gives it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.forms.form import Form
from rules.forms.relevance import visible
from rules.forms.value import Value


@dataclass(frozen=True, slots=True)
class Count:
    """How far a portion has come: ``12/20``.

    Args:
        answered: questions that have their answer or were passed over.
        asked: questions that are asked as things stand.
    """

    answered: int
    asked: int


def count(form: Form, answers: Mapping[str, Value], skipped: Collection[str], now: datetime) -> Count:
    """How far somebody has come.

    Args:
        form: a portion, or the whole form.
        answers: by path.
        skipped: paths that were passed over.
        now: the present moment.
    """
    asked = [question.path for question in visible(form, answers, now) if question.asked]
    return Count(sum(path in answers or path in skipped for path in asked), len(asked))


def touched(form: Form, changed: Collection[str], parts: Collection[str]) -> frozenset[str]:
    """Parts of others on which changed answers have an effect.

    Args:
        form: of the visit.
        changed: paths of answers that are new, other ones or gone.
        parts: keys of the parts in which they were changed.
    """
    reached = {form.questions[path].part for one in changed for path in form.affected.get(one, ())}
    return frozenset(reached - set(parts))
