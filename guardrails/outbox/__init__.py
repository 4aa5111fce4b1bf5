"""How events leave: what is told of them, signed and sent to addresses that may be written to."""
