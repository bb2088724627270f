"""The pure brain: snapshots in, a plan out. No I/O, no clock, no chance."""
