"""A database backend: PostgreSQL as Django speaks it, quicker on the paths that every question takes."""
