"""A local Confluence, as inconvenient as the real one."""
