"""
The API under schemathesis: what the document allows and what it does not, with all of its checks.

How many cases each operation gets, of right and of wrong requests each, is set by QUANYI_FUZZ: 500 for a release.
"""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.core.parameters import ParameterLocation

from quanyi.adapters.api import OPERATIONS, WebhookSource
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.webhooks.signatures import new_secret, signed_headers
from tests.api.test_matrix import books

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.api.conftest import There

MORE_THAN_SCHEMAS_SAY = {"explain", "getFigures", "reportEvent", "settleDeal"}
"""
What is paid must be what the deal asks for, a deal that is asked about must be there, a whole number in `data` has no
point, and figures are told apart by what the mall knows, over days that exist: no schema can say that, so a request that
is right by the schema may be refused.
"""

CASES = int(os.environ.get("QUANYI_FUZZ", "25"))
QUIET = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]


@pytest.fixture
def known(there: There) -> dict[str, list[str]]:
    """Things that exist, so that the fuzzing meets more than 404."""
    mall = there.mall
    mall.desk.adjust("ann", "points", 100_000, key="stake", reason="something to lose")
    deal = mall.claim("flash", item="phone", user="ann", key="c").hold
    right = mall.exchange("coffee", user="ann", key="x").entitlements[0]
    return {
        "user": ["ann"],
        "deal": [deal],
        "entitlement": [right],
        "campaign": ["flash", "coffee-for-points"],
        "item": ["phone", "coffee"],
        "benefit": ["coffee"],
        "unit": ["points"],
        "type": ["order.place", "order.paid"],
        "key": ["c"],
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_answer_is_as_the_document_says(
    there: There, known: dict[str, list[str]], operation: Any, mode: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", there.app)
    found = schema[f"{operation.path}"][operation.method]
    cases = found.as_strategy(generation_mode=schemathesis.GenerationMode(mode))

    @settings(max_examples=CASES, suppress_health_check=QUIET, phases=[Phase.explicit, Phase.generate])
    @given(case=cases, data=st.data())
    def met(case: Any, data: st.DataObject) -> None:
        for name in operation.names:
            if mode == "positive":
                case.path_parameters[name] = data.draw(
                    st.sampled_from(known[name]) | st.just(case.path_parameters[name])
                )
        if mode == "positive" and case.query:
            case.query.pop("cursor", None)  # only a page before tells one
        if mode == "positive" and operation.key:
            case.headers["Idempotency-Key"] = f"fuzz/{next(there.numbers)}"  # one that was used is refused, rightly
        assume(not says_nothing(case, operation))
        left_out = [CHECKS.get_one("positive_data_acceptance")] if operation.id in MORE_THAN_SCHEMAS_SAY else []
        token = {} if is_without_key(case, operation) else {"Authorization": f"Bearer {there.host}"}
        case.call_and_validate(headers=token, excluded_checks=left_out)

    met()
    assert verify(there.mall.ports.store.engine, "engine").differences == ()


SECRET = new_secret(lambda count: b"p" * count)


class Signing:
    """Signs what passes by, unless a header of a signature is there: so the fuzzing gets behind the signature."""

    def __init__(self, app: Any, there: There) -> None:
        self.app, self.there = app, there

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        if environ.pop("HTTP_X_SIGN", None):
            id_ = f"fuzz-{next(self.there.numbers)}"
            for name, value in signed_headers([SECRET], id=id_, at=self.there.clock.now(), body=body).items():
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return self.app(environ, start)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("signs", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_answer_to_a_webhook_is_as_the_document_says(
    open_api: Callable[..., There], mode: str, signs: bool
) -> None:
    """What is sent without a right signature changes nothing."""
    there = open_api(webhooks={"shop": WebhookSource(secrets=[SECRET])})
    there.app.wsgi_app = Signing(there.app.wsgi_app, there)  # type: ignore[method-assign]
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", there.app)
    cases = schema["/webhooks/{source}"]["POST"].as_strategy(generation_mode=schemathesis.GenerationMode(mode))
    left_out = [CHECKS.get_one("positive_data_acceptance")]  # as for events; and no schema says what a signature is
    left_out += (
        [CHECKS.get_one("negative_data_rejection")] if signs else []
    )  # a wrong header is replaced by a right one

    @settings(max_examples=CASES, suppress_health_check=QUIET, phases=[Phase.explicit, Phase.generate])
    @given(case=cases)
    def met(case: Any) -> None:
        case.call_and_validate(headers={"X-Sign": "1"} if signs else {}, excluded_checks=left_out)

    before = books(there)
    met()
    assert signs or books(there) == before
    assert verify(there.mall.ports.store.engine, "engine").differences == ()


def says_nothing(case: Any, operation: Any) -> bool:
    """Whether what is wrong in a query is a name with no value at all, which no address can say."""
    more = {name: value for name, value in (case.query or {}).items() if name not in operation.said.model_fields}
    return bool(more) and all(value in ([], {}) for value in more.values())


def is_without_key(case: Any, operation: Any) -> bool:
    """Whether the missing key is what is wrong in the headers, so that none may be put in."""
    headers = case.meta.components.get(ParameterLocation.HEADER)
    wrong = headers is not None and headers.mode is schemathesis.GenerationMode.NEGATIVE
    return wrong and not (operation.key and "Idempotency-Key" not in (case.headers or {}))
