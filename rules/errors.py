"""What is refused, as a code with its details; the sentence that a person reads is in templates/refusals/."""


class Refused(Exception):
    """Something that was asked for cannot be done.

    A person gets one sentence that says why and what to do; the log gets the code alone, because details may
    hold names.

    Args:
        code: ``noun.reason``; ``noun`` is the file in ``templates/refusals/``, ``reason`` the key in it.
        **details: what the sentence names: a row, a column, a number, a date.
    """

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
