"""What differs: of two lists of blocks, of two texts; and edits of a text by offsets. No notation is known here."""
