"""What happens: one use case a function, one transaction each."""
