"""Requests, files and calls that somebody sends to break something, each with the one right answer."""
