"""What is kept: SQLModel tables, one file a register."""
