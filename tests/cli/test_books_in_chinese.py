"""`verify`, `doctor` and the other commands that take a language say in Chinese what they say in English."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path

import pytest

from quanyi.adapters.cli.texts import _SAID
from quanyi.adapters.sql.verify import _WORDS
from quanyi.campaigns.language.translation.books import BOOKS, books_in_language

ROOT = Path(__file__).parents[2]
SQL = ROOT / "adapters" / "sql"
HAN = re.compile("[\u4e00-\u9fff]")
SLOT = re.compile(r"\{\w+\}")


def template(node):
    """A text of the source as a template: each part of an f-string as ``{}``; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def told(path):
    """What a module tells of the books: the texts of findings and differences, by the calls that make them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "tell",
            "Finding",
        ):
            given = [*node.args[1:], *(word.value for word in node.keywords if word.arg in ("message", "hint"))]
            yield from (found for one in given if (found := template(one)) is not None)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("message", "hint", "words"):
            found = template(node.value)
            yield from [found] if found is not None else []


def test_every_text_of_the_care_of_the_books_has_its_sentence():
    """Found in the source: whoever adds one adds its Chinese."""
    modules = [*SQL.rglob("*.py"), ROOT / "adapters" / "cli" / "clock.py"]
    texts = {
        text for path in modules for text in told(path) if " " in text and not text.startswith(("select", "{}: {}"))
    }
    known = {SLOT.sub("{}", english) for english in BOOKS}
    dangers = {danger for name in ("engine", "findings") for danger in _dangers(SQL / f"{name}.py")}

    assert len(texts) > 40
    assert {text for text in texts | dangers if text not in known} == set()
    assert {text for text in _WORDS.values() if SLOT.sub("{}", text) not in known} == set()


def _dangers(path):
    """What each setting endangers: the second of each pair in the table of safe ones."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tables = [
        node for node in tree.body if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "_SAFE"
    ]
    return [pair.elts[1].value for table in tables for pair in table.value.values]


@pytest.mark.parametrize("english", BOOKS)
def test_a_sentence_has_the_parts_of_its_template(english):
    assert sorted(SLOT.findall(BOOKS[english])) == sorted(SLOT.findall(english))
    assert HAN.search(SLOT.sub("", BOOKS[english])) or not re.search(r"[a-z]{3}", SLOT.sub("", english))


@pytest.mark.parametrize("english", [english for english in BOOKS if not english.startswith("{")])
def test_it_is_recognised_with_parts_in_it(english):
    said = books_in_language(SLOT.sub("x7", english), "zh")
    assert said == SLOT.sub("x7", BOOKS[english])


def test_both_languages_of_a_command_have_the_same_parts():
    for zh, en in _SAID.values():
        assert sorted(re.findall(r"\{(\w+)", zh)) == sorted(re.findall(r"\{(\w+)", en))
        assert not HAN.search(en)
        assert HAN.search(zh)


def test_what_is_wrong_with_books_is_said_in_both(quanyi, folder, applied, tmp_path):
    good = {lang: quanyi("verify", "--db", applied, "--lang", lang).out for lang in ("zh", "en")}
    assert re.fullmatch(r"small：共 \d+ 行，全部与日志一致\n", good["zh"])
    assert re.fullmatch(r"small: \d+ rows, everything is what the journal says\n", good["en"])

    assert quanyi("run", folder, "--events", _events(tmp_path), "--db", applied).code == 0
    with sqlite3.connect(applied.removeprefix("sqlite:///")) as db:
        db.execute("update quanyi_balance set balance = balance + 5 where balance > 0")
        db.execute("delete from quanyi_record where kind = 'entitlement'")
    told_ = {lang: quanyi("verify", "--db", applied, "--lang", lang) for lang in ("zh", "en")}
    lines = {lang: answer.out.splitlines() for lang, answer in told_.items()}

    assert {answer.code for answer in told_.values()} == {1}
    assert len(lines["zh"]) == len(lines["en"]) > 0
    assert [line for line in lines["zh"] if not HAN.search(line)] == []
    assert [line for line in lines["en"] if HAN.search(line)] == []
    assert "处不一致" in told_["zh"].err
    assert "differences" in told_["en"].err


def test_the_doctor_and_the_tables_are_said_in_both(quanyi, db, tmp_path):
    assert quanyi("db", "check", "--db", db, "--lang", "zh").out == "表结构与本程序一致\n"
    other = f"sqlite:///{tmp_path / 'other.db'}"
    zh, en = (quanyi("doctor", "--db", other, "--lang", lang) for lang in ("zh", "en"))

    assert "migration-missing: 表结构版本为 none" in zh.out
    assert "发现 1 处问题" in zh.err
    assert "this program needs" in en.out


def test_plans_and_explanations_are_said_in_both(quanyi, folder, db):
    zh, en = (quanyi("plan", folder, "--db", db, "--lang", lang).out for lang in ("zh", "en"))
    assert "新增 coffee-hour" in zh
    assert "new coffee-hour" in en
    quanyi("apply", folder, "--db", db, "--yes", "--lang", "zh")
    assert quanyi("plan", folder, "--db", db, "--lang", "zh").out == "线上已是这些活动\n"
    asked = ("explain", "--db", db, "--type", "order.paid", "--key", "nothing")

    assert quanyi(*asked, "--lang", "zh").out == "order.paid 的 key 'nothing' 下没有记录\n"


def _events(tmp_path):
    path = tmp_path / "events.jsonl"
    line = '{"at": "2026-03-06 19:10", "user": "ann", "type": "order.paid", "key": "p/1", "data": {"order": "o1", "amount": 19.90}}'
    path.write_text(f"{line}\n")
    return path
