"""The page of tasks: a goal that waits for another one says for which."""

from __future__ import annotations

import pytest

MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {looked: {}, collected: {}}\n",
    "campaigns/all.yaml": """\
campaign: steps
kind: task
goals:
  look: {title: {zh: 逛一逛, en: Look around}, when: looked}
  take: {title: {zh: 领取, en: Collect}, when: collected, after: look, give: {points: 5}}
budget: {points: [{amount: 1000}]}
""",
}


@pytest.fixture
def there(open_host):
    """The mall, and a client for its pages."""
    return open_host(MALL, goal=lambda *names: f"/do/{names[1]}")


def test_a_goal_that_waits_says_for_which(there):
    """Its button comes with its turn."""
    mall, client = there
    before = client.get("/mall/tasks?lang=zh").text
    mall.report("looked", user="ann", key="l/1")
    after = client.get("/mall/tasks?lang=zh").text

    assert "先完成：逛一逛" in before
    assert "/do/take" not in before
    assert "先完成" not in after
    assert "/do/take" in after
    assert "First: Look around" not in client.get("/mall/tasks?lang=en").text
