"""Template tags of the policies app."""
