"""What follows from our own events, and what only time brings."""
