"""What the service knows, read from its tables."""
