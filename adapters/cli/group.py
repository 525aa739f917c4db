"""
The group of all commands: loads them when they are called, and says errors in one line.
"""

from __future__ import annotations

import atexit
import gc
import logging
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

__all__ = ["CANNOT", "FOUND", "Commands", "Trouble"]

FOUND = 1
"""The exit code where something was found, refused, or not as told."""

CANNOT = 2
"""The exit code for wrong usage, and for what could not be done at all."""

_OBJECTS_PER_COLLECTION = 50_000
"""
How many new objects Python's search for circular garbage waits for. While modules are loaded hardly any object is
garbage, and at the usual 700 the searches are a tenth of a short command.
"""

_UPGRADE = "make or renew the tables: quanyi db upgrade --db URL"
_HINTS: Mapping[str, str] = {
    "no such table": _UPGRADE,
    "no such column": _UPGRADE,
    "UndefinedTable": _UPGRADE,
    "does not exist": "check the name in --db, and that the tables are made: quanyi db upgrade --db URL",
    "unable to open database file": "check the folder in --db; sqlite:///mall.db lies here, sqlite:////srv/mall.db there",
    "onnection refused": "is the server running, and are host and port in --db right?",
    "password authentication": "check user and password in --db",
    "No module named 'psycopg'": "install the driver: pip install 'quanyi[postgres]'",
    "No module named 'flask": "install the demo: pip install 'quanyi[demo]'",
    "database is locked": "another program is writing; try again",
}


class Trouble(click.ClickException):
    """
    Something that can't be done, in one line.

    Args:
        hint: What to do about it.
    """

    exit_code = CANNOT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Commands(click.Group):
    """
    A group whose commands are loaded when they are called.

    Args:
        commands: ``module:attribute`` and the first line of help, by name.
    """

    def __init__(self, *args: Any, commands: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order in which a campaign meets them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._places.items()])

    def main(  # type: ignore[override]  # click declares one overload for each mode
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **options: Any
    ) -> Any:
        """Run, and end the process with one line for every error."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **options)
        gc.set_threshold(_OBJECTS_PER_COLLECTION)
        atexit.register(gc.freeze)  # what is there at the end needs no last search: the process ends
        if not _debugging():
            logging.getLogger("quanyi").addHandler(logging.NullHandler())
        try:
            code = super().main(args, standalone_mode=False, **options)
        except click.Abort:
            _say("stopped")
            code = CANNOT
        except Exception as error:  # noqa: BLE001  (users see one line, whatever it was; --debug shows all)
            code = _explained(error)
        sys.exit(code if isinstance(code, int) else 0)


def _debugging() -> bool:
    return "--debug" in sys.argv


def _explained(error: Exception) -> int:
    """Say an error in one line, with a hint."""
    if _debugging():
        traceback.print_exc()
    if isinstance(error, click.UsageError):
        command = f"{error.ctx.command_path} --help" if error.ctx else "quanyi --help"
        _say(error.format_message(), f"see {command}")
        return CANNOT
    if isinstance(error, click.ClickException):
        _say(error.format_message(), getattr(error, "hint", ""))
        return error.exit_code
    return _said(error)


def _said(error: Exception) -> int:
    from quanyi.entitlements.errors import CampaignFileError, QuanyiError, Refused

    if isinstance(error, CampaignFileError):
        from quanyi.adapters.cli.output import print_findings, summed_up

        print_findings(error.findings, err=True)
        _say(summed_up(error.findings))
        return FOUND
    if isinstance(error, Refused):
        _say(f"refused: {error.message('en')}", error.reason)
        return FOUND
    text = next(iter(str(error).splitlines()), "") or type(error).__name__
    hint = next((hint for part, hint in _HINTS.items() if part in f"{type(error).__name__} {error}"), "")
    if not (isinstance(error, QuanyiError | OSError | ImportError) or type(error).__module__.startswith("sqlalchemy")):
        text = f"this should not happen: {type(error).__name__}: {text}"
        hint = hint or "run again as quanyi --debug …, and tell us"
    _say(text, hint)
    return CANNOT


def _say(message: str, hint: str = "") -> None:
    click.echo(f"error: {message}" + (f" (hint: {hint})" if hint else ""), err=True)
