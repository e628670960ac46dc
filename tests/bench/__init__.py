"""`make bench`: our speed as ratios to a bare-metal baseline, measured side by side in the same run.

Never a test: machines are noisy, and a ratio that falls is a reason to look, not to fail. Numbers with a letter are
variants of the target with that number.
"""
