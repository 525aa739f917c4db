"""
What a package needs that brings a kind of campaign of its own: the words of plays, of files, and of tools.

The tutorial "a kind of your own" uses all parts of it; pages are in `quanyi.adapters.web`.
"""

from quanyi.campaigns.kinds.builtin import KINDS
from quanyi.campaigns.kinds.coverage import Coverage
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.lint import Lint
from quanyi.campaigns.kinds.show import Show
from quanyi.campaigns.kinds.stories import StoryCheck, StoryWords
from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.campaigns.language.compile.causes import units
from quanyi.campaigns.language.compile.conditions import condition
from quanyi.campaigns.language.compile.gifts import gifts
from quanyi.campaigns.language.compile.head import checks, head
from quanyi.campaigns.language.compile.limits import at_most, budget
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.events import Attribute, command, told
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.base import Whole
from quanyi.campaigns.language.schema.clauses import CampaignHead, ConditionValue, Gifts
from quanyi.campaigns.language.speaker import Speaker
from quanyi.entitlements.accounts import outside
from quanyi.entitlements.because import because
from quanyi.entitlements.calculators import amount_of, most
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.checks.admission import AUDIENCE, RUNS_AND_OPEN
from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.giving import Giving
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft, View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.terms import Terms
from quanyi.entitlements.points import earn, spend
from quanyi.entitlements.records import Move, Record, RecordKey
from quanyi.entitlements.undo.reverse import reverse

__all__ = [
    "AUDIENCE",
    "KINDS",
    "RUNS_AND_OPEN",
    "Attribute",
    "CampaignHead",
    "Changes",
    "Check",
    "ConditionValue",
    "Coverage",
    "Draft",
    "Exposure",
    "Gift",
    "Gifts",
    "Giving",
    "Input",
    "Kind",
    "Limit",
    "Lint",
    "LotsOf",
    "Move",
    "Need",
    "Place",
    "Plain",
    "PlayView",
    "Record",
    "RecordKey",
    "Scope",
    "Show",
    "Speaker",
    "StoryCheck",
    "StoryWords",
    "Surroundings",
    "Terms",
    "Trigger",
    "View",
    "Whole",
    "amount_of",
    "at_most",
    "because",
    "budget",
    "by_name",
    "checks",
    "command",
    "condition",
    "earn",
    "gifts",
    "go_through",
    "head",
    "limit_needs",
    "most",
    "outside",
    "reverse",
    "spend",
    "told",
    "units",
]
