"""
Stories: a campaign's tests, told step by step, with what must be true right under each step.
"""

from quanyi.campaigns.tools.stories.model import Given, Outcome, Problem, Step, StepOutcome, Story
from quanyi.campaigns.tools.stories.read import read_stories
from quanyi.campaigns.tools.stories.tell import tell

__all__ = ["Given", "Outcome", "Problem", "Step", "StepOutcome", "Story", "read_stories", "tell"]
