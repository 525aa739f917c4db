"""
Taking back what was booked: moves reversed, parts taken back, and what a booking stems from.
"""
