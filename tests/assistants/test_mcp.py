"""The MCP server, asked by the protocol's own client over standard input and output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters, stdio_client
from sqlalchemy import create_engine

import quanyi
from quanyi.adapters.mcp import mcp_server
from tests.docs.pages import ROOT
from tests.stories.samples import write_project

EVENTS = '{"at": "2026-03-01 10:00", "user": "ann", "type": "order.paid", "data": {"order": "o1", "amount": 50.00}}\n'
PAGE = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is in force, a recording in it, and things outside that nobody may read."""
    place = tmp_path_factory.mktemp("mcp")
    folder = write_project(place / "mall")
    (folder / "events.jsonl").write_text(EVENTS, encoding="utf-8")
    (place / "outside.jsonl").write_text(EVENTS, encoding="utf-8")
    (folder / "link.jsonl").symlink_to(place / "outside.jsonl")
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{place / 'mall.db'}"))
    quanyi.upgrade(engine)
    quanyi.open_mall(folder, engine).desk.apply()
    engine.dispose()
    return place


def ask(
    place: Path, does: Callable[[ClientSession], Coroutine[Any, Any, Any]], *, db: bool = True, script: str = ""
) -> Any:
    """Start the server, and let *does* talk with it."""
    run = script or "from quanyi.adapters.cli import main; main(prog_name='quanyi')"
    arguments = ["-c", run, "mcp", str(place / "mall")]
    arguments += ["--db", f"sqlite:///{place / 'mall.db'}"] if db else []
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def talk() -> Any:
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            return await does(session)

    return anyio.run(talk)


def text(result: Any) -> str:
    return "".join(part.text for part in result.content)


def state(place: Path) -> dict[str, str]:
    """The digest of every file."""
    return {str(p): sha256(p.read_bytes()).hexdigest() for p in sorted(place.rglob("*")) if p.is_file()}


def test_a_client_finds_the_tools_and_every_one_only_reads(place: Path) -> None:
    listed = ask(place, lambda session: session.list_tools())
    rows = {line.split("`")[1]: line for line in PAGE.splitlines() if line.startswith("| `")}

    assert (
        {tool.name for tool in listed.tools}
        == set(rows)
        == {
            "validate",
            "show",
            "plan",
            "explain",
            "backtest",
            "figures",
        }
    )
    for tool in listed.tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert all(f"`{name}`" in rows[tool.name] for name in tool.input_schema["properties"])
        assert tool.description


def test_an_assistant_checks_shows_plans_explains_and_tests_and_nothing_changes(place: Path) -> None:
    before = state(place)

    async def session_of(session: ClientSession) -> list[Any]:
        return [
            await session.call_tool(name, arguments)
            for name, arguments in (
                ("validate", {}),
                ("show", {}),
                ("plan", {}),
                ("explain", {"event": "order.paid", "user": "ann", "data": '{"order": "o9", "amount": 50.00}'}),
                ("backtest", {"events": "events.jsonl"}),
                ("figures", {"by": "campaign"}),
            )
        ]

    validated, shown, planned, explained, tested, counted = ask(place, session_of)

    assert json.loads(text(validated)) == {"valid": True, "findings": []}
    assert json.loads(text(shown))[0]["campaign"]
    assert json.loads(text(planned))["changes"] == []
    assert json.loads(text(explained))["decisions"]
    assert "decisions" in json.loads(text(tested))
    assert json.loads(text(counted))["by"] == "campaign"
    assert not any(each.is_error for each in (validated, shown, planned, explained, tested, counted))
    assert state(place) == before


PATHS = [
    "../outside.jsonl",
    "link.jsonl",
    "events.jsonl/../../outside.jsonl",
    "/etc/passwd",
    "{place}/outside.jsonl",
    "..",
    "a\0b",
]


def test_no_path_leads_out_of_the_folder(place: Path) -> None:
    async def asked(session: ClientSession) -> list[Any]:
        said = [path.format(place=place) for path in PATHS]
        arguments = [{"events": path} for path in said]
        arguments += [{"events": "events.jsonl", "against": path} for path in said]
        return [await session.call_tool("backtest", each) for each in arguments]

    answers = ask(place, asked)

    assert len(answers) == 2 * len(PATHS)
    for answer in answers:
        assert answer.is_error
        assert "leads out of" in text(answer)
        assert "root:" not in text(answer)


def test_a_link_that_leads_out_is_refused_before_anything_runs(place: Path) -> None:
    """Nobody waits for a command: it would not come to an end in this time."""
    server = mcp_server(place / "mall", seconds=0.001)

    async def asked() -> str:
        try:
            return str(await server.call_tool("backtest", {"events": "link.jsonl", "against": "."}))
        except Exception as error:
            return str(error)

    assert "leads out of" in anyio.run(asked)


def test_what_is_said_is_no_option_of_a_command(place: Path) -> None:
    """A value that looks like one is a value, or refused."""

    async def asked(session: ClientSession) -> list[Any]:
        return [
            await session.call_tool("show", {"campaign": "--help"}),
            await session.call_tool("explain", {"event": "--help"}),
            await session.call_tool(
                "explain", {"event": "order.paid", "user": "--db=sqlite:///other.db", "data": "[]"}
            ),
            await session.call_tool("explain", {"event": "order.paid", "data": "x" * 20_001}),
            await session.call_tool("explain", {"event": "order.paid", "user": "a\0b"}),
            await session.call_tool("figures", {"by": "--help"}),
            await session.call_tool("figures", {"first": "yesterday"}),
            await session.call_tool("show", {"language": "--json"}),
            await session.call_tool("apply", {}),
        ]

    answers = ask(place, asked)

    assert all(answer.is_error for answer in answers)
    assert not any("Usage:" in text(answer) for answer in answers)
    assert not (place / "mall" / "other.db").exists()


def test_without_a_database_the_tools_that_need_one_say_so(place: Path) -> None:
    answers = ask(place, _both, db=False)

    assert answers[0].is_error
    assert "without a database" in text(answers[0])
    assert not answers[1].is_error


async def _both(session: ClientSession) -> list[Any]:
    return [await session.call_tool("plan", {}), await session.call_tool("validate", {})]


def test_mistakes_in_the_files_are_an_answer(place: Path) -> None:
    broken = place / "mall" / "campaigns" / "broken.yaml"
    broken.write_text("kind: nothing\n", encoding="utf-8")
    try:
        validated, planned = ask(place, _validated)
    finally:
        broken.unlink()

    assert json.loads(text(validated))["valid"] is False
    assert planned.is_error
    assert "broken.yaml" in text(planned)


async def _validated(session: ClientSession) -> list[Any]:
    return [await session.call_tool("validate", {}), await session.call_tool("plan", {})]


def test_answers_and_times_are_bounded(place: Path) -> None:
    async def asked() -> tuple[str, str]:
        short = await mcp_server(place / "mall", longest=200).call_tool("show", {})
        try:
            await mcp_server(place / "mall", seconds=0.05).call_tool("validate", {})
        except Exception as error:
            return str(short), str(error)
        return str(short), ""

    short, late = anyio.run(asked)

    assert "characters in all" in short
    assert len(short) < 1000
    assert "stopped after 0.05 seconds" in late
    assert "120 seconds" in PAGE
    assert "40,000 characters" in PAGE


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(quanyi.InputError, match=r"mall\.yaml"):
        mcp_server(tmp_path)


def test_the_pages_configuration_starts_it() -> None:
    said = json.loads(PAGE.split("```json title=mcp.json\n")[1].split("```")[0])
    server = said["mcpServers"]["quanyi"]

    assert [server["command"], *server["args"][:2]] == ["quanyi", "mcp", "mall"]
