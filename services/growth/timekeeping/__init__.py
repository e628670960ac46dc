"""Time: which timers a plan needs, and what they do when they fire. The rules are in `process`."""
