"""Whatever is changed by hand in the books is found and named."""

from __future__ import annotations

import json
from random import Random

import attrs
import pytest
from sqlalchemy import Engine, delete, insert, select, update

from quanyi.adapters.conformance.material import GOLD, NOW, PILE, balance, change, code, deal, entry, put, write
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.reconciliation import Reconciliation
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.sql.verify import verify
from quanyi.entitlements.accounts import debt, digest16, held, outside
from quanyi.entitlements.changes import Draw, Posting, Put, Stash
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.ports import ReceiptWrite
from quanyi.entitlements.records import Loaded, Move

TABLES = tables_of()
HELD = held("d1", "pieces")
DEAL = deal("d1", moves=(Move(source=PILE, destination=HELD, amount=1, back=("lapsed",)),))


def posted(source, destination, amount):
    return Posting(source=source, destination=destination, amount=amount, label="x")


@pytest.fixture
def books(engine: Engine) -> Engine:
    """Ten pieces loaded, one of them held by a deal; 25 points earned; two codes, one of them drawn."""
    upgrade(engine)
    with engine.begin() as connection:  # as an earlier release left them: not every row has to be named by a change
        connection.execute(delete(TABLES.mark))
    lines = (
        posted(outside("loaded", "pieces"), PILE, 10),
        posted(PILE, HELD, 1),
        posted(outside("issued", "points"), GOLD, 25),
        Put(record=DEAL, expected=None),
        Draw(pool="videos", count=1, owner="e1"),
    )
    booked = (change("c1", *lines), change("c2", Stash(codes=(code("v1"), code("v2")))))
    receipts = [
        ReceiptWrite(id=c.input, digest=b"d" * 16, receipt=Receipt(key=name, type="t", at=NOW, decisions=decisions))
        for c, name, decisions in (
            (booked[0], "k1", (Decision(campaign="afternoon"), Decision(campaign="other", outcome="skipped"))),
            (booked[1], "k2", (Decision(campaign=""),)),
        )
    ]
    earned = entry(25)
    write(
        SqlStore(engine),
        balances=(balance(PILE, None, 9), balance(HELD, None, 1), balance(GOLD, None, 25)),
        records=(put(DEAL), put(Loaded(thing=("quota", "afternoon", "iphone14"), total=10))),
        changes=booked,
        receipts=tuple(receipts),
        entries=(attrs.evolve(earned, change=booked[0].id, entry=attrs.evolve(earned.entry, label="x", rule="place")),),
        stash=(code("v1"), code("v2")),
    )
    write(SqlStore(engine), draws=(Draw(pool="videos", count=1, owner="e1"),))
    return engine


def by_hand(engine: Engine, statement) -> list[str]:
    """Change the books behind our back; what is found then."""
    with engine.begin() as connection:
        connection.execute(statement)
    return list(map(str, verify(engine).differences))


def test_good_books_come_out(books):
    """What was written through the store has no differences, and everything was read."""
    report = verify(books)

    assert (report.differences, report.good, report.more) == ((), True, 0)
    assert report.rows == {
        "journal": 2,
        "balance": 3,
        "receipt": 2,
        "entry": 1,
        "record": 2,
        "lookup": 0,
        "timer": 0,
        "wake": 0,
        "outbox": 0,
        "code": 2,
        "version": 0,
        "release": 0,
    }


@pytest.mark.parametrize("account", [PILE, HELD, GOLD], ids=["pile", "held", "lot"])
@pytest.mark.parametrize("by", [1, -1])
def test_a_balance_changed_by_hand_is_found(books, account, by):
    """Every single balance row is watched, up and down."""
    row = TABLES.balance
    found = by_hand(books, update(row).where(row.c.id == account.id).values(balance=row.c.balance + by))

    assert any(line.startswith(f"balance: {account.kind} ") for line in found)


def test_the_words_say_both_numbers(books):
    """A difference names the account, what stands there, and what should."""
    row = TABLES.balance
    found = by_hand(books, update(row).where(row.c.id == PILE.id).values(balance=7))

    assert found == ["balance: quota afternoon/iphone14/0 in pieces: 7 stands there, its postings come to 9"]


def changed_lines(row) -> str:
    lines = json.loads(row.lines)
    lines[0][3] += 1
    return json.dumps(lines)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (delete(TABLES.balance).where(TABLES.balance.c.id == HELD.id), "balance"),
        (delete(TABLES.journal).where(TABLES.journal.c.rule == "place"), "balance"),
        (update(TABLES.entry).values(balance=26), "history"),
        (update(TABLES.entry).values(amount=26), "wallet"),
        (delete(TABLES.entry), "wallet"),
        (update(TABLES.record).where(TABLES.record.c.kind == "deal").values(phase="paid"), "record"),
        (update(TABLES.record).where(TABLES.record.c.kind == "deal").values(shape=9), "record"),
        (update(TABLES.record).where(TABLES.record.c.kind == "deal").values(id=b"x" * 16), "record"),
        (delete(TABLES.record).where(TABLES.record.c.kind == "deal"), "held"),
        (delete(TABLES.record).where(TABLES.record.c.kind == "loaded"), "loaded"),
        (delete(TABLES.receipt), "receipt"),
        (update(TABLES.code).where(TABLES.code.c.id == "v1").values(owner="e2"), "code"),
        (update(TABLES.code).where(TABLES.code.c.id == "v2").values(owner="e1"), "code"),
        (delete(TABLES.code).where(TABLES.code.c.id == "v2"), "stash"),
        (update(TABLES.balance).where(TABLES.balance.c.id == GOLD.id).values(holder="h-bob"), "account"),
        (update(TABLES.balance).where(TABLES.balance.c.id == GOLD.id).values(floor=None), "account"),
    ],
)
def test_whatever_is_changed_by_hand_is_found(books, statement, code):
    """A row that was deleted, or a column that was changed, shows as a difference of its kind."""
    found = by_hand(books, statement)

    assert any(line.startswith(f"{code}: ") for line in found), found


def test_a_posting_changed_by_hand_is_found(books):
    """The journal cannot be rewritten without the balances noticing."""
    row = TABLES.journal
    with books.connect() as connection:
        first = connection.execute(select(row).where(row.c.rule == "place").order_by(row.c.number)).first()

    found = by_hand(books, update(row).where(row.c.number == first.number).values(lines=changed_lines(first)))

    assert any(line.startswith("balance: quota ") for line in found)


def test_a_closed_deal_holds_nothing(books):
    """A deal that is not placed any more, but still holds, is found, although every posting adds up."""
    closed = deal("d1", phase="closed", moves=DEAL.moves)
    ended = change("c3", Put(record=closed, expected=1))
    receipt = Receipt(key="k3", type="t", at=NOW, decisions=(Decision(campaign="afternoon"),))
    write(
        SqlStore(books),
        records=(put(closed, 1),),
        changes=(ended,),
        receipts=(ReceiptWrite(id=ended.input, digest=b"d" * 16, receipt=receipt),),
    )

    assert [str(d) for d in verify(books).differences] == [
        "held: held d1 in pieces: 1 is held, the placed deal set aside 0"
    ]


def test_other_malls_are_let_be(books):
    """Each mall is verified alone."""
    row = TABLES.balance
    with books.begin() as connection:
        values = {"id": PILE.id, "kind": "quota", "unit": "pieces", "parts": '["a","b","0"]', "balance": 5, "floor": 0}
        connection.execute(insert(row).values(mall="other", **values))

    assert verify(books).good
    assert not verify(books, "other").good


def test_many_differences_are_counted(books):
    """Only so many are told one by one."""
    by_hand(books, update(TABLES.balance).values(balance=TABLES.balance.c.balance + 1))
    report = verify(books, limit=1)

    assert (len(report.differences), report.more > 1) == (1, True)


def test_a_wallet_is_lots_less_debt(books):
    """Debts count against lots in the wallet's sum."""
    owed = debt("h-ann", "points")
    taken = change("c3", posted(owed, outside("issued", "points"), 5))
    receipt = Receipt(key="k3", type="t", at=NOW, decisions=(Decision(campaign=""),))
    write(
        SqlStore(books),
        balances=(balance(owed, None, -5),),
        changes=(taken,),
        receipts=(ReceiptWrite(id=taken.input, digest=b"d" * 16, receipt=receipt),),
    )

    assert [str(d) for d in verify(books).differences] == [
        "wallet: wallet of h-ann in points: lots less debt are 20, its history comes to 25",
        "entry: change 3 (afternoon/place) in the wallet of h-ann: the history says 0, the journal -5",
    ]


def test_the_scratch_spills_to_disk(monkeypatch):
    """Sums are the same when they are written out in between."""
    monkeypatch.setattr("quanyi.adapters.sql.reconciliation._IN_MEMORY", 3)
    with Reconciliation.open() as ledger:
        for n in range(20):
            ledger.add("x", bytes([n % 5]), f"n{n % 5}", booked=n, stands=0 if n % 5 == 2 else n)

        assert list(ledger.unequal("x")) == [("n2", 2 + 7 + 12 + 17, 0)]


@pytest.mark.parametrize("seed", range(40))
def test_sums_over_keys_tell_what_names_tell(seed):
    """Without names it is known whether any pair differs: in its numbers, or because they went to other keys."""
    chance = Random(seed)
    numbers = [(digest16(str(chance.randrange(9))), chance.randrange(1, 4)) for _ in range(30)]
    others = [
        (digest16("moved") if seed % 3 == 1 and not n else key, number) for n, (key, number) in enumerate(numbers)
    ]
    others[1] = (others[1][0], others[1][1] + (seed % 3 == 2))
    chance.shuffle(others)

    said = {}
    for named in (True, False):
        with Reconciliation.open(named=named) as ledger:
            for key, number in numbers:
                ledger.add("entry", key, key.hex(), booked=number)
            for key, number in others:
                ledger.add("entry", key, key.hex(), stands=number)
            said[named] = list(ledger.unequal("entry")) if named else ledger.doubtful()

    assert said[False] is bool(said[True]) is (seed % 3 != 0)


def test_good_books_are_read_once_and_others_are_read_for_names(books, monkeypatch):
    """Names are looked for only where something differs."""
    readings = []
    opened = Reconciliation.open.__func__

    def counted(cls, *, named):
        readings.append(named)
        return opened(cls, named=named)

    monkeypatch.setattr(Reconciliation, "open", classmethod(counted))
    assert verify(books).good
    with books.begin() as connection:
        connection.execute(update(TABLES.entry).values(label="y"))

    assert not verify(books).good
    assert readings == [False, False, True]
