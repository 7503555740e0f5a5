"""BR-OTH and BR-COM: attributes of codes and identifiers, version of UBL, references of documents.

Follows « Common Other Business Rules » (04).
"""

import re
from collections.abc import Iterator

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import (
    CAC,
    CBC,
    EXT,
    ID,
    WHITE_SPACE,
    Index,
    along,
    has,
    is_blank,
    shown,
    string,
    texts,
)
from dume.rules.ubl.words import NBSP, quoted
from dume.rules.v4.edition import Edition

REFERENCE = f"{CAC}AdditionalDocumentReference"
DOCUMENT_TYPE = f"{CBC}DocumentTypeCode"
DESCRIPTIONS = (f"{CAC}Attachment", f"{CAC}ExternalReference", f"{CBC}Description")
UBL_VERSION = f"{CBC}UBLVersionID"
END_POINT = f"{CBC}EndpointID"
TED_NOTICE = "TED_CN"
#: The number of a notice in the OJ S; 0000/S 000-000000 while it is not published.
NOTICE_NUMBER = re.compile(r"[0-9]{4}/S [0-9]{3}-[0-9]{6}")
UBL = "2.3"
UBL_AGENCY = "OASIS-UBL-TC"
NOTICE_LINES = 2

#: Codes whose list must be named in full, with the last digit of the three rules that say so.
CODES = {
    **dict.fromkeys(
        (
            f"{CBC}ExpectedCode",
            f"{CBC}IdentificationCode",
            DOCUMENT_TYPE,
            f"{CBC}ValueCurrencyCode",
            f"{CBC}ProcedureCode",
            f"{CBC}ProcurementTypeCode",
            f"{CBC}ProcurementSubTypeCode",
        ),
        "0",
    ),
    **dict.fromkeys(
        (f"{CBC}TypeCode", f"{CBC}PropertyGroupTypeCode", f"{CBC}ValueDataTypeCode"),
        "1",
    ),
}
LIST_ATTRIBUTES = (("1", "listID"), ("2", "listAgencyID"), ("3", "listVersionID"))

#: BR-OTH-02 names every identifier of UBL one by one, and a bid among them.
IDENTIFIED = """
    AccountID AdditionalAccountID AgencyID AircraftID AttributeID AwardID AwardingCriterionID BarcodeSymbologyID
    BrokerAssignedID BusinessClassificationEvidenceID BusinessIdentityEvidenceID BuyerEventID CV2ID CarrierAssignedID
    ChipApplicationID CompanyID ConsigneeAssignedID ConsignorAssignedID ConsumptionID ConsumptionReportID
    ContractFolderID ContractedCarrierAssignedID CustomerAssignedAccountID CustomizationID DocumentID
    ExchangeMarketID ExpectedID ExtendedID FormatID FreightForwarderAssignedID HazardClassID ID IdentificationID
    ImmobilizationCertificateID InstructionID IssueNumberID IssuerID JourneyID LanguageID LicensePlateID LineID
    LoadingSequenceID LocationID LogoReferenceID LotNumberID LowerOrangeHazardPlacardID MarkingID
    MinimumImprovementBid NationalityID NetworkID OID OpenTenderID OriginalContractingSystemID OriginalJobID
    ParentDocumentID ParentDocumentLineReferenceID ParentDocumentVersionID ParticipantID PaymentID PaymentMeansID
    PerformingCarrierAssignedID PrepaidPaymentReferenceID PreviousJobID PreviousVersionID PrimaryAccountNumberID
    ProductTraceID ProfileExecutionID ProfileID ProtocolID RadioCallSignID RailCarID ReferenceID
    ReferencedConsignmentID RegistrationID RegistrationNationalityID ReleaseID RequestForQuotationLineID
    RequiredCustomsID ResponseID RevisedForecastLineID SalesOrderID SalesOrderLineID SecurityID SellerEventID
    SequenceID SequenceNumberID SerialID ShippingOrderID SignatureID SpecificationID SubscriberID
    SuccessiveSequenceID SupplierAssignedAccountID TenderEnvelopeID TraceID TrackingID TrainID
    TransportExecutionPlanReferenceID UUID UpperOrangeHazardPlacardID ValidatedCriterionPropertyID ValidatorID
    VariantID VersionID VesselID WeighingDeviceID
"""
IDENTIFIERS = frozenset(
    (*(f"{CBC}{name}" for name in IDENTIFIED.split()), f"{EXT}ExtensionAgencyID", f"{EXT}ExtensionVersionID")
)


def judge(index: Index, edition: Edition) -> Iterator[Fired]:
    for node in index.all(REFERENCE):
        yield from judge_reference(node)
    for node in index.all(UBL_VERSION):
        yield from judge_ubl_version(node)
    for node in index.all(END_POINT):
        yield from judge_end_point(node)
    for tag, nodes in index.by_tag.items():
        if tag in IDENTIFIERS:
            yield from without_agency(nodes, "BR-OTH-02")
        elif digit := CODES.get(tag):
            yield from judge_codes(nodes, digit, edition)


def judge_reference(node: etree._Element) -> Iterator[Fired]:
    ids = list(node.iterchildren(ID))
    is_notice = any(TED_NOTICE in texts(code) for code in node.iterchildren(DOCUMENT_TYPE))
    if ids and is_notice and not (len(ids) == 1 and is_notice_number(ids[0])):
        written = shown(string(id_) for id_ in ids)
        message = (
            f"Le numéro de l'avis {quoted(written)} n'a pas la forme du Journal officiel de l'Union européenne. "
            "Écrivez-le comme 2015/S 252-461137, ou 0000/S 000-000000 s'il n'est pas encore publié."
        )
        yield Fired("BR-COM-10-01", Flag.FATAL, node, message, written)
    if is_notice and sum(1 for _ in along(node, *DESCRIPTIONS)) != NOTICE_LINES:
        message = (
            "La référence de l'avis n'a pas deux lignes de description. "
            "Mettez dans la seconde le numéro provisoire reçu de TED."
        )
        yield Fired("BR-COM-10-02", Flag.WARNING, node, message)
    if not has(node, DOCUMENT_TYPE):
        message = "Le type du document cité en référence manque (DocumentTypeCode). Ajoutez son code."
        yield Fired("BR-COM-10-03", Flag.FATAL, node, message)


def is_notice_number(id_: etree._Element) -> bool:
    folded = " ".join(part for part in re.split(f"[{WHITE_SPACE}]+", "".join(texts(id_))) if part)
    return NOTICE_NUMBER.fullmatch(folded) is not None


def judge_ubl_version(node: etree._Element) -> Iterator[Fired]:
    if UBL not in texts(node):
        message = f"La version d'UBL est {quoted(string(node))}. Écrivez {quoted(UBL)}, celle de cette version du DUME."
        yield Fired("BR-OTH-05-01", Flag.FATAL, node, message, shown([string(node)]))
    agency = node.get("schemeAgencyID")
    if agency != UBL_AGENCY:
        message = f"L'organisme de la version d'UBL (schemeAgencyID) n'est pas le bon. Écrivez {quoted(UBL_AGENCY)}."
        yield Fired("BR-OTH-05-02", Flag.FATAL, node, message, shown([agency or ""]))


def judge_end_point(node: etree._Element) -> Iterator[Fired]:
    if node.get("schemeID") is None:
        message = (
            "L'adresse électronique d'échange (EndpointID) ne dit pas de quel annuaire elle vient. "
            "Ajoutez son attribut schemeID."
        )
        yield Fired("BR-OTH-08", Flag.ERROR, node, message, shown([string(node)]))
    yield from without_agency([node], "BR-OTH-02.")


def without_agency(nodes: list[etree._Element], rule: str) -> Iterator[Fired]:
    given: set[str | None] = set()
    for node in nodes:
        agency = node.get("schemeAgencyID")
        if agency in given:
            continue
        if agency is not None and not is_blank(agency):
            given.add(agency)
            continue
        name = str(node.tag).rpartition("}")[2]
        message = (
            f"L'identifiant {name} ne dit pas quel organisme l'a donné. Ajoutez son attribut schemeAgencyID."
        )
        yield Fired(rule, Flag.FATAL, node, message, shown([string(node)]))


def judge_codes(nodes: list[etree._Element], digit: str, edition: Edition) -> Iterator[Fired]:
    for node in nodes:
        issue = node.get("listVersionID")
        if issue is None or node.get("listID") is None or node.get("listAgencyID") is None:
            yield from without_list(node, digit)
        if digit == "1" and (issue is None or not issue.startswith(edition.list_starts)):
            message = (
                f"La version de la liste de ce code est {quoted(issue or '')}. "
                f"Dans un DUME {edition.version}, elle commence par {quoted(edition.list_starts[0])}{NBSP}: "
                "mettez à jour l'attribut listVersionID."
            )
            yield Fired("BR-OTH-01-40", Flag.FATAL, node, message, shown([issue or ""]))


def without_list(node: etree._Element, digit: str) -> Iterator[Fired]:
    for middle, attribute in LIST_ATTRIBUTES:
        if node.get(attribute) is None:
            message = (
                f"Le code {quoted(string(node))} ne dit pas de quelle liste il vient. "
                f"Ajoutez son attribut {attribute}."
            )
            yield Fired(f"BR-OTH-01-{middle}{digit}", Flag.FATAL, node, message, shown([string(node)]))
