"""`quanyi catalogue`: what is on offer, and changing price, stock and listing of many things as a plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from quanyi.adapters.cli.group import FOUND, Trouble
from quanyi.adapters.cli.options import Books, as_json, database, folder, in_language, known_kinds, open_engine

if TYPE_CHECKING:
    from quanyi.adapters.bulk_editing import BulkLines, Edit
    from quanyi.adapters.catalogue.finding import Search
    from quanyi.adapters.cli.catalogue_plans import Plans
    from quanyi.adapters.wiring import OpenMall

__all__ = ["catalogue"]

Command = TypeVar("Command", bound=Callable[..., Any])

_STATES = ("on_sale", "ends_soon", "sold_out", "scheduled", "not_listed")
_EDITS = {
    "price": "price_set",
    "raise_": "price_add",
    "percent": "price_percent",
    "stock": "quota_set",
    "add": "quota_add",
}


class _Shown(click.Group):
    """A group whose first command needs no name: ``quanyi catalogue DIR``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args.insert(0, "list")
        return super().parse_args(ctx, args)


@click.group(cls=_Shown)
def catalogue() -> None:
    """
    List what is on offer, and change price, stock and listing.

    `quanyi catalogue DIR --db URL` lists it. `quanyi catalogue change` makes a plan that shows what changes, and
    publishes it once it is confirmed; `publish` publishes a plan that was kept, `undo` plans the reverse.
    """


@attrs.frozen(kw_only=True)
class _Asked:
    """Which things are asked for, as options say it."""

    search: str
    campaign: str
    brand: str
    category: str
    state: str | None
    unit: str | None
    least: str
    most: str

    def of(self, mall: OpenMall) -> Search:
        """The search; a `Trouble` for a unit that the mall has not, and for what is no amount."""
        from quanyi.adapters.catalogue.finding import Search, amount_or_none

        project = mall.project
        unit = self.unit or project.currency.id
        if unit not in project.units and unit != project.currency.id:
            raise Trouble(
                f"--in: the mall has no unit {unit!r}", f"one of {', '.join([project.currency.id, *project.units])}"
            )
        bounds = [amount_or_none(text, project.scale_of(unit)) for text in (self.least, self.most)]
        if wrong := [
            text for text, found in zip((self.least, self.most), bounds, strict=True) if text and found is None
        ]:
            raise Trouble(f"{wrong[0]!r} is not an amount of {unit}", "write 9.90")
        return Search(
            words=self.search,
            campaign=self.campaign,
            brand=self.brand,
            category=self.category,
            state=self.state or "",
            unit=unit,
            least=bounds[0],
            most=bounds[1],
        )


def _searching(command: Command) -> Command:
    """Options that narrow what is meant; the command takes them as `asked`."""

    @wraps(command)
    def called(*args: Any, **options: Any) -> Any:
        names = [field.name for field in attrs.fields(_Asked)]
        return command(*args, asked=_Asked(**{name: options.pop(name) for name in names}), **options)

    for option in reversed(
        (
            click.option("--search", default="", metavar="WORDS", help="Words, pinyin or its initials."),
            click.option("--campaign", default="", metavar="NAME", help="Only what this campaign sells."),
            click.option("--brand", default="", metavar="NAME", help="Only of this brand."),
            click.option("--category", default="", metavar="NAME", help="Only of this category."),
            click.option("--state", type=click.Choice(_STATES), help="Only what is in this state."),
            click.option("--in", "unit", metavar="UNIT", help="The unit of prices; the currency unless given."),
            click.option("--least", default="", metavar="AMOUNT", help="The lowest price in that unit."),
            click.option("--most", default="", metavar="AMOUNT", help="The highest."),
        )
    ):
        called = option(called)
    return called  # type: ignore[return-value]  # takes the same arguments, but for those of the search


@catalogue.command("list")
@folder
@database
@_searching
@click.option("--after", metavar="CAMPAIGN/THING", help="Go on behind this one.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many at most.")
@click.option("--csv", "csv_", is_flag=True, help="Print CSV, as `change --file` reads it.")
@in_language
@as_json
def _list(
    folder: Path, books: Books, asked: _Asked, after: str | None, limit: int, csv_: bool, lang: str, json_: bool
) -> None:
    """List what is on offer: price, stock, what is left and taken, whether it is listed and when."""
    from quanyi.adapters.cli.catalogue_lists import listed, print_csv, print_listed
    from quanyi.adapters.cli.output import print_json

    with _mall(folder, books) as mall:
        found = listed(mall, asked.of(mall), after, limit, lang)
    if csv_:
        print_csv(found, sys.stdout)
    elif json_:
        print_json(found.plain())
    else:
        print_listed(found, lang)


def _planning(command: Command) -> Command:
    """Options of whoever makes or publishes a plan."""
    for option in reversed(
        (
            click.option(
                "--by", envvar="QUANYI_BY", required=True, metavar="NAME", help="Who does it; else QUANYI_BY."
            ),
            click.option("--reason", default="", metavar="TEXT", help="Why, for the journal."),
            click.option("--yes", is_flag=True, help="Publish without asking."),
        )
    ):
        command = option(command)
    return command


@catalogue.command("change")
@folder
@click.argument("things", nargs=-1, metavar="[CAMPAIGN/THING]...")
@database
@_searching
@click.option("--all", "all_", is_flag=True, help="Everything that the search finds, in place of names.")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV or XLSX list."
)
@click.option("--price", metavar="AMOUNT", help="Set the price, its part in the unit --in.")
@click.option("--raise", "raise_", metavar="AMOUNT", help="Raise the price by it, or lower it: -5.")
@click.option("--percent", metavar="NUMBER", help="Raise the price by a percentage, or lower it: -15.")
@click.option("--step", default="", metavar="AMOUNT", help="With --percent: in whole steps of this.")
@click.option("--rounding", type=click.Choice(["nearest", "down", "up"]), default="nearest", help="With --percent.")
@click.option("--stock", metavar="N", help="Set how many pieces the campaign has.")
@click.option("--add", metavar="N", help="So many pieces more, or fewer: -5.")
@click.option("--list", "list_", is_flag=True, help="List it, now or from --from on.")
@click.option("--delist", is_flag=True, help="Delist it, now or from --from on.")
@click.option("--from", "starts", default="", metavar="TIME", help="2026-05-01 10:00, in the campaign's zone.")
@click.option("--until", "ends", default="", metavar="TIME", help="On sale until then; alone or with --from.")
@click.option("--skip-mistakes", is_flag=True, help="Leave out what can't be done, and plan the rest.")
@click.option("--keep", is_flag=True, help="Keep the plan without publishing it.")
@_planning
@in_language
@as_json
@click.pass_context
def _change(  # noqa: PLR0913, PLR0917  (one for each option)
    ctx: click.Context,
    /,
    folder: Path,
    things: tuple[str, ...],
    books: Books,
    asked: _Asked,
    all_: bool,
    file: Path | None,
    skip_mistakes: bool,
    keep: bool,
    by: str,
    reason: str,
    yes: bool,
    lang: str,
    json_: bool,
    **typed: Any,
) -> None:
    """
    Change price, stock or listing of things, as a plan.

    Which: names, or --all with a search, or a list with a line for each (item, price, stock, from, until; what is empty
    stays). It prints what changes and asks before it publishes. Exit code 1 if nothing was published or kept.
    """
    if sum((bool(things), all_, file is not None)) != 1:
        raise click.UsageError("name things, or --all with a search, or --file")
    with _plans(folder, books, by, reason, lang, json_) as plans:
        if file is not None:
            found = plans.of_file(file)
        else:
            edit = _edit(typed, asked.unit, plans.mall, lang)
            found = plans.of_things(things if not all_ else _found(plans.mall, asked), edit)
        done = _went_on(plans, found, skip=skip_mistakes, keep=keep, yes=yes)
    ctx.exit(0 if done else FOUND)


@catalogue.command("publish")
@folder
@click.argument("plan")
@database
@_planning
@in_language
@as_json
@click.pass_context
def _publish(  # noqa: PLR0913, PLR0917  (one for each option)
    ctx: click.Context,
    /,
    folder: Path,
    plan: str,
    books: Books,
    by: str,
    reason: str,
    yes: bool,
    lang: str,
    json_: bool,
) -> None:
    """Publish PLAN, which was kept here or made at the console: it prints what changes, and asks."""
    with _plans(folder, books, by, reason, lang, json_) as plans:
        done = plans.shown_and_published(plans.named(plan), yes=yes)
    ctx.exit(0 if done else FOUND)


@catalogue.command("undo")
@folder
@click.argument("plan")
@database
@click.option("--skip-mistakes", is_flag=True, help="Leave out what can't be taken back, and plan the rest.")
@click.option("--keep", is_flag=True, help="Keep the plan without publishing it.")
@_planning
@in_language
@as_json
@click.pass_context
def _undo(  # noqa: PLR0913, PLR0917  (one for each option)
    ctx: click.Context,
    /,
    folder: Path,
    plan: str,
    books: Books,
    skip_mistakes: bool,
    keep: bool,
    by: str,
    reason: str,
    yes: bool,
    lang: str,
    json_: bool,
) -> None:
    """Take PLAN back, which was published: a plan of the reverse, in which nothing stands that has changed again since."""
    with _plans(folder, books, by, reason, lang, json_) as plans:
        done = _went_on(plans, plans.reverse(plan), skip=skip_mistakes, keep=keep, yes=yes)
    ctx.exit(0 if done else FOUND)


def _went_on(plans: Plans, found: BulkLines, *, skip: bool, keep: bool, yes: bool) -> bool:
    """The plan of what was asked for; published, kept or told why not."""
    proposal = plans.begun(found, skip=skip)
    if proposal is None:
        return False
    return plans.kept(proposal) if keep else plans.shown_and_published(proposal, yes=yes)


def _found(mall: OpenMall, asked: _Asked) -> Sequence[str]:
    from quanyi.adapters.catalogue.finding import cursor_of

    return [cursor_of(thing) for thing in asked.of(mall).all(mall.ports, mall.now())]


def _edit(typed: dict[str, Any], unit: str | None, mall: OpenMall, lang: str) -> Edit:
    """The one change that the options ask for."""
    from quanyi.adapters.catalogue.edits import MistypedEdit, TypedEdit, edit_of
    from quanyi.adapters.catalogue.texts import catalogue_words

    asked = [(edit, str(typed[name])) for name, edit in _EDITS.items() if typed[name] is not None]
    asked += [(name, "") for name, given in (("list", typed["list_"]), ("delist", typed["delist"])) if given]
    if not asked and (typed["starts"] or typed["ends"]):
        asked = [("times", "")]
    if len(asked) != 1:
        raise click.UsageError("one of --price, --raise, --percent, --stock, --add, --list, --delist, --from/--until")
    times = {name: typed[name] for name in ("starts", "ends", "step", "rounding")}
    wanted = TypedEdit(edit=asked[0][0], amount=asked[0][1], paid_in=unit or mall.project.currency.id, **times)
    try:
        return edit_of(wanted, mall.project, mall.now())
    except MistypedEdit as no:
        raise Trouble(catalogue_words(lang)(f"catalogue.{no.word}")) from None


@contextmanager
def _mall(folder: Path, books: Books) -> Iterator[OpenMall]:
    """The mall of a project in its database."""
    from quanyi.adapters.wiring import open_mall

    engine = open_engine(books)
    try:
        yield open_mall(folder, engine, mall=books.mall, kinds=known_kinds(), **books.tables)
    finally:
        engine.dispose()


@contextmanager
def _plans(folder: Path, books: Books, by: str, reason: str, lang: str, json_: bool) -> Iterator[Plans]:
    from quanyi.adapters.cli.catalogue_plans import Plans

    with _mall(folder, books) as mall:
        yield Plans(mall=mall, by=by, reason=reason, lang=lang, as_json=json_)
