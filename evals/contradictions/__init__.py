"""Contradictions between documents: how many planted ones are found, and how many alarms are false."""
