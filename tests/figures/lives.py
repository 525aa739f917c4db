"""Random lives in the engine's mall, with everything that figures count."""

from __future__ import annotations

from contextlib import suppress

from quanyi.entitlements.errors import QuanyiError

PEOPLE = [f"u{n}" for n in range(8)]
CHANNELS = ["app", "web", "shop", None]


class Life:
    """What happened so far; `step` lets one more thing happen."""

    def __init__(self, mall, clock, random):
        self.mall, self.clock, self.random = mall, clock, random
        self.deals, self.rights, self.orders, self.n = [], [], [], 0
        for person in PEOPLE:
            mall.desk.adjust(person, "points", 2_000, key=f"first/{person}", reason="to begin with")
        mall.desk.import_codes("music", [f"MUSIC-{n:04}" for n in range(60)], key="codes")

    def step(self):
        self.n += 1
        act = self.random.choice(
            2 * [self.claim, self.exchange, self.redeem]
            + [self.check_in, self.order, self.undo, self.settle, self.refund, self.release, self.rate, self.wait]
        )
        with suppress(QuanyiError):
            act(self.random.choice(PEOPLE), f"k{self.n}")

    def context(self):
        return {
            "channel": self.random.choice(CHANNELS),
            "staff": self.random.choice([True, False, None]),
            "ip": "10.0.0.9",
        }

    def claim(self, who, key):
        campaign = self.random.choice(["flash", "hot", "arena"])
        self.deals.append(self.mall.claim(campaign, item="phone", user=who, key=key, context=self.context()))

    def exchange(self, who, key):
        thing = self.random.choice(["coffee", "coffee", "music"])
        done = self.mall.exchange(thing, user=who, key=key, qty=self.random.choice([1, 1, 2]), context=self.context())
        if done.answer.get("pay"):
            self.deals.append(done)
        self.rights += [(who, right) for right in done.answer.get("entitlements", ())]

    def check_in(self, who, key):
        self.mall.report("check_in", user=who, key=key, context=self.context())

    def order(self, who, key):
        self.orders.append((who, key))
        amount = self.random.choice(["9.90", "20.00", "55.50"])
        self.mall.report("order.paid", user=who, key=key, data={"order": key, "amount": amount})

    def undo(self, who, key):
        who, order = self.random.choice(self.orders) if self.orders else (who, "none")
        self.mall.report("order.refunded", user=who, key=key, data={"order": order})

    def settle(self, who, key):
        if self.deals:
            deal = self.random.choice(self.deals)
            paid = self.mall.settle(deal.hold, paid=deal.pay, key=key, context=self.context())
            self.rights += [(None, right) for right in paid.answer.get("entitlements", ())]

    def refund(self, who, key):
        if self.deals:
            self.mall.refund(self.random.choice(self.deals).hold, key=key)

    def release(self, who, key):
        if self.deals:
            self.mall.release(self.random.choice(self.deals).hold, key=key)

    def redeem(self, who, key):
        if self.rights:
            owner, right = self.random.choice(self.rights)
            self.mall.redeem(right, user=owner, key=key, context=self.context())

    def rate(self, who, key):
        if self.rights:
            owner, right = self.random.choice(self.rights)
            if owner:
                said = {"worked": self.random.choice([True, False, None]), "stars": self.random.choice([None, 1, 5])}
                self.mall.rate(right, user=owner, key=key, **said)

    def wait(self, who, key):
        self.clock.advance(minutes=self.random.choice([1, 20, 45, 60 * 20, 60 * 24 * 8]))
        if self.random.random() < 0.5:
            self.mall.sweep()
