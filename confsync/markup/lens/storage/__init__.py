"""Storage as the side that is written."""
