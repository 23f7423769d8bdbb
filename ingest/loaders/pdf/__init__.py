"""PDF, through pypdfium2: words, lines, columns, paragraphs, tables, headings."""
