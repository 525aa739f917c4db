"""Ten thousand rules in rule-engine, one compiled rule each: ``rule_engine_rules.py FILE``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import rule_engine

TEXT = 'type == "{type}" and channel == "{channel}" and amount >= {min}'


def main(file: str) -> None:
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    compiled = [(rule["id"], rule_engine.Rule(TEXT.format(**rule))) for rule in given["rules"]]

    def match(event: dict[str, Any]) -> list[int]:
        return [number for number, rule in compiled if rule.matches(event)]

    for line in sys.stdin:
        seconds, events = json.loads(line)["seconds"], given["events"]
        match(events[0])
        done, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            match(events[done % len(events)])
            done += 1
        rate = done / (time.perf_counter() - begun)
        found = [match(event) for event in events[: given["compared"]]]
        print(json.dumps({"per_second": rate, "matches": found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
