"""Web pages: the main content, in reading order."""
