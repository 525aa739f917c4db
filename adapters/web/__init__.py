"""
The mall as pages inside a host's Flask application. See README.md beside this file.
"""

from quanyi.adapters.web.setup import init_app
from quanyi.adapters.web.visit import Way

__all__ = ["Way", "init_app"]
