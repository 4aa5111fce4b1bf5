"""What managers edit: one noun a module, each tracked by simple-history."""
