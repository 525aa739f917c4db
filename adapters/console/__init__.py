"""
The operators' console inside a host's Flask application. See README.md beside this file.
"""

from quanyi.adapters.console.all_screens import SCREENS
from quanyi.adapters.console.operators import ROLES, Operator
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown, Unconfirmed
from quanyi.adapters.console.setup import init_console
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console

__all__ = [
    "ROLES",
    "SCREENS",
    "Action",
    "Booking",
    "Cell",
    "Column",
    "Console",
    "Done",
    "Mistyped",
    "Operator",
    "Screen",
    "Shown",
    "Table",
    "Unconfirmed",
    "init_console",
]
