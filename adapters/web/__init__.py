"""
The mall as pages inside a host's Flask application. See README.md beside this file.
"""

from quanyi.adapters.brake import Brake, GuessBrake, guarded
from quanyi.adapters.web.fields import sent, sent_token
from quanyi.adapters.web.inbox import Inbox, Note
from quanyi.adapters.web.kinds.builtin import PAGES
from quanyi.adapters.web.kinds.pages import Doing, KindPages
from quanyi.adapters.web.pages import new_token
from quanyi.adapters.web.refusals import No, explain_no
from quanyi.adapters.web.safety import content_policy
from quanyi.adapters.web.setup import init_app
from quanyi.adapters.web.visit import Visit, Way, visit
from quanyi.adapters.words import Words
from quanyi.entitlements.records import Deal

__all__ = [
    "PAGES",
    "Brake",
    "Deal",
    "Doing",
    "GuessBrake",
    "Inbox",
    "KindPages",
    "No",
    "Note",
    "Visit",
    "Way",
    "Words",
    "content_policy",
    "explain_no",
    "guarded",
    "init_app",
    "new_token",
    "sent",
    "sent_token",
    "visit",
]
