"""The engine: a changed tree into the bytes of the other side, whichever notation that is. What it needs of it is `side`."""
