"""What happens to a body when it is saved: checked, rewritten by the server, or made anew by the browser's editor."""
