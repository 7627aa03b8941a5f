"""What a test expects to be refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rules.errors import Refused
from templates.refusal import sentence


@contextmanager
def refused(code: str, **details: object) -> Iterator[None]:
    """Something is refused with this code and these details, and the refusal can be said in a sentence."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert {name: caught.value.details.get(name) for name in details} == details
    assert "{" not in sentence(caught.value)
