"""
The product team's tools on the command line: `quanyi`.

Commands are loaded when they are called, so that `quanyi --help` is quick and needs neither
database nor web framework.
"""

from __future__ import annotations

from types import MappingProxyType

import click

from quanyi.adapters.cli.group import Commands

__all__ = ["COMMANDS", "main"]

_HERE = "quanyi.adapters.cli"

COMMANDS = MappingProxyType(
    {
        "new": (f"{_HERE}.new:new", "Write a campaign from a template."),
        "validate": (f"{_HERE}.validate:validate", "Find every mistake in a mall project."),
        "show": (f"{_HERE}.show:show", "Show campaigns as the engine understands them."),
        "test": (f"{_HERE}.test:test", "Tell the project's stories."),
        "plan": (f"{_HERE}.plan:plan", "Say what bringing a project into force would change."),
        "apply": (f"{_HERE}.apply:apply", "Bring a project's campaigns into force."),
        "releases": (f"{_HERE}.releases:releases", "List what was in force, or bring it into force again."),
        "pull": (f"{_HERE}.pull:pull", "Write what is in force into a project's files."),
        "explain": (f"{_HERE}.explain:explain", "Say what would happen now, or what happened, and why."),
        "run": (f"{_HERE}.run:run", "Put recorded events through the live path."),
        "backtest": (
            f"{_HERE}.backtest:backtest",
            "Say what recorded events would have come to under other campaigns.",
        ),
        "mcp": (f"{_HERE}.mcp:mcp", "Answer an assistant that helps to write campaigns."),
        "work": (f"{_HERE}.work:work", "Book what is due and hand events on, until it is stopped."),
        "figures": (f"{_HERE}.figures:figures", "Say what the books come to, and count them again."),
        "alarms": (f"{_HERE}.alarms:alarms", "Say what of a mall wants somebody to look at it."),
        "export": (f"{_HERE}.export:export", "Write what happened to Parquet files."),
        "sweep": (f"{_HERE}.books:sweep", "Book what is due."),
        "clock": (f"{_HERE}.clock:clock", "Say how far the mall's time has come, or set it."),
        "outbox": (f"{_HERE}.outbox:outbox", "Look after events that wait, and those that no receiver took."),
        "codes": (f"{_HERE}.codes:codes", "Look after card codes."),
        "person": (f"{_HERE}.person:person", "Say what the books keep of a person, or erase them."),
        "api-keys": (f"{_HERE}.api_keys:api_keys", "Look after keys for the HTTP API."),
        "webhooks": (f"{_HERE}.webhooks:webhooks", "Look after addresses that events are sent to."),
        "verify": (f"{_HERE}.books:verify", "Recompute every balance from the journal."),
        "doctor": (f"{_HERE}.books:doctor", "Look for settings with which the books can't be trusted."),
        "db": (f"{_HERE}.db:db", "Make and check the tables."),
        "schema": (f"{_HERE}.schema:schema", "Print the JSON Schema of the files."),
        "fake-supplier": (
            f"{_HERE}.fake_supplier:fake_supplier",
            "Be a supplier that sells and misbehaves, for development and tests.",
        ),
        "demo": ("quanyi.demo_app.cli:demo", "Run the demo mall, and move its clock."),
    }
)
"""Where each command is, and the first line of its help."""


@click.group(cls=Commands, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quanyi", message="quanyi %(version)s")
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
def main(debug: bool) -> None:
    """
    Campaigns as files: check them, test them, bring them into force, explain what they did.

    Exit codes: 0 done; 1 something was found, refused or not as told; 2 it could not be done.
    """
