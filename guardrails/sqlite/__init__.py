"""A database backend: the embedded SQLite as Django speaks it, with writers that do not starve."""
