"""
How far a recording reached: which parts of the campaigns it met, and how often.

A part that was never met may as well be wrong: the recording shows nothing about it.
"""

from quanyi.campaigns.tools.coverage.report import Reached, reach

__all__ = ["Reached", "reach"]
