"""Requests that are like the one before them, decided by filling in what differs."""
