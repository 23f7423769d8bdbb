"""Documents in, a searchable index out. Knows formats, chunking, embedding, synchronising."""
