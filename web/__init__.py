"""The public side: plans, results and proofs."""
