"""Suppliers of a project's folder: read with it, and named where something is bought from them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quanyi.adapters.suppliers.connector import HttpSupplier
from quanyi.adapters.suppliers.fake.server import FAKE_YAML
from quanyi.adapters.suppliers.opening import open_suppliers
from quanyi.campaigns.project.load import check_project
from quanyi.entitlements.errors import InputError

MALL = Path(__file__).parents[1] / "malls" / "supply"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "mall"
    shutil.copytree(MALL, copy)
    (copy / "suppliers").mkdir()
    return copy


def test_a_supplier_that_nobody_describes_is_a_warning(folder: Path) -> None:
    described = FAKE_YAML.read_text(encoding="utf-8").replace("supplier: fake", "supplier: solo")
    (folder / "suppliers" / "solo.yaml").write_text(described, encoding="utf-8")
    found = [finding for finding in check_project(folder) if finding.code == "unknown-supplier"]
    assert {finding.level for finding in found} == {"warning"}
    assert sorted(str(finding.message).split()[-1] for finding in found) == ["amber", "amber", "birch", "cedar"]


def test_without_such_a_folder_the_host_has_its_own() -> None:
    assert [finding for finding in check_project(MALL) if finding.code == "unknown-supplier"] == []


def test_a_mistake_in_a_suppliers_file_is_a_finding_of_the_project(folder: Path) -> None:
    (folder / "suppliers" / "odd.yaml").write_text("supplier: odd\nurl: ftp://odd.example\n", encoding="utf-8")
    assert any(finding.file == "suppliers/odd.yaml" for finding in check_project(folder))


def test_suppliers_are_opened_with_their_secrets(folder: Path) -> None:
    described = FAKE_YAML.read_text(encoding="utf-8")
    (folder / "suppliers" / "fake.yaml").write_text(described, encoding="utf-8")
    opened = open_suppliers(folder, {"FAKE_SUPPLIER_SECRET": "s3cret"})
    assert (list(opened), type(opened["fake"])) == (["fake"], HttpSupplier)
    with pytest.raises(InputError, match="FAKE_SUPPLIER_SECRET"):
        open_suppliers(folder, {})
