"""How long a reason is that somebody gives in words."""

REASON_LENGTH = range(2, 201)
"""Characters: more than a tap, less than a letter. No document names a number."""
