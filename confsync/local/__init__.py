"""The folder: scan, names, atomic files, ignore rules, root marker, watch."""
