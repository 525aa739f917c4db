"""
How far a recording reached: which parts of the campaigns it met, and how often.

A part that was never met may as well be wrong: the recording shows nothing about it.
"""

from quanyi.campaigns.reach.parts import Reached, reach

__all__ = ["Reached", "reach"]
