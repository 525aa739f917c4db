"""Ten thousand rules in zen-engine, as one decision table whose content is compiled: ``zen_table.py FILE``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import zen

COLUMNS = ("type", "channel", "amount")


def table(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """A graph of an input, the table that collects every row that matches, and an output."""

    def node(name: str, sort: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "name": name, "type": sort, "position": {"x": 0, "y": 0}, **more}

    def row(rule: dict[str, Any]) -> dict[str, str]:
        return {
            "_id": str(rule["id"]),
            "type": json.dumps(rule["type"]),
            "channel": json.dumps(rule["channel"]),
            "amount": f">= {rule['min']}",
            "rule": str(rule["id"]),
        }

    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in COLUMNS],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [row(rule) for rule in rules],
    }
    return {
        "nodes": [
            node("in", "inputNode"),
            node("table", "decisionTableNode", content=content),
            node("out", "outputNode"),
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def main(file: str) -> None:
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    graph = zen.ZenDecisionContent(json.dumps(table(given["rules"])))
    decision = zen.ZenEngine().create_decision(graph)

    def match(event: dict[str, Any]) -> list[int]:
        return [int(row["rule"]) for row in decision.evaluate(event)["result"] or []]

    for line in sys.stdin:
        seconds, events = json.loads(line)["seconds"], given["events"]
        match(events[0])
        done, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            match(events[done % len(events)])
            done += 1
        rate = done / (time.perf_counter() - begun)
        found = [sorted(match(event)) for event in events[: given["compared"]]]
        print(json.dumps({"per_second": rate, "matches": found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
