"""The State Council's notices of days off, read from the text that was published."""
