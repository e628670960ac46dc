"""How messages leave: one module a channel, the outbox, and the sender that works through it."""
