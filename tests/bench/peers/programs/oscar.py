"""
Whole voucher redemptions of django-oscar on PostgreSQL: ``oscar.py CONNINFO-AS-JSON``.

One redemption is what its checkout does for one customer: a basket with one product, the voucher looked up, found
available and applied by the offer applicator, the order placed with its stock and the voucher's usage recorded.
Asked for ``{"seconds": 3}`` it answers how many it did; for ``{"vouchers": 500}`` it makes so many beforehand.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

PRICE, OFF = Decimal(10), Decimal(3)
PLENTY = 10**6


def configure(database: dict[str, str]) -> None:
    """A Django project with every application of Oscar."""
    import django
    from django.conf import settings
    from oscar import INSTALLED_APPS, defaults

    settings.configure(
        SECRET_KEY="of a benchmark",
        DEBUG=False,
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None, **database}},
        SITE_ID=1,
        USE_TZ=True,
        ROOT_URLCONF="none",
        STATIC_URL="/static/",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        AUTHENTICATION_BACKENDS=("django.contrib.auth.backends.ModelBackend",),
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        INSTALLED_APPS=INSTALLED_APPS,
        **{name: value for name, value in vars(defaults).items() if name.startswith("OSCAR")},
    )
    django.setup()


class Shop:
    """A shop with one product and an offer of 3 off for a voucher."""

    def __init__(self) -> None:
        from django.contrib.auth import get_user_model
        from django.contrib.sites.models import Site
        from oscar.core.loading import get_class, get_model

        self.models = {
            name: get_model(app, name)
            for app, name in (
                ("basket", "Basket"),
                ("catalogue", "Product"),
                ("catalogue", "ProductClass"),
                ("offer", "Benefit"),
                ("offer", "Condition"),
                ("offer", "ConditionalOffer"),
                ("offer", "Range"),
                ("order", "Order"),
                ("partner", "Partner"),
                ("partner", "StockRecord"),
                ("voucher", "Voucher"),
                ("voucher", "VoucherApplication"),
            )
        }
        self.users = get_user_model()
        self.applicator = get_class("offer.applicator", "Applicator")
        self.creator = get_class("order.utils", "OrderCreator")
        self.shipping = get_class("shipping.methods", "Free")()
        self.totals = get_class("checkout.calculators", "OrderTotalCalculator")()
        self.strategy = get_class("partner.strategy", "Selector")().strategy()
        Site.objects.get_or_create(id=1, defaults={"domain": "shop.example", "name": "shop"})
        self.tag = str(time.time_ns())
        self.product = self._product()
        self.offer = self._offer()
        self.waiting: list[tuple[Any, str]] = []
        self.made = 0

    def _product(self) -> Any:
        new = self.models
        sort = new["ProductClass"].objects.create(name=f"c{self.tag}", requires_shipping=False, track_stock=True)
        product = new["Product"].objects.create(title="tea", product_class=sort, upc=self.tag)
        partner = new["Partner"].objects.create(name=f"p{self.tag}", code=f"p{self.tag}")
        new["StockRecord"].objects.create(
            product=product, partner=partner, partner_sku=self.tag, price=PRICE, num_in_stock=PLENTY
        )
        return product

    def _offer(self) -> Any:
        new = self.models
        everything = new["Range"].objects.create(name=f"r{self.tag}", includes_all_products=True)
        condition = new["Condition"].objects.create(range=everything, type="Count", value=1)
        benefit = new["Benefit"].objects.create(range=everything, type="Absolute", value=OFF)
        return new["ConditionalOffer"].objects.create(
            name=f"o{self.tag}", offer_type="Voucher", condition=condition, benefit=benefit
        )

    def prepare(self, vouchers: int) -> None:
        """So many people with a voucher each."""
        from django.utils import timezone

        now, first = timezone.now(), self.made + len(self.waiting)
        for number in range(first, first + vouchers):
            code = f"C{self.tag}{number}"
            voucher = self.models["Voucher"].objects.create(
                name=code,
                code=code,
                usage="Single use",
                start_datetime=now - timedelta(days=1),
                end_datetime=now + timedelta(days=9),
            )
            voucher.offers.add(self.offer)
            self.waiting.append((self.users.objects.create(username=f"u{self.tag}{number}"), code))

    def redeem(self) -> None:
        """One whole redemption."""
        user, code = self.waiting.pop()
        basket = self.models["Basket"].objects.create(owner=user)
        basket.strategy = self.strategy
        basket.add_product(self.product, 1)
        voucher = self.models["Voucher"].objects.get(code=code)
        available, message = voucher.is_available_to_user(user)
        assert available, message
        basket.vouchers.add(voucher)
        self.applicator().apply(basket, user)
        assert basket.total_discount == OFF
        charge = self.shipping.calculate(basket)
        self.creator().place_order(
            basket=basket,
            total=self.totals.calculate(basket, charge),
            shipping_method=self.shipping,
            shipping_charge=charge,
            user=user,
            order_number=f"{self.tag}-{self.made}",
        )
        basket.submit()
        self.made += 1

    def run(self, seconds: float) -> dict[str, float]:
        self.redeem()
        times: list[float] = []
        begun = time.perf_counter()
        while (started := time.perf_counter()) - begun < seconds and self.waiting:
            self.redeem()
            times.append((time.perf_counter() - started) * 1000)
        rate = len(times) / (time.perf_counter() - begun)
        times.sort()
        return {"per_second": rate, "p50_ms": times[len(times) // 2], "p99_ms": times[int(len(times) * 0.99)]}

    def books(self) -> dict[str, int]:
        """What the shop says was redeemed."""
        stock = self.models["StockRecord"].objects.get(partner_sku=self.tag)
        mine = self.models["VoucherApplication"].objects.filter(voucher__code__startswith=f"C{self.tag}")
        orders = self.models["Order"].objects.filter(number__startswith=f"{self.tag}-")
        return {
            "orders": orders.count(),
            "used": mine.count(),
            "stock": stock.num_allocated,
            "made": self.made,
        }


def main(database: dict[str, str]) -> None:
    configure(database)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    shop = Shop()
    for line in sys.stdin:
        asked = json.loads(line)
        if "vouchers" in asked:
            shop.prepare(asked["vouchers"])
            answer: dict[str, Any] = {"waiting": len(shop.waiting)}
        elif "seconds" in asked:
            answer = shop.run(asked["seconds"])
        else:
            answer = shop.books()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
