"""The site as a whole: who answers a request, what goes wrong on purpose, what is written down; sockets."""
