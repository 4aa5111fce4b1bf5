"""Follow-ups: owed, handed on, done, escalated; and how it turned out."""
