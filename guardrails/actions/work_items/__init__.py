"""Work items: a hand-over arrives at a role with everything said so far."""
