"""The lens: puts of a change on one side into the other side's own bytes. See `puts`."""
