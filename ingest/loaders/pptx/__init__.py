"""PowerPoint presentations, through python-pptx."""
