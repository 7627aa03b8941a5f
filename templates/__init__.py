"""Every word that people read, and the one function that renders it."""
