"""Pages to look at in a browser: the wiki as people see it, without scripts and without a login."""
