"""Texts as read, and read anew only where they changed; and readings that are remembered. Nothing is written here."""
