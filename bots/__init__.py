"""The doors: the terminal, the web."""
