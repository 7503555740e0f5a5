"""What requests and responses share outside the criteria: notices, versions, attributes of codes and identifiers."""

import re
from collections.abc import Iterator

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import EXT, along, is_blank, string, texts
from dume.rules.v2.case import Case, cac, cbc, fire

#: The number of a notice in the Official Journal: 2015/S 252-461137.
NOTICE = re.compile(r"[0-9]{4}/S [0-9]{3}-[0-9]{6}")
SPACES = re.compile(r"[ \t\r\n]+")
TED_NOTICE = "TED_CN"
(DOCUMENT,) = cac("AdditionalDocumentReference")
DOCUMENT_TYPE = cbc("DocumentTypeCode")
DESCRIBED = (*cac("Attachment", "ExternalReference"), cbc("Description"))
CUSTOMIZATION = cbc("CustomizationID")
#: element, its only value, its agency, the rules of both.
FIXED = (
    (cbc("UBLVersionID"), "2.2", "OASIS-UBL-TC", "BR-OTH-05-01", "BR-OTH-05-02"),
    (cbc("ProfileID"), "4.1", "CEN-BII", "BR-OTH-07-01", "BR-OTH-07-02"),
)
#: Codes of lists that others keep, then those of the ESPD itself, whose version begins with 2.
BORROWED = "ExpectedCode IdentificationCode ValueCurrencyCode ProcedureCode ProcurementTypeCode ProcurementSubTypeCode"
OWN = (
    "ConfidentialityLevelCode TypeCode DocumentTypeCode IndustryClassificationCode RoleCode "
    "EvaluationMethodTypeCode PropertyGroupTypeCode QualificationApplicationTypeCode ValueDataTypeCode "
    "CriterionTypeCode WeightingTypeCode"
)
OF_CODES = ("listID", "listAgencyID", "listVersionID")
OF_BORROWED = tuple(zip(OF_CODES, ("BR-OTH-01-10", "BR-OTH-01-20", "BR-OTH-01-30"), strict=True))
OF_OWN = tuple(zip(OF_CODES, ("BR-OTH-01-11", "BR-OTH-01-21", "BR-OTH-01-31"), strict=True))
#: The identifiers of UBL that rule BR-OTH-02 names; cbc:UBLVersionID and cbc:ProfileID have rules of their own.
IDENTIFIERS = (
    "AccountID AdditionalAccountID AgencyID AircraftID AttributeID AwardID AwardingCriterionID "
    "BarcodeSymbologyID BrokerAssignedID BusinessClassificationEvidenceID BusinessIdentityEvidenceID "
    "BuyerEventID CV2ID CarrierAssignedID ChipApplicationID CompanyID ConsigneeAssignedID ConsignorAssignedID "
    "ConsumptionID ConsumptionReportID ContractFolderID ContractedCarrierAssignedID CustomerAssignedAccountID "
    "CustomizationID DocumentID ExchangeMarketID ExpectedID ExtendedID FormatID FreightForwarderAssignedID "
    "HazardClassID ID IdentificationID ImmobilizationCertificateID InstructionID IssueNumberID IssuerID "
    "JourneyID LanguageID LicensePlateID LineID LoadingSequenceID LocationID LogoReferenceID LotNumberID "
    "LowerOrangeHazardPlacardID MarkingID MinimumImprovementBid NationalityID NetworkID OID OpenTenderID "
    "OriginalContractingSystemID OriginalJobID ParentDocumentID ParentDocumentLineReferenceID "
    "ParentDocumentVersionID ParticipantID PaymentID PaymentMeansID PerformingCarrierAssignedID "
    "PrepaidPaymentReferenceID PreviousJobID PreviousVersionID PrimaryAccountNumberID ProductTraceID "
    "ProfileExecutionID ProtocolID RadioCallSignID RailCarID ReferenceID ReferencedConsignmentID "
    "RegistrationID RegistrationNationalityID ReleaseID RequestForQuotationLineID RequiredCustomsID "
    "ResponseID RevisedForecastLineID SalesOrderID SalesOrderLineID SecurityID SellerEventID SequenceID "
    "SequenceNumberID SerialID ShippingOrderID SignatureID SpecificationID SubscriberID SuccessiveSequenceID "
    "SupplierAssignedAccountID TenderEnvelopeID TraceID TrackingID TrainID TransportExecutionPlanReferenceID "
    "UUID UpperOrangeHazardPlacardID ValidatedCriterionPropertyID ValidatorID VariantID VersionID VesselID "
    "WeighingDeviceID"
)
IDENTIFIER_TAGS = (
    f"{EXT}ExtensionAgencyID",
    f"{EXT}ExtensionVersionID",
    *(cbc(name) for name in IDENTIFIERS.split()),
)


def rules(case: Case) -> Iterator[Fired]:
    for document in case.all(DOCUMENT):
        yield from on_document(case, document)
    for tag, value, agency, of_value, of_agency in FIXED:
        for node in case.all(tag):
            yield from fixed(node, value, agency, (of_value, of_agency))
    yield from on_codes(case)
    yield from on_identifiers(case)


def on_document(case: Case, document: etree._Element) -> Iterator[Fired]:
    held = case.parts(document)
    kinds = held.get(DOCUMENT_TYPE, [])
    written = held.get(cbc("ID"), [])
    if any(TED_NOTICE in texts(kind) for kind in kinds):
        numbers = [SPACES.sub(" ", text).strip(" ") for one in written for text in texts(one)]
        if written and not (len(written) == 1 and any(NOTICE.fullmatch(one) for one in numbers)):
            yield fire("BR-COM-10-01", document, string(written[0]))
        described = sum(1 for _ in along(document, *DESCRIBED))
        if described != 2:  # noqa: PLR2004
            yield fire("BR-COM-10-02", document, described=described)
    if not kinds:
        yield fire("BR-COM-10-03", document, string(written[0]) if written else "")


def fixed(
    node: etree._Element, value: str, agency: str, ids: tuple[str, str], flag: Flag = Flag.FATAL
) -> Iterator[Fired]:
    """An element with one right value and one right agency."""
    of_value, of_agency = ids
    if value not in texts(node):
        yield fire(of_value, node, string(node), flag=flag, expected=value)
    if node.get("schemeAgencyID") != agency:
        yield fire(of_agency, node, node.get("schemeAgencyID", ""), flag=flag, expected=agency)


def on_codes(case: Case) -> Iterator[Fired]:
    for name in BORROWED.split():
        for code in case.all(cbc(name)):
            for attribute, rule in OF_BORROWED:
                if code.get(attribute) is None:
                    yield fire(rule, code, attribute=attribute)
    for name in OWN.split():
        for code in case.all(cbc(name)):
            for attribute, rule in OF_OWN:
                if code.get(attribute) is None:
                    yield fire(rule, code, attribute=attribute)
            version = code.get("listVersionID", "")
            if not version.startswith(("2.", "02.")):
                yield fire("BR-OTH-01-40", code, version)


def on_identifiers(case: Case) -> Iterator[Fired]:
    for node in case.all(*IDENTIFIER_TAGS):
        if is_blank(node.get("schemeAgencyID", "")):
            yield fire("BR-OTH-02", node, string(node))
    for node in case.all(cbc("EndpointID")):
        if node.get("schemeID") is None:
            yield fire("BR-OTH-08", node, string(node))
        if is_blank(node.get("schemeAgencyID", "")):
            yield fire("BR-OTH-02.", node, string(node))
