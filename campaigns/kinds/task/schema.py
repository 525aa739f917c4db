"""
The form of a task's file.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Tag

from quanyi.campaigns.language.schema.base import BY_SHAPE, SOME, Event, Flag, Id, Strict, Texts, Whole, Word
from quanyi.campaigns.language.schema.clauses import (
    CampaignHead,
    ConditionValue,
    Gifts,
    Names,
    PartUndos,
    TaskWindow,
    Whens,
)
from quanyi.campaigns.language.schema.values import Number

__all__ = ["GoalMap", "TaskFile"]


class GoalMap(Strict):
    """One thing to do: so often, or so much of it."""

    stand_ins: ClassVar[dict[str, Any]] = {"when": []}

    title: Texts | None = None
    """What people see, `{zh: 读三章, en: Read three chapters}`."""
    when: Whens
    """The event that counts, `when: chapter.read`; or a list of them."""
    count: Annotated[Whole, Field(ge=1)] | None = None
    """How many such events, `count: 3`; left out: one."""
    sum: dict[str, Number] | None = None
    """How much of an attribute in all, `sum: {amount: 100.00}`."""
    reach: dict[str, Number] | None = None
    """What value of an attribute, once, `reach: {level: 5}`."""
    distinct: dict[str, Annotated[Whole, Field(ge=1, le=1000)]] | None = None
    """How many different values of an attribute, `distinct: {chapter: 5}`."""
    after: Names = ()
    """The goals that must be done before this one counts anything, `after: read`; or a list of them."""
    only_if: ConditionValue | None = None
    """Which of the events count: `{amount: {min: 20.00}}`."""
    give: Gifts = ()
    """What finishing this goal gives at once: `{points: 10}`."""


class TaskFile(CampaignHead):
    """Do A three times and B once, and get Z."""

    stand_ins: ClassVar[dict[str, Any]] = {**CampaignHead.stand_ins, "goals": {}}

    kind: Literal["task"]
    """The sentence it says, `kind: task`."""
    goals: Annotated[dict[Id, GoalMap], SOME]
    """What is to be done, by name: `{read: {when: chapter.read, count: 3}}`."""
    all_done: Gifts = ()
    """What finishing all goals gives: `{points: 100}`."""
    per: Names = "user"
    """Whose progress: `user` (default), or `[user, book]` for each book by itself."""
    who: Annotated[Annotated[Word, Tag("text")] | Annotated[dict[Event, Word], Tag("map")], BY_SHAPE] | None = None
    """Whose event it is, if not its user's: `who: sharer`; or one for each event, `{link.clicked: sharer}`."""
    in_: TaskWindow = Field("ever", alias="in")
    """The window in which it is to be done, and begins anew: `in: week`, or `in: {since_first: 7d}`."""
    restart: Flag = False
    """Whether another round begins once all is done."""
    if_undone: PartUndos = ()
    """What happens to gifts if something that counted is undone: `{when: order.refunded, same: order}`."""
