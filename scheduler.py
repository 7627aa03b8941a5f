"""The clock: a few ticks over our own tables."""
