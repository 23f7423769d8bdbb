"""The Slack door: staff and guests ask, staff answer, and what they answer is kept."""
