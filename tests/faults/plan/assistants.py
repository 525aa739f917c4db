"""Faults in what assistants and feature flags are told."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["ASSISTANTS"]

_MCP = "tests/assistants/test_mcp.py::"
_FLAGS = "tests/openfeature/test_provider.py::"

ASSISTANTS = (
    Fault(
        name="assistants-read-anything",
        promise="no path of an assistant leads out of the project's folder",
        tests=(f"{_MCP}test_a_link_that_leads_out_is_refused_before_anything_runs",),
        edits=(Edit("adapters/mcp.py", "(self.folder / path).resolve()", "(self.folder / path).absolute()"),),
    ),
    Fault(
        name="assistants-wait-for-ever",
        promise="a tool takes a bounded time and answers a bounded text",
        tests=(f"{_MCP}test_answers_and_times_are_bounded",),
        edits=(Edit("adapters/mcp.py", "if len(text) <= self.longest:", "if text:"),),
    ),
    Fault(
        name="assistants-flags-not-begun",
        promise="a flag is true only where the mall says that the user may use the benefit",
        tests=(f"{_FLAGS}test_who_has_it_is_let_in_until_it_is_used",),
        edits=(Edit("adapters/openfeature.py", '[view for view in views if view.phase == "usable"]', "list(views)"),),
    ),
)
