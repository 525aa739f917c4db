"""
The code desk: codes that come in by files or are generated, their batches, their traces, and new seals for them.
"""
