"""Every fault, by the layer that it is planted in."""

from __future__ import annotations

from tests.faults.plan.alarms import ALARMS
from tests.faults.plan.api import API
from tests.faults.plan.assistants import ASSISTANTS
from tests.faults.plan.bodies import BODIES
from tests.faults.plan.bulk import BULK
from tests.faults.plan.bundles import BUNDLES
from tests.faults.plan.buying import BUYING
from tests.faults.plan.catalogue import CATALOGUE
from tests.faults.plan.clocks import CLOCKS
from tests.faults.plan.codes import CODES
from tests.faults.plan.console import CONSOLE
from tests.faults.plan.context import CONTEXT
from tests.faults.plan.crowds import CROWDS
from tests.faults.plan.decisions import DECISIONS
from tests.faults.plan.desk import DESK
from tests.faults.plan.display import DISPLAY
from tests.faults.plan.django import DJANGO
from tests.faults.plan.docs import DOCS
from tests.faults.plan.edges import EDGES
from tests.faults.plan.engine import ENGINE
from tests.faults.plan.erasing import ERASING
from tests.faults.plan.face import FACE
from tests.faults.plan.facts import FACTS
from tests.faults.plan.figures import FIGURES
from tests.faults.plan.files import FILES
from tests.faults.plan.formats import FORMATS
from tests.faults.plan.friends import FRIENDS
from tests.faults.plan.helping import HELPING
from tests.faults.plan.keeping import KEEPING
from tests.faults.plan.lapses import LAPSES
from tests.faults.plan.looks import LOOKS
from tests.faults.plan.mariadb import MARIADB
from tests.faults.plan.pages import PAGES
from tests.faults.plan.promises import PROMISES
from tests.faults.plan.proposals import PROPOSALS
from tests.faults.plan.ranges import RANGES
from tests.faults.plan.releases import RELEASES
from tests.faults.plan.reminders import REMINDERS
from tests.faults.plan.rules import RULES
from tests.faults.plan.said import SAID
from tests.faults.plan.statement import STATEMENT
from tests.faults.plan.stencils import STENCILS
from tests.faults.plan.stores import STORES
from tests.faults.plan.streaks import STREAKS
from tests.faults.plan.suppliers import SUPPLIERS
from tests.faults.plan.tasks import TASKS
from tests.faults.plan.telemetry import TELEMETRY
from tests.faults.plan.texts import TEXTS
from tests.faults.plan.things import THINGS
from tests.faults.plan.tools import TOOLS
from tests.faults.plan.webhooks import WEBHOOKS
from tests.faults.plan.worker import WORKER

__all__ = ["FAULTS"]

FAULTS = (
    *ALARMS,
    *API,
    *ASSISTANTS,
    *BODIES,
    *BULK,
    *BUNDLES,
    *BUYING,
    *CATALOGUE,
    *CLOCKS,
    *CODES,
    *CONSOLE,
    *CONTEXT,
    *CROWDS,
    *DECISIONS,
    *DESK,
    *DISPLAY,
    *DJANGO,
    *DOCS,
    *EDGES,
    *ENGINE,
    *ERASING,
    *FACE,
    *FACTS,
    *FIGURES,
    *FILES,
    *FORMATS,
    *FRIENDS,
    *HELPING,
    *KEEPING,
    *MARIADB,
    *PAGES,
    *PROPOSALS,
    *RANGES,
    *RELEASES,
    *LAPSES,
    *LOOKS,
    *PROMISES,
    *REMINDERS,
    *RULES,
    *SAID,
    *STENCILS,
    *STATEMENT,
    *STORES,
    *STREAKS,
    *SUPPLIERS,
    *TASKS,
    *TELEMETRY,
    *TEXTS,
    *THINGS,
    *TOOLS,
    *WEBHOOKS,
    *WORKER,
)
