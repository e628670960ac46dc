"""Time: the timers of the service, and what they do when they fire. The rules are in `process`, the arithmetic in
`policy`.
"""
