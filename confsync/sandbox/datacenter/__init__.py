"""Data Center: v1 throughout, over the same store. What it does otherwise than Cloud: FACTS.md 18."""
