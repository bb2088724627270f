"""What this Confluence remembers, and its rules: pages, files, comments, labels, rights, search. It knows nothing of HTTP."""
