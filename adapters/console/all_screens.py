"""
The table of all screens, in the order of the navigation. Routes, navigation and the tests' matrix are made from it.
"""

from __future__ import annotations

from quanyi.adapters.console.acts import ACT_SCREENS
from quanyi.adapters.console.alarms import ALARM_SCREENS
from quanyi.adapters.console.campaign import CAMPAIGN_SCREENS
from quanyi.adapters.console.campaigns import CAMPAIGNS_SCREENS
from quanyi.adapters.console.catalogue.screens import CATALOGUE_SCREENS
from quanyi.adapters.console.codes import CODE_SCREENS
from quanyi.adapters.console.deals import DEAL_SCREENS
from quanyi.adapters.console.events import EVENT_SCREENS
from quanyi.adapters.console.figures.screens import FIGURES_SCREENS
from quanyi.adapters.console.people.bulk import BULK_SCREENS
from quanyi.adapters.console.people.helping import PERSON_SCREENS
from quanyi.adapters.console.people.requests import REQUEST_SCREENS
from quanyi.adapters.console.proposals import PROPOSAL_SCREENS
from quanyi.adapters.console.releases import RELEASE_SCREENS
from quanyi.adapters.console.screens import Screen
from quanyi.adapters.console.trials import TRIAL_SCREENS
from quanyi.adapters.console.versions import VERSION_SCREENS

__all__ = ["SCREENS"]

SCREENS: tuple[Screen, ...] = (
    *FIGURES_SCREENS,
    *ALARM_SCREENS,
    *PERSON_SCREENS,
    *BULK_SCREENS,
    *REQUEST_SCREENS,
    *DEAL_SCREENS,
    *CAMPAIGNS_SCREENS,
    *CAMPAIGN_SCREENS,
    *VERSION_SCREENS,
    *CATALOGUE_SCREENS,
    *PROPOSAL_SCREENS,
    *TRIAL_SCREENS,
    *RELEASE_SCREENS,
    *CODE_SCREENS,
    *EVENT_SCREENS,
    *ACT_SCREENS,
)
