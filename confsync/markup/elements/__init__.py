"""One file per construct, both directions."""
