"""Data Center: v1 throughout, over the same store. How it differs from Cloud: FACTS.md 18."""
