"""A long PDF manual that is made for practice, and how well the assistant answers over it."""
