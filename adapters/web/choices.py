"""
What a buyer wants of a part of a bundle that leaves a choice.
"""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.web.fields import sent, sent_token, sent_words
from quanyi.adapters.web.pages import deal_page
from quanyi.adapters.web.refusals import explain_no
from quanyi.adapters.web.visit import visit
from quanyi.entitlements.errors import Refused

__all__ = ["add_choices"]


def add_choices(blueprint: Blueprint) -> None:
    """Put the action on *blueprint*; the page is the deal's."""
    blueprint.add_url_rule("/deals/<deal>/choose", "choose", _choose, methods=["POST"])


def _choose(deal: str) -> Response | tuple[str, int]:
    """What one wants of a part; a choice that no longer counts is explained on the deal's page."""
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    to.mall.deal(deal, to.user)
    part, choice = sent("part"), sent_words("choice")
    try:
        to.mall.choose(deal, part, choice, key=f"web/{sent_token()}", user=to.user, context=to.context)
    except Refused as no:
        return deal_page(deal, refusal=explain_no(no, to)), 409
    return redirect(url_for("quanyi.deal", deal=deal), 303)
