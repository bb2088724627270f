"""Inside of one leaf: its words, the letters of a word, and where a paragraph was cut in two. Nothing of blocks is known here."""
