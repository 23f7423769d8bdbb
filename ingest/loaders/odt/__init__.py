"""OpenDocument texts, through lxml."""
