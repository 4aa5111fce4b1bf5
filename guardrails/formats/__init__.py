"""How dates are written, by language; Django finds the modules by their names (FORMAT_MODULE_PATH)."""
