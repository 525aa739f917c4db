"""
The commands ``quanyi demo serve``, ``seed``, ``advance`` and ``reset``.
"""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

import click

from quanyi.demo_app.app import create_app
from quanyi.demo_app.inbox import deliver, worker_of
from quanyi.demo_app.life.command import life
from quanyi.demo_app.people import ZONE
from quanyi.demo_app.seed import is_seeded, seed
from quanyi.demo_app.serving import server_of
from quanyi.demo_app.world import World, default_folder, open_world, remove_world

__all__ = ["demo"]

_STEP = re.compile(r"([0-9]{1,6})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_MOST = timedelta(days=366)


@click.group()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=default_folder, help="Where its data is kept."
)
@click.pass_context
def demo(context: click.Context, folder: Path) -> None:
    """Run the demo product, Lumen Isle, with the mall inside."""
    context.obj = folder


demo.add_command(life)


@demo.command("serve")
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.pass_obj
def _serve(folder: Path, port: int, host: str) -> None:
    """Serve the demo, seeded if it is new; its time goes on from where it stopped."""
    there = _seeded(folder)
    there.clock.resume()
    server = server_of(create_app(there, secret_key=_secret(folder)), host=host, port=port)
    worker = worker_of(there)
    thread = Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    click.echo(f"Lumen Isle: http://{host}:{server.port}  ({_time(there)})   stop with Ctrl+C")
    try:
        server.serve_forever()
    finally:
        worker.stop()
        thread.join()
        there.clock.mark()


@demo.command("seed")
@click.pass_obj
def _seed(folder: Path) -> None:
    """Make the demo's data, if there is none."""
    click.echo(f"seeded; it is {_time(_seeded(folder))}")


@demo.command("advance")
@click.argument("by")
@click.pass_obj
def _advance(folder: Path, by: str) -> None:
    """Move the demo's time forward, also for a demo that is being served: 3d, 12h, 90m; at most a year at once."""
    there = _seeded(folder)
    there.clock.advance(_duration(by))
    booked = deliver(there)
    click.echo(f"it is {_time(there)}; {booked} due {'thing was' if booked == 1 else 'things were'} booked")


@demo.command("reset")
@click.pass_obj
def _reset(folder: Path) -> None:
    """Throw the demo's data away and seed it again. Stop serving first."""
    remove_world(folder)
    click.echo(f"seeded anew; it is {_time(_seeded(folder))}")


def _seeded(folder: Path) -> World:
    there = open_world(folder)
    if not is_seeded(there):
        _seed_visibly(there)
    else:
        there.mall.desk.apply()
    return there


def _seed_visibly(there: World) -> None:
    """Seed, and say so: with a bar on a terminal, in one line elsewhere; on the error stream, so that output stays output."""
    with click.progressbar(length=1, label="living ten weeks in advance", file=sys.stderr) as bar:

        def told(done: int, steps: int) -> None:
            bar.length = steps
            bar.update(done - bar.pos)

        seed(there, told)


def _duration(text: str) -> timedelta:
    parts = _STEP.findall(text)
    if not parts or _STEP.sub("", text):
        raise click.BadParameter(f"{text!r} is not a length of time; write 3d, 12h or 90m", param_hint="BY")
    by = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if not timedelta() < by <= _MOST:
        raise click.BadParameter("time moves forward, by at most 366 days at once", param_hint="BY")
    return by


def _time(there: World) -> str:
    return f"{there.clock.now().astimezone(ZONE):%A %d %B %Y, %H:%M} in the demo"


def _secret(folder: Path) -> str:
    """The key of the demo's sessions: made once, kept with its data."""
    path = folder / "session.key"
    if not path.exists():
        from secrets import token_hex  # noqa: TID251  (the host's own session key)

        path.write_text(token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii")
