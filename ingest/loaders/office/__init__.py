"""What Word, PowerPoint and OpenDocument files share."""
