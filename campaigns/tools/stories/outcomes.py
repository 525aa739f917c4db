"""
Outcomes of stories for people who did not write them: each step with its outcome in words, in both languages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.explain import explanation
from quanyi.campaigns.tools.stories.model import Outcome, StepOutcome, Story
from quanyi.entitlements.errors import Refused

__all__ = ["readable", "result_of", "touching"]

_LOCALES = ("zh", "en")
_COLON = {"zh": "：", "en": ": "}
_ACCEPTED = {"zh": "没有活动回应", "en": "no campaign answered"}


def touching(stories: Iterable[Story], campaigns: Collection[str]) -> list[Story]:
    """The stories in which one of *campaigns* is in force: those that name it, and those that name none."""
    return [story for story in stories if not story.campaigns or not set(campaigns).isdisjoint(story.campaigns)]


def readable(stories: Sequence[Story], findings: Iterable[Finding]) -> list[Story]:
    """The stories without a mistake in their text."""
    wrong = {(found.file, found.line) for found in findings if found.level == "error"}
    return [story for story in stories if not any(_begun(stories, *place) is story for place in wrong)]


def _begun(stories: Sequence[Story], file: str, line: int) -> Story | None:
    """The story that a line of a file belongs to: the last one that begins above it."""
    above = [one for one in stories if one.place.document.file == file and one.place.document.line <= line]
    return max(above, key=lambda one: one.place.document.line, default=None)


def result_of(outcome: Outcome, project: Project) -> dict[str, Any]:
    """
    How a story went, as plain values that can be stored.

    Args:
        project: The campaigns that it was told with.
    """
    story = outcome.story
    return {
        "story": story.name,
        "where": story.place.where,
        "good": outcome.good,
        "steps": [_step(one, project, story) for one in outcome.steps],
        "problems": [
            {"where": problem.where, "says": {"zh": problem.chinese or problem.message, "en": problem.message}}
            for problem in outcome.problems
        ],
    }


def _step(one: StepOutcome, project: Project, story: Story) -> dict[str, Any]:
    step = one.step
    return {
        "at": said(step.at, story.zone),
        "who": step.who or "",
        "does": step.do or step.midway.title,
        "good": one.good,
        "says": {locale: _says(one, project, locale) for locale in _LOCALES},
    }


def _says(one: StepOutcome, project: Project, locale: str) -> list[str]:
    """What came of a step, a line for each campaign that answered."""
    if one.no is not None:
        return [one.no.message(locale) if isinstance(one.no, Refused) else str(one.no)]
    known = {name: _named(campaign.head.title, name, locale) for name, campaign in project.campaigns.items()}
    lines = [
        f"{known.get(each.campaign, each.campaign)}{_COLON[locale]}{explanation(each, project, locale)['sentence']}"
        for each in one.decisions
    ]
    return lines or ([_ACCEPTED[locale]] if one.step.do else [])


def _named(title: Mapping[str, str], name: str, locale: str) -> str:
    return title.get(locale) or next(iter(title.values()), name)
