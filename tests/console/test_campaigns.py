"""Campaigns at the console: all of them, a page at a time."""

from __future__ import annotations

import re
from shutil import copytree

import pytest
from sqlalchemy import create_engine

import quanyi
from quanyi.adapters import trial_runs
from quanyi.adapters.console import visit
from quanyi.campaigns.project import kept_files
from tests.console.conftest import FOLDER, START
from tests.console.samples import proposal


def test_the_list_goes_on_behind_its_first_page(there, monkeypatch):
    monkeypatch.setattr(visit, "_ON_A_PAGE", 3)
    found, after = [], None
    for _ in range(100):
        text = there.as_("viewer").get("/campaigns", **({"after": after} if after else {})).text
        found += re.findall(r'<a href="/ops/campaigns/([\w-]+)"', text)
        following = re.search(r"after=([\w-]+)", text[text.index("</table>") :])
        if following is None or following[1] == after or 'rel="next"' not in text:
            break
        after = following[1]

    assert found == sorted(there.mall.project.campaigns)
    assert len(found) > 6


def walked(there, path, name, monkeypatch, rows=2, **query):
    """What every page of a list names, and how often the whole list was asked for a page."""
    monkeypatch.setattr(visit, "_ON_A_PAGE", rows)
    found, after = [], None
    for pages in range(1, 100):
        text = there.get(path, **query, **({"after": after} if after else {})).text
        found.append(re.findall(name, text))
        following = re.search(r"after=([\w-]+)[^>]*rel=\"next\"|rel=\"next\"[^>]*after=([\w-]+)", text)
        if following is None:
            return found, pages
        after = following[1] or following[2]
    raise AssertionError(after)


def test_proposals_are_listed_a_page_at_a_time(there, monkeypatch):
    """What was changed last in front; a place that somebody made up is the first page."""
    editing = there.mall.desk.editing
    text = editing.text_in_force("flash")
    made = []
    for _ in range(5):
        made.append(editing.begin(text, by="ops/1").id)
        there.clock.advance(seconds=1)
    editing.discard(editing.proposals.find(made[2]), by="ops/1")
    pages, _ = walked(there, "/proposals", r'<a href="/ops/proposals/(\w+)"', monkeypatch)
    (gone,), _ = walked(there, "/proposals", r'<a href="/ops/proposals/(\w+)"', monkeypatch, state="discarded")

    assert sum(pages, []) == [made[2], *(made[n] for n in (4, 3, 1, 0))]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert gone == [made[2]]
    assert there.get("/proposals", after="9999").text.count("/ops/proposals/") == 2


def test_stock_is_listed_a_page_at_a_time_and_only_that_is_looked_up(there, monkeypatch):
    asked = []
    look = type(there.mall.ports).look
    monkeypatch.setattr(
        type(there.mall.ports), "look", lambda ports, needs: asked.append(len(list(needs))) or look(ports, needs)
    )
    counted = [benefit.id for benefit in there.mall.project.benefits.values() if benefit.counted]
    pages, _ = walked(there, "/codes", r"<td[^>]*>[^<]*(?:<[^>]*>)*[^<]*<[^>]*>(\w[\w-]*)<", monkeypatch, rows=1)
    text = there.get("/codes", q="coff").text

    assert len(pages) == len(counted)
    assert set(asked) <= {0, 1}
    assert "coffee" in text
    assert "No benefit matches" in there.get("/codes", q="nothing like it").text


def test_a_draft_is_checked_without_reading_the_files_again(there, monkeypatch):
    """Each pause in typing asks: only the draft is read, and what is on sale is looked up once in a release."""
    editing = there.mall.desk.editing
    text = editing.text_in_force("flash")
    proposal = editing.begin(text, by="ops/1")
    read, looked = [], []
    documents, look = kept_files.read_documents, type(there.mall.ports.store).peek
    monkeypatch.setattr(kept_files, "read_documents", lambda *said: read.append(said) or documents(*said))
    monkeypatch.setattr(
        type(there.mall.ports.store),
        "peek",
        lambda store, needs, *said: looked.append(len(needs)) or look(store, needs, *said),
    )
    for n, draft in enumerate((text, text.replace("5699", "5698"), text.replace("sells", "selsl"))):
        answer = there.post(f"/proposals/{proposal.id}/check", text=draft)
        assert answer.status_code == 200
        if n == 0:
            looked.clear()

    assert "did you mean sells?" in answer.text
    assert read == []
    assert sum(looked) <= 2


def test_mistakes_in_a_draft_are_said_in_the_language_of_the_page(there):
    """On a Chinese page, message and hint of a finding are Chinese; the misspelt word and its key stay."""
    proposal = there.mall.desk.editing.begin("campaign: more\nkind: reward\nwenn: order.paid\n", by="ops/1")

    said = page(there, f"/proposals/{proposal.id}", "zh")

    assert "这里没有“wenn”这个键 是不是想写 when？" in said
    assert "there is no key" not in said


def page(there, path: str, lang: str = "en", **query: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", there.get(path, lang=lang, **query).text))


def test_a_campaign_says_what_it_does_and_what_it_can_still_cost(there):
    """Each number leads to the figures that add up to it; what is taken is no longer among what it can cost."""
    there.as_("viewer")
    assert "Money: ¥300 per user, ¥6,000 in all" in page(there, "/campaigns/flash")
    there.mall.claim("flash", item="phone", user="ann", key="c/1")
    there.mall.worker().catch_up()
    text = there.get("/campaigns/flash").text

    assert "Money: ¥300 per user, ¥5,700 in all" in text
    assert "19 of 20 left" in text
    assert re.search(r'href="/ops/figures\?campaign=flash&amp;by=item[^"]*">1<', text)
    assert re.search(r'href="/ops/figures\?campaign=flash&amp;by=hour&amp;from=2026-03-08&amp;to=2026-03-08"', text)


RUNS = """\
campaign: spring
kind: reward
when: check_in
give: {points: 1}
at_most: [1 per user]
exposure: {accept: a test}
runs: {from: "2026-03-16 00:00", through: "2026-04-05"}
---
campaign: evening
kind: reward
when: check_in
give: {points: 1}
at_most: [1 per user]
exposure: {accept: a test}
runs: {from: "2026-03-16 18:30", until: "2027-01-02 22:00"}
"""


@pytest.mark.parametrize(
    ("lang", "days", "hours"),
    [
        ("en", "16 March to 5 April", "16 March at 18:30 to 2 January 2027 at 22:00"),
        ("zh", "3月16日至 4月5日", "3月16日 18:30 至 2027年1月2日 22:00"),
    ],
)
def test_the_list_says_from_when_to_when_as_people_do(open_console, tmp_path, lang, days, hours):
    """Whole days without a clock; files have the exact instants, as before."""
    folder = copytree(FOLDER, tmp_path / "mall")
    (folder / "campaigns" / "runs.yaml").write_text(RUNS, "utf-8")
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'runs.db'}"))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(folder, engine, clock=quanyi.FixedClock(START))
    mall.desk.apply()
    there = open_console(mall).as_("viewer")
    shown = page(there, "/campaigns", lang)
    filed = there.get("/campaigns", **{"as": "csv"}).get_data(as_text=True)

    assert days in shown
    assert hours in shown
    assert "UTC+8" not in shown
    assert "2026-03-16 00:00 UTC+8 to 2026-04-06 00:00 UTC+8" in filed
    engine.dispose()


@pytest.mark.parametrize(
    ("state", "says"),
    [("open", "Live, with no end date"), ("paused", "Paused: nobody new"), ("sold", "Sold out"), ("nearly", "used")],
)
def test_a_campaign_says_what_happens_next(there, state, says):
    if state == "paused":
        there.mall.desk.pause("flash", by="ops/7", reason="a recount")
    for n in range({"sold": 20, "nearly": 17}.get(state, 0)):
        there.mall.claim("flash", item="phone", user=f"u{n}", key=f"c/{n}")

    assert says in page(there.as_("viewer"), "/campaigns/flash")


def test_versions_have_an_author_a_time_and_a_reason(there):
    """And two of them are compared in words; a draft begins with the text of any."""
    editing = there.mall.desk.editing
    text = editing.text_in_force("coffee-for-points")
    dearer = editing.begin(text.replace("points: 300", "points: 350"), by="ops/3")
    editing.apply(dearer, onto=editing.epoch, by="ops/4", reason="the supplier asks for more")
    there.mall.desk.pause("coffee-for-points", by="ops/5", reason="no coffee left")
    said = page(there.as_("viewer", "operator"), "/campaigns/coffee-for-points/versions")

    assert re.search(r"Paused .* 5 no coffee left", said)
    assert re.search(r"Changed .* 4 the supplier asks for more", said)
    assert re.search(r"- Coffee for 300 points.* \+ Coffee for 350 points", said)
    first = re.findall(r'<option value="(\w+)"', there.get("/campaigns/coffee-for-points/versions").text)[1]
    there.clock.advance(seconds=1)
    there.post("/campaigns/coffee-for-points/edit", {"version": first})
    assert editing.proposals.all()[0].text == text


def test_versions_of_nothing_are_not_found(there):
    there.as_("viewer")

    assert there.get("/campaigns/nothing/versions").status_code == 404
    assert there.get("/campaigns/flash/versions", older="x", newer="y").status_code == 404
    assert there.get("/campaigns/flash/versions", after="x").status_code == 200


def test_an_act_is_noted_and_its_reason_is_that_of_the_release(there):
    there.as_("approver").post("/campaigns/flash/pause", reason="wrong price")

    assert "wrong price" in page(there.as_("viewer"), "/campaigns/flash/versions")
    assert there.differences() == ()


def test_a_release_has_a_number(there):
    there.as_("viewer")

    assert there.get("/releases/x").status_code == 404


def test_looking_runs_no_story(there, monkeypatch):
    """Only the button does, and what came of it is kept."""
    told = []
    monkeypatch.setattr(trial_runs, "tell", lambda *_: told.append(1))
    for path in ("/campaigns/flash", "/campaigns/flash/stories", f"/proposals/{proposal(there)}/trials"):
        there.as_("operator", "viewer").get(path)

    assert told == []


def test_nobody_publishes_a_draft_that_another_one_changed_since(there):
    """The form says which edition its page showed; what was written after that was not looked at."""
    editing = there.as_("operator", "approver").mall.desk.editing
    text = editing.text_in_force("check-in")
    draft = editing.begin(text.replace("points: 10", "points: 11"), by="ops/1")
    editing.write(draft, text.replace("points: 10", "points: 900"), by="ops/2")
    onto = str(editing.epoch)
    answer = there.post(f"/proposals/{draft.id}/apply", {"onto": onto, "edition": str(draft.edition)})

    assert answer.status_code == 422
    assert editing.proposals.find(draft.id).state == "open"
    assert there.mall.report("check_in", user="ann", key="k").given == {"points": 10}
