"""Part I: the procedure, its lots and the documents cited, of every version."""

from lxml import etree

from dume.model import Document, Lot, Procedure
from dume.nodes import child, children, text, text_of, texts
from dume.parties import read_party


def read_procedure(root: etree._Element) -> Procedure:
    """Title and description stand in ProcurementProject since 3.0, before that with the notice's reference."""
    project, buyer = child(root, "ProcurementProject"), child(root, "ContractingParty")
    documents = tuple(read_document(one) for one in children(root, "AdditionalDocumentReference"))
    platform = child(buyer, "Party", "ServiceProviderParty")
    if platform is None:
        platform = child(root, "ServiceProviderParty")
    return Procedure(
        reference=text(root, "ContractFolderID"),
        code=text(root, "ProcedureCode"),
        title=text(project, "Name") or title_of(documents),
        description=texts(project, "Description") or description_of(documents),
        buyer=read_party(child(buyer, "Party")),
        notice=notice_of(documents),
        lots=read_lots(root),
        documents=documents,
        cpv=read_cpv(project),
        contract_type=text(project, "ProcurementTypeCode"),
        buyer_profile=text(buyer, "BuyerProfileURI"),
        provider=read_party(child(platform, "Party")),
        weighting_type=text(root, "WeightingTypeCode"),
        weighting_note=texts(root, "WeightScoringMethodologyNote"),
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


def read_lots(root: etree._Element) -> tuple[Lot, ...]:
    lots = [read_lot(node) for node in children(root, "ProcurementProjectLot")]
    return tuple(lot for lot in lots if lot != Lot(""))


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
