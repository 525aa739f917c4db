"""
The mall as pages inside a host's Flask application. See README.md beside this file.
"""

from quanyi.adapters.web.brake import Brake, GuessBrake, guarded
from quanyi.adapters.web.inbox import Inbox, Note
from quanyi.adapters.web.safety import content_policy
from quanyi.adapters.web.setup import init_app
from quanyi.adapters.web.visit import Way
from quanyi.entitlements.records import Deal

__all__ = ["Brake", "Deal", "GuessBrake", "Inbox", "Note", "Way", "content_policy", "guarded", "init_app"]
