"""Effects and the loop: snapshot, plan, guard, execute, report."""
