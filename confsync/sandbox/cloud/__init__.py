"""Cloud: its door, v2, what is left of v1, and the host that files are downloaded from."""
