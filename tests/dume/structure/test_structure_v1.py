"""The structure of ESPD 1.0.2: our schemas say what the official ones say, in French."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from lxml import etree

from dume.structure.v1 import check, contents, contents_in, texts
from procurement.xml import parse_xml
from tests.dume.rules.v1.mutants import mutants, samples

XS = "{http://www.w3.org/2001/XMLSchema}"
UBL = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
#: docs/dume-rules.md, « 1.0.2 »: UBL has them, ESPD 1.0.2 does not use them, we do not look inside.
ELSEWHERE = {
    f"{UBL}{name}"
    for name in (
        *(
            "FinancialAccount",
            "LocationCoordinate",
            "PartyLegalEntity",
            "PartyTaxScheme",
            "ProcurementProject",
        ),
        *("ResultOfVerification", "TenderingTerms"),
    )
}
DOCUMENT = Path(__file__).parents[3] / "docs" / "dume-rules.md"
REQUEST = "urn:grow:names:specification:ubl:schema:xsd:ESPDRequest-1"

Verdicts = Mapping[str, etree.XMLSchema]


@pytest.fixture(scope="module")
def xsd(shared_data: Path) -> Path:
    return shared_data / "dume" / "1.0.2" / "xsd"


@pytest.fixture(scope="module")
def official(xsd: Path) -> Verdicts:
    names = ("ESPDRequest", "ESPDResponse")
    return {name: etree.XMLSchema(file=xsd / "maindoc" / f"{name}-1.0.xsd") for name in names}


@pytest.fixture(scope="module")
def found(shared_data: Path) -> tuple[Path, ...]:
    return samples(shared_data / "dume" / "1.0.2" / "samples")


def accepted(official: Verdicts, root: etree._Element) -> bool:
    return official[etree.QName(root).localname].validate(root)


def official_texts(xsd: Path) -> list[bytes]:
    """Signatures apart: UBL only admits them inside an extension."""
    paths = [
        path for path in sorted(xsd.rglob("*.xsd")) if not re.search("XAdES|xmldsig|Signature", path.name)
    ]
    return [path.read_bytes() for path in paths]


@pytest.mark.corpus
def test_every_element_contains_what_the_official_one_contains(xsd: Path) -> None:
    theirs = contents_in(official_texts(xsd)).slots
    ours = {name: slots for name, slots in contents().slots.items() if name not in ELSEWHERE}
    # The wildcard of an extension is no slot: both are empty.
    assert ours == {name: theirs[name] for name in ours}
    assert len(ours) > 50


@pytest.mark.corpus
def test_every_value_has_the_official_type_and_attributes(xsd: Path) -> None:
    theirs, ours = Values(official_texts(xsd)), Values(texts().values())
    names = [name for name in ours.declared if name[0] == f"{XS}element"]
    wrong = {name for name in names if name[1] not in ELSEWHERE and ours.of(name[1]) != theirs.of(name[1])}
    assert wrong == set()
    assert len(names) > 150


class Values:
    """The basis and the attributes of each declared element, whatever chain of types writes them."""

    def __init__(self, schemas: Iterable[bytes]) -> None:
        self.declared = {
            (node.tag, f"{{{root.get('targetNamespace')}}}{node.get('name')}"): node
            for root in map(parse_xml, schemas)
            for node in root
            if node.get("name")
        }

    def of(self, element: str) -> tuple[str, dict[str, tuple[str, str]]]:
        node = self.declared[f"{XS}element", element]
        return self.chain(self.resolved(node, node.get("type", "")))

    def chain(self, name: str) -> tuple[str, dict[str, tuple[str, str]]]:
        model = self.declared.get((f"{XS}complexType", name))
        if model is None:
            return name, {}
        derived = next(model.iter(f"{XS}extension", f"{XS}restriction"), None)
        basis, attributes = (
            ("", {}) if derived is None else self.chain(self.resolved(derived, derived.get("base", "")))
        )
        own = {
            one.get("name", ""): (one.get("type", "").partition(":")[2], one.get("use", "optional"))
            for one in model.iter(f"{XS}attribute")
        }
        return basis, {**attributes, **own}

    @staticmethod
    def resolved(node: etree._Element, written: str) -> str:
        prefix, _, local = written.rpartition(":")
        return f"{{{node.nsmap[prefix or None]}}}{local}"


@pytest.mark.corpus
def test_samples_are_accepted_and_refused_alike(found: tuple[Path, ...], official: Verdicts) -> None:
    roots = {path.name: parse_xml(path.read_bytes()) for path in found}
    assert {name: not check(root) for name, root in roots.items()} == {
        name: accepted(official, root) for name, root in roots.items()
    }


@pytest.mark.corpus
def test_mutants_of_valid_documents_are_accepted_and_refused_alike(
    found: tuple[Path, ...], official: Verdicts
) -> None:
    valid = [path for path in found if accepted(official, parse_xml(path.read_bytes()))]
    different = [
        name for name, root in mutants(valid, most=2) if (not check(root)) != accepted(official, root)
    ]
    assert different == []


@pytest.mark.corpus
def test_mutants_of_all_documents_are_accepted_and_refused_alike(
    found: tuple[Path, ...], official: Verdicts
) -> None:
    different = [name for name, root in mutants(found) if (not check(root)) != accepted(official, root)]
    assert different == []


@pytest.mark.corpus
def test_every_message_is_a_french_sentence_with_a_place(found: tuple[Path, ...]) -> None:
    findings = [one for _, root in mutants(found, how_many=60) for one in check(root)]
    assert findings
    for one in findings:
        assert re.fullmatch(r"[«A-ZÉ].*\.", one.message, re.DOTALL), one
        assert not re.search(r" [:;?!»]|« |not-followed", one.message + one.code), one
        assert one.path.startswith("/ESPDRe"), one
        assert one.line > 0, one


def request_with(party: str = "", address: str = "", lot: str = "", document: str = "") -> etree._Element:
    """A valid request with something added at one of the four places where UBL admits what ESPD does not use."""
    return parse_xml(
        f"""<r:ESPDRequest xmlns:r="{REQUEST}" xmlns:a="{UBL[1:-1]}"
            xmlns="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
            xmlns:c="urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1">
          <ID>1</ID><IssueDate>2026-03-02</IssueDate><ContractFolderID>1</ContractFolderID>
          <a:ContractingParty><a:Party>
            <a:PostalAddress>{address}</a:PostalAddress>{party}
          </a:Party></a:ContractingParty>
          <a:ProcurementProjectLot><ID>0</ID>{lot}</a:ProcurementProjectLot>
          <c:Criterion><c:RequirementGroup/></c:Criterion>
          <a:AdditionalDocumentReference><ID>1</ID>{document}</a:AdditionalDocumentReference>
        </r:ESPDRequest>""".encode()
    )


STRANGE = "<a:{0}><Strange/></a:{0}>"
#: The whole of what we accept and the official schemas refuse, by the element that we do not look into.
DIFFERENCES = {
    "PartyTaxScheme": request_with(party=STRANGE.format("PartyTaxScheme")),
    "PartyLegalEntity": request_with(party=STRANGE.format("PartyLegalEntity")),
    "FinancialAccount": request_with(party=STRANGE.format("FinancialAccount")),
    "LocationCoordinate": request_with(address=STRANGE.format("LocationCoordinate")),
    "TenderingTerms": request_with(lot=STRANGE.format("TenderingTerms")),
    "ProcurementProject": request_with(lot=STRANGE.format("ProcurementProject")),
    "ResultOfVerification": request_with(document=STRANGE.format("ResultOfVerification")),
}


@pytest.mark.corpus
def test_the_differences_are_those_of_the_document(official: Verdicts) -> None:
    section = DOCUMENT.read_text(encoding="utf-8").partition("## 1.0.2")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `cac:(\w+)` \|", section, re.MULTILINE))
    assert listed == set(DIFFERENCES) == {name.removeprefix(UBL) for name in ELSEWHERE}
    assert accepted(official, request_with())
    assert {name for name, root in DIFFERENCES.items() if accepted(official, root)} == set()


def test_what_espd_does_not_use_is_not_looked_into() -> None:
    assert check(request_with()) == []
    assert {name: check(root) for name, root in DIFFERENCES.items()} == {name: [] for name in DIFFERENCES}


def test_another_root_is_told_apart_from_the_right_one_in_another_namespace() -> None:
    (other,) = check(parse_xml(b"<Invoice/>"))
    (stray,) = check(parse_xml(b"<ESPDRequest/>"))
    assert (other.code, stray.code) == ("wrong-root", "wrong-namespace")


def test_a_missing_element_is_named_with_its_place() -> None:
    (finding,) = check(parse_xml(f'<ESPDRequest xmlns="{REQUEST}">\n</ESPDRequest>'.encode()))
    assert (finding.code, finding.path, finding.line) == ("missing-element", "/ESPDRequest", 1)
    assert "«\u00a0ID\u00a0»" in finding.message
