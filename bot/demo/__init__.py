"""The demonstration: a made-up county on the sandbox, and the whole story acted out."""
