"""The wiki as web pages for people, without scripts and without a login."""
