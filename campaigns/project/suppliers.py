"""
Loads the suppliers of a mall project: one file of `suppliers/` each, or a file that stands elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from quanyi.campaigns.language.compile.suppliers import compile_supplier
from quanyi.campaigns.language.documents import documents_of, read_documents
from quanyi.campaigns.language.findings import Finding, Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.language.schema.structure import read_model
from quanyi.campaigns.language.schema.suppliers import SupplierFile
from quanyi.campaigns.language.suppliers import SupplierDescription
from quanyi.entitlements.errors import CampaignFileError

__all__ = ["load_supplier", "load_suppliers", "supplier_of", "suppliers_in"]


def load_supplier(path: str | Path) -> SupplierDescription:
    """
    The supplier that the file at *path* describes.

    Raises:
        CampaignFileError: There are mistakes, or not one supplier in it; all of them are in `findings`.
    """
    findings, file = Findings(), Path(path)
    return _only(_described(read_documents(file, file.parent, findings), findings), file.name, findings)


def supplier_of(text: str, name: str = "suppliers/new.yaml") -> SupplierDescription:
    """
    The supplier that a text describes, read like the file *name*.

    Raises:
        CampaignFileError: As `load_supplier`.
    """
    findings = Findings()
    return _only(_described(documents_of(name, text, findings), findings), name, findings)


def load_suppliers(folder: str | Path) -> dict[str, SupplierDescription]:
    """
    All suppliers of the mall project in *folder*, by name; none if it has no folder ``suppliers``.

    Raises:
        CampaignFileError: There are mistakes; those of all files are in `findings`.
    """
    findings = Findings()
    found = suppliers_in(Path(folder), findings)
    _insist(findings)
    return found


def suppliers_in(folder: Path, findings: Findings) -> dict[str, SupplierDescription]:
    """The suppliers of a mall project, by name, to be used only if nothing was noted in *findings*."""
    paths = sorted(path for path in (folder / "suppliers").rglob("*.y*ml") if not path.is_dir())
    documents = [each for path in paths for each in read_documents(path, folder, findings)]
    return {each.supplier: each for each in _described(documents, findings)}


def _only(found: list[SupplierDescription], name: str, findings: Findings) -> SupplierDescription:
    if len(found) != 1 and not any(finding.level == "error" for finding in findings.items):
        message = Message("the file describes {count} suppliers, not one", count=len(found))
        findings.items.append(Finding(file=name, line=0, column=0, code="no-supplier", message=message))
    _insist(findings)
    return found[0]


def _insist(findings: Findings) -> None:
    if any(finding.level == "error" for finding in findings.items):
        raise CampaignFileError(findings.sorted())


def _described(documents: list[Document], findings: Findings) -> list[SupplierDescription]:
    """What documents describe; a name that stands there a second time is a finding."""
    found: dict[str, tuple[SupplierDescription, Document]] = {}
    for document in documents:
        read = read_model(document, SupplierFile, findings)
        if read is None:
            continue
        described = compile_supplier(read[0], read[1].root, findings)
        if described.supplier in found:
            first = found[described.supplier][1].root.where
            message = Message("there is a supplier {name!r} already", name=described.supplier)
            hint = Message("first in {first}", first=first)
            findings.error(document.root / "supplier", "declared-twice", message, hint)
        found.setdefault(described.supplier, (described, document))
    return [described for described, _ in found.values()]
