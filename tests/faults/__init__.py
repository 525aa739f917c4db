"""
Proof that the tests can fail: ``python -m tests.faults [--only NAME]``.

Each fault breaks one promise in the real source, in a throw-away copy of the checkout. The test
that is named with it must turn red within ten seconds, and must be green without it.
"""
