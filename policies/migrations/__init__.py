"""Schema migrations of the policies app."""
