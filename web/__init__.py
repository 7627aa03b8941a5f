"""The public side: results and proofs."""
