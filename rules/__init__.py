"""What the regulations say: pure functions, no I/O, no clock and no chance of their own."""
