"""Settings. Being written."""
