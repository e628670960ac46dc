"""What the rows of the mirror mean: pure functions, the same facts for the same set of versions in whatever order they
came.

`history`: one row over time; `world`: the rows around a record, and whom an account id stands for; `merges`: which
accounts were merged; `records`: the state of a record at an instant; `timeline`: from all its states to the facts that
are still to be told.
"""
