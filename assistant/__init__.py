"""A question in, an answer with citations out. Knows no HTTP, no Slack, no file formats."""
