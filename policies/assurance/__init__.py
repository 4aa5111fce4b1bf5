"""What can be proved or tried about a rulebook before it goes live."""
