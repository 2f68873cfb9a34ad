"""sayso recognizes spoken commands, offline."""
