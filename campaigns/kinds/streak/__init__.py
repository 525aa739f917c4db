"""
Check-ins: days in a row, milestones, make-ups.
"""
