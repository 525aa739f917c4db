"""Where each screen is in the test mall, for the tests that are made from the table of screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def _deal(there: Any) -> str:
    """An order of ann's that waits for its payment; the same one each time."""
    return str(there.mall.claim("arena", item="phone", user="ann", key="c/sample").hold)


def _event(there: Any) -> str:
    """An event that nobody took."""
    parked = there.mall.desk.parked
    if not parked.list():
        there.mall.report("check_in", user="ann", key="ci/sample")
        there.mall.desk.relay(_busy, tries=1).run()
    return str(parked.list()[0].number)


def _alarm(there: Any) -> str:
    """An alarm that nobody has acknowledged: a pool without codes; after one was, that of the next round."""
    alarms = there.mall.desk.alarms
    alarms.look()
    if not alarms.list(phase="raised"):
        there.mall.desk.import_codes("music", [f"SAMPLE-{n:04}" for n in range(30)], key="codes/sample")
        alarms.look()
    return str(alarms.list()[0].id)


def _request(there: Any) -> str:
    """A request that waits for a yes; the same one each time."""
    found = there.mall.desk.help.of("ann")
    if not found:
        there.mall.desk.help.ask("ann", "points", 900, key="help/sample", reason="a lost parcel", by="ops/9")
        found = there.mall.desk.help.of("ann")
    return f"/people/{there.holder('ann')}/requests/{found[0].id}"


def _busy(_: object) -> None:
    raise ConnectionError("the host is away")


ADDRESSES: Mapping[str, Callable[[Any], str]] = {
    "overview": lambda _: "/overview",
    "figures": lambda _: "/figures",
    "brand": lambda _: "/brand",
    "campaigns": lambda _: "/campaigns",
    "campaign": lambda _: "/campaigns/flash",
    "stories": lambda _: "/campaigns/flash/stories",
    "trials": lambda there: f"/proposals/{proposal(there)}/trials",
    "versions": lambda _: "/campaigns/flash/versions",
    "proposals": lambda _: "/proposals",
    "proposal": lambda there: f"/proposals/{proposal(there)}",
    "new": lambda _: "/new",
    "template": lambda _: "/new/exchange",
    "releases": lambda _: "/releases",
    "release": lambda _: "/releases/1",
    "acts": lambda _: "/acts",
    "alarms": lambda _: "/alarms",
    "alarm": lambda there: f"/alarms/{_alarm(there)}",
    "owed": lambda _: "/points",
    "budget": lambda _: "/budgets/granted",
    "catalogue": lambda _: "/catalogue",
    "change": lambda there: f"/catalogue/changes/{proposal(there)}",
    "bulk": lambda _: "/people/bulk",
    "code_pool": lambda _: "/codes/music_codes",
    "codes": lambda _: "/codes",
    "deal": lambda there: f"/deals/{_deal(there)}",
    "event": lambda there: f"/events/{_event(there)}",
    "events": lambda _: "/events",
    "people": lambda _: "/people",
    "requests": lambda _: "/requests",
    "request": _request,
    "person": lambda there: f"/people/{there.holder('ann')}",
}
"""The address of each screen by its name; `there` is `tests.console.conftest.There` with ann in the books."""

FORMS: Mapping[str, Mapping[str, str]] = {
    "alarm.acknowledge": {},
    "campaign.pause": {},
    "campaign.resume": {},
    "campaign.retire": {},
    "campaign.edit": {},
    "catalogue.change": {"thing": "flash/phone", "edit": "quota_set", "amount": "30"},
    "catalogue.upload": {"list": "flash/phone,5599.00"},
    "change.apply": {"onto": "1", "edition": "1"},
    "change.discard": {},
    "change.undo": {},
    "release.restore": {"onto": "1"},
    "proposal.save": {"text": "campaign: x", "edition": "1"},
    "proposal.check": {"text": "campaign: x"},
    "proposal.discard": {},
    "proposal.apply": {"onto": "1", "edition": "1"},
    "proposal.approve": {"edition": "1"},
    "proposal.decline": {"edition": "1"},
    "stories.run": {},
    "trials.stories": {},
    "trials.backtest": {"days": "7"},
    "template.write": {"campaign": "x"},
    "bulk.give": {"name": "late parcels", "thing": "points", "amount": "5", "list": "ann\nbob", "confirmed": "yes"},
    "codes.import": {"benefit": "music", "codes": "AAAA-1111\nBBBB-2222"},
    "codes.trace": {"text": "AAAA-1111"},
    "deal.refund": {},
    "deal.release": {},
    "event.drop": {},
    "event.requeue": {},
    "events.requeue": {},
    "request.approve": {},
    "request.decline": {},
    "request.withdraw": {},
    "person.adjust": {"unit": "points", "amount": "50"},
    "person.copy": {"form": "json"},
    "person.erase": {"confirmed": "ann", "drop_events": "1"},
    "person.grant": {"benefit": "coffee"},
}
"""A form that each action takes, by ``<screen>.<action>``; token and reason are added."""


def proposal(there: Any) -> str:
    """The id of a proposal that stands open."""
    editing = there.mall.desk.editing
    proposals = [each for each in editing.proposals.all() if each.state == "open"]
    return (proposals[0] if proposals else editing.begin(editing.text_in_force("flash"), by="ops/9")).id
