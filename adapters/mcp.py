"""
An MCP server over a mall project: what an assistant may ask while it helps to write campaigns. It writes nothing.

Each tool is a command of `quanyi`, run in a process of its own: with a bounded time, and with answers cut to a bounded
length. Files are named below the project's folder alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import anyio
import attrs
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from quanyi.entitlements.errors import InputError

__all__ = ["LONGEST_ANSWER", "LONGEST_SECONDS", "mcp_server"]

LONGEST_ANSWER = 40_000
"""The most characters of one answer."""

LONGEST_SECONDS = 120.0
"""The most time that one tool may take."""

_AT_ONCE = 2
_DB = "{db}"
_RUN = (
    "import os, sys\n"
    "from quanyi.adapters.cli import main\n"
    "main([os.environ['QUANYI_DB'] if each == '{db}' else each for each in sys.argv[1:]], prog_name='quanyi')"
)
"""A command, with the database's address, which may have a password in it, out of the list of processes."""

_INSTRUCTIONS = (
    "Tools to write campaigns of a quanyi mall project. They write nothing: edit the files yourself, then validate. "
    "show tells in sentences what the engine understands, plan what bringing the files into force would change, explain "
    "what a campaign would decide and why, backtest what recorded events would have come to, figures what campaigns "
    "have come to, in sums without people."
)
_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
_Text = Annotated[str, Field(min_length=1, max_length=200)]
_Json = Annotated[str, Field(max_length=20_000, description="A JSON object.")]
_Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="A day in the mall's zone, 2026-03-08.")]
_Path = Annotated[str, Field(min_length=1, max_length=500, description="A path below the project's folder.")]


@attrs.frozen(kw_only=True)
class _Commands:
    """
    Runs commands over one project.

    Attributes:
        books: The options that say where the tables are, without the database's address.
    """

    folder: Path
    db: str | None
    books: tuple[str, ...]
    seconds: float
    longest: int
    room: anyio.CapacityLimiter = attrs.field(factory=lambda: anyio.CapacityLimiter(_AT_ONCE))

    async def run(self, *arguments: str) -> str:
        """What a command prints, cut to the most that is answered; ToolError where it could not be done."""
        command = [sys.executable, "-c", _RUN, *arguments]
        environment = {**os.environ, **({} if self.db is None else {"QUANYI_DB": self.db})}
        async with self.room:
            try:
                with anyio.fail_after(self.seconds):
                    done = await anyio.run_process(
                        command, check=False, stdin=subprocess.DEVNULL, env=environment, cwd=self.folder
                    )
            except TimeoutError:
                raise ToolError(f"stopped after {self.seconds:g} seconds; ask for less") from None
            except ValueError:  # a NUL, or half a character
                raise ToolError("what was said can't be passed to a command") from None
        said, wrong = (text.decode("utf-8", "replace").strip() for text in (done.stdout, done.stderr))
        if not said:
            raise ToolError(self._cut(wrong or f"ended with {done.returncode}"))
        return self._cut(said)

    def inside(self, path: str) -> str:
        """
        A path below the project's folder, links followed; ToolError for any other.

        It begins with no dash, so that it is no option of a command.
        """
        place = self.folder if "\0" in path else (self.folder / path).resolve()
        if "\0" in path or not place.is_relative_to(self.folder):
            raise ToolError("a path leads out of the project's folder")
        return str(place)

    def database(self) -> tuple[str, ...]:
        """The options of the database; ToolError where the server was started without one."""
        if self.db is None:
            raise ToolError("this server was started without a database: quanyi mcp DIR --db URL")
        return ("--db", _DB, *self.books)

    def _cut(self, text: str) -> str:
        if len(text) <= self.longest:
            return text
        return f"{text[: self.longest]}\n… cut: {len(text)} characters in all; ask for less, such as one campaign"


def mcp_server(
    folder: str | Path,
    db: str | None = None,
    *,
    books: tuple[str, ...] = (),
    seconds: float = LONGEST_SECONDS,
    longest: int = LONGEST_ANSWER,
) -> MCPServer[Any]:
    """
    A server over the project in *folder*; its `run` speaks on standard input and output.

    Args:
        db: The database of its mall, for the tools that compare with what is in force.
        books: Further options of the database: ``("--mall", "shop")``.
        seconds: The most time of one tool.
        longest: The most characters of one answer.

    Raises:
        InputError: There is no mall.yaml in the folder.
    """
    place = Path(folder).resolve()
    if not any((place / name).is_file() for name in ("mall.yaml", "mall.yml")):
        raise InputError("a mall project is a folder with a mall.yaml")
    commands = _Commands(folder=place, db=db, books=books, seconds=seconds, longest=longest)
    server: MCPServer[Any] = MCPServer("quanyi", instructions=_INSTRUCTIONS, log_level="ERROR")
    for tool in (_validate, _show, _plan, _explain, _backtest, _figures):
        reads = ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        )
        server.tool(annotations=reads, structured_output=False)(tool(commands))
    return server


def _validate(commands: _Commands) -> Any:
    async def validate() -> str:
        """Find every mistake in the project's files, its stories included: file, line, code, message and hint of each."""
        return await commands.run("validate", "--json", "--", str(commands.folder))

    return validate


def _show(commands: _Commands) -> Any:
    async def show(campaign: _Name | None = None, language: Annotated[str, Field(pattern="^(zh|en)$")] = "en") -> str:
        """
        Show a campaign, or all of them, as the engine understands it: its sentence, checks in order, limits, deadlines, and
        what it can cost at most.
        """
        named = [] if campaign is None else [campaign]
        return await commands.run("show", f"--lang={language}", "--json", "--", str(commands.folder), *named)

    return show


def _plan(commands: _Commands) -> Any:
    async def plan(language: Annotated[str, Field(pattern="^(zh|en)$")] = "en") -> str:
        """Say what bringing the files into force would change in the database; nothing is written."""
        options = (*commands.database(), f"--lang={language}", "--json")
        return await commands.run("plan", *options, "--", str(commands.folder))

    return plan


def _explain(commands: _Commands) -> Any:
    async def explain(
        event: _Name,
        user: _Text | None = None,
        data: _Json = "{}",
        facts: _Json = "{}",
        context: _Json = "{}",
        campaign: _Name | None = None,
        at: _Text | None = None,
        language: Annotated[str, Field(pattern="^(zh|en)$")] = "en",
    ) -> str:
        """
        Say what each campaign of the files would decide now about an event or command, and why; nothing is written.

        data has the event's attributes (amounts as decimals), facts what the host says about the user, at an instant.
        """
        said = {"event": event, "user": user, "campaign": campaign, "at": at, "lang": language}
        said |= {"data": data, "facts": facts, "context": context}
        options = [f"--{name}={value}" for name, value in said.items() if value is not None]
        return await commands.run("explain", *commands.database(), *options, "--json", "--", str(commands.folder))

    return explain


def _backtest(commands: _Commands) -> Any:
    async def backtest(events: _Path, against: _Path | None = None, until: _Text | None = None) -> str:
        """
        Say what recorded events would have come to under the files, compared with what is in force in the database, or
        with another project below the folder.
        """
        options = [f"--events={commands.inside(events)}"]
        options += commands.database() if against is None else [f"--against={commands.inside(against)}"]
        options += [] if until is None else [f"--until={until}"]
        return await commands.run("backtest", *options, "--json", "--", str(commands.folder))

    return backtest


def _figures(commands: _Commands) -> Any:
    async def figures(
        by: _Name = "day",
        first: _Day | None = None,
        last: _Day | None = None,
        campaign: _Name | None = None,
        item: _Name | None = None,
    ) -> str:
        """
        Say what the books come to, by day, campaign, item, brand, hour or an attribute that the mall counts by: sums, and
        nobody by name. The last 28 days unless first and last are given. Amounts are in the smallest part.
        """
        said = {"by": by, "from": first, "to": last, "campaign": campaign, "item": item}
        options = [f"--{name}={value}" for name, value in said.items() if value is not None]
        return await commands.run(
            "figures", "show", *commands.database(), *options, "--json", "--", str(commands.folder)
        )

    return figures
