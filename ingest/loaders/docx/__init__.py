"""Word documents, through python-docx."""
