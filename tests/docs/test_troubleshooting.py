"""Troubleshooting by message: each message of the page is produced, and reads as the page has it."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine

import quanyi
from quanyi.adapters.cli import main
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "operate" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^\| `(.+?)` \| .+ \| .+ \|$", PAGE, re.MULTILINE)
DB = "sqlite:///mall.db"


@pytest.fixture
def mall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The quickstart's mall in force, in a folder that is the present one; ann holds the only film."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUANYI_DB", raising=False)
    shutil.copytree(ROOT / "docs" / "quickstart" / "mall", tmp_path / "mall")
    (tmp_path / "empty").mkdir()
    engine = quanyi.prepare_engine(create_engine(DB))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall("mall", engine)
    mall.desk.apply()
    mall.claim("film-sale", item="film", user="ann", key="c/1")
    yield mall
    engine.dispose()


def command(*arguments: str) -> Callable[[Any], str]:
    """What a command prints."""
    return lambda _mall: "".join(CliRunner().invoke(main, arguments, prog_name="quanyi").output)


def raised(call: Callable[[Any], Any]) -> Callable[[Any], str]:
    """What a call raises, as a traceback ends."""

    def say(mall: Any) -> str:
        with pytest.raises(quanyi.QuanyiError) as caught:
            call(mall)
        return f"{caught.type.__name__}: {caught.value}"

    return say


def on_nothing(mall: Any) -> Any:
    engine = create_engine("sqlite:///nothing.db")
    try:
        quanyi.open_mall("mall", engine).offers("ann")
    finally:
        engine.dispose()


def without_tables(mall: Any) -> str:
    return command("plan", "mall", "--db", "sqlite:///new.db")(mall)


def before_any_apply(mall: Any) -> str:
    command("db", "upgrade", "--db", "sqlite:///bare.db")(mall)
    return command("explain", "--db", "sqlite:///bare.db", "--event", "joined")(mall)


def below_what_is_sold(mall: Any) -> str:
    file = Path("mall/campaigns/first.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("film: 20}", "film: 0}"), encoding="utf-8")
    return command("plan", "mall", "--db", DB)(mall)


def outside_of_django(mall: Any) -> Any:
    from quanyi.adapters.django import within
    from tests.django_host import connected

    with connected(mall.ports.store.engine.url):
        within(mall).settle("d", paid=1, key="k")


def with_development_keys(mall: Any) -> str:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("quanyi.vault").addHandler(handler)
    quanyi.KeyRing.for_development()
    logging.getLogger("quanyi.vault").removeHandler(handler)
    return "\n".join(lines)


PRODUCED: list[Callable[[Any], str]] = [
    command("plan", "mall"),
    command("verify", "--db", "nonsense"),
    command("plan", "mall", "--db", "sqlite:////no/such/folder/x.db"),
    command("db", "upgrade", "--db", "postgresql://u@127.0.0.1:1/x"),
    without_tables,
    command("doctor", "--db", "sqlite:///new.db"),
    before_any_apply,
    command("validate", "empty"),
    command("show", "mall", "nothing"),
    command("explain", "--db", DB, "--event", "joinde"),
    command("explain", "--db", DB, "--event", "exchange", "--data", '{"offer"'),
    command("work", "mall", "--db", DB, "--tell", "no_shop:tell", "--once"),
    command("explain", "--db", DB, "--type", "exchange", "--key", "x/2"),
    below_what_is_sold,
    raised(on_nothing),
    raised(lambda mall: quanyi.open_mall("empty", mall.ports.store.engine)),
    raised(lambda mall: mall.claim("nope", item="film", user="ann", key="c/2")),
    raised(lambda mall: mall.exchange("nope", user="ann", key="x/1")),
    raised(lambda mall: mall.deal("nope")),
    raised(lambda mall: mall.claim("film-sale", item="film", user="bob", key="c/1")),
    raised(lambda mall: mall.settle(mall.deals("ann")[0].id, paid=1, key="p/1")),
    raised(lambda mall: mall.report("joined", user="", key="j/1")),
    raised(lambda mall: mall.report("joined", user="ann", key="j/1", data={"city": "x"})),
    raised(lambda mall: quanyi.init_app(Flask("host"), mall, current_user=lambda: None)),
    raised(outside_of_django),
    with_development_keys,
]


@pytest.mark.parametrize(
    ("message", "produce"),
    list(zip(MESSAGES, PRODUCED, strict=False)),
    ids=lambda one: one[:40] if isinstance(one, str) else one.__name__,
)
def test_a_message_reads_as_the_page_has_it(mall: Any, message: str, produce: Callable[[Any], str]) -> None:
    said = produce(mall)
    pattern = ".*".join(re.escape(part) for part in message.split("…"))

    assert re.search(pattern, said, re.DOTALL), said


def test_every_message_of_the_page_is_produced() -> None:
    assert len(MESSAGES) == len(PRODUCED)
