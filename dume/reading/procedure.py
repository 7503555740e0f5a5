"""Part I: the procedure, its lots and the documents cited, of every version."""

from lxml import etree

from dume.model import Document, Lot, Procedure
from dume.nodes import child, children, first, lines, parts, text, text_of, texts
from dume.reading.parties import read_party


def read_procedure(root: etree._Element) -> Procedure:
    """Title and description stand in ProcurementProject since 3.0, before that with the notice's reference."""
    held = parts(root)
    project, buyer, platform = (
        held.get(name, (None,))[0]
        for name in ("ProcurementProject", "ContractingParty", "ServiceProviderParty")
    )
    documents = tuple(read_document(one) for one in held.get("AdditionalDocumentReference", ()))
    party = child(buyer, "Party")
    inner = child(party, "ServiceProviderParty")
    return Procedure(
        reference=first(held, "ContractFolderID"),
        code=first(held, "ProcedureCode"),
        title=text(project, "Name") or title_of(documents),
        description=texts(project, "Description") or description_of(documents),
        buyer=read_party(party),
        notice=notice_of(documents),
        lots=tuple(lot for one in held.get("ProcurementProjectLot", ()) if (lot := read_lot(one)) != Lot("")),
        documents=documents,
        cpv=read_cpv(project),
        contract_type=text(project, "ProcurementTypeCode"),
        buyer_profile=text(buyer, "BuyerProfileURI"),
        provider=read_party(child(inner if inner is not None else platform, "Party")),
        weighting_type=first(held, "WeightingTypeCode"),
        weighting_note=lines(held, "WeightScoringMethodologyNote"),
    )


def notice_in(documents: tuple[Document, ...]) -> Document:
    return next((one for one in documents if one.is_notice), Document())


def notice_of(documents: tuple[Document, ...]) -> str:
    return notice_in(documents).id


def title_of(documents: tuple[Document, ...]) -> str:
    """That of the notice, else of any document that has one."""
    return notice_in(documents).name or next((one.name for one in documents if one.name), "")


def description_of(documents: tuple[Document, ...]) -> str:
    return notice_in(documents).description or next(
        (one.description for one in documents if one.description), ""
    )


def read_document(node: etree._Element) -> Document:
    external = child(node, "Attachment", "ExternalReference")
    return Document(
        id=text(node, "ID"),
        type=text(node, "DocumentTypeCode"),
        name=text(external, "FileName"),
        description=texts(external, "Description"),
        uri=text(external, "URI"),
        issue_date=text(node, "IssueDate"),
        issue_time=text(node, "IssueTime"),
        summary=texts(node, "DocumentDescription"),
    )


def read_lot(node: etree._Element) -> Lot:
    project = child(node, "ProcurementProject")
    return Lot(
        id=text(node, "ID"),
        name=text(project, "Name"),
        description=texts(project, "Description"),
        cpv=read_cpv(project),
    )


def read_cpv(project: etree._Element | None) -> tuple[str, ...]:
    """The main ones, then the others; each once."""
    found = [
        text_of(child(one, "ItemClassificationCode"))
        for name in ("MainCommodityClassification", "AdditionalCommodityClassification")
        for one in children(project, name)
    ]
    return tuple(dict.fromkeys(code for code in found if code))
