"""The engine: snapshot, plan, guard, execute, report, and the daemon that repeats it."""
