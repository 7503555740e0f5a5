"""Files 02 and 03 of ESPD 1.0.2: what a code says of its list, what an identifier says of its agency."""

from collections.abc import Callable, Iterable

from lxml import etree

from dume.rules.v1.reading import (
    CBC,
    CCV_CBC,
    CRITERION,
    ESPD_CBC,
    EXT,
    GROUP,
    REQUIREMENT,
    Broken,
    french,
    string,
)

Check = Callable[[etree._Element], Iterable[Broken]]  # noqa: SLF001  lxml's own name for the type

LIST_ATTRIBUTES = ("listID", "listAgencyID", "listVersionID")
NO_LIST = french(
    "Ce code ne dit pas de quelle liste il vient : ajoutez à l'élément {element} les attributs manquants ({missing})."
)
NO_AGENCY = french(
    "Cet identifiant ne dit pas qui l'a attribué : ajoutez à l'élément {element} l'attribut schemeAgencyID, rempli."
)
WRONG_VALUE = french("L'élément {element} vaut « {value} » : un DUME 1.0.2 y porte « {expected} ».")
WRONG_ATTRIBUTE = french(
    "L'identifiant de {owner} porte {name}=« {value} » : corrigez cet attribut, qui vaut « {expected} »."
)
GROW = "EU-COM-GROW"
ITEM_ATTRIBUTES = (
    ("item-id-agency", "schemeAgencyID", GROW),
    ("item-id-scheme", "schemeID", "CriterionRelatedIDs"),
    ("item-id-version", "schemeVersionID", "1.0"),
)

PARTY_CODES = "AddressFormatCode AddressTypeCode CountrySubentityCode PartyTypeCode"
#: UBL names that file 02 watches although most cannot stand in an ESPD document. LocaleCode is watched before them.
OTHER_CODES = (
    "AccountFormatCode AccountTypeCode AccountingCost AccountingCostCode ActionCode AllowanceChargeReasonCode "
    "AwardingCriterionTypeCode AwardingMethodTypeCode CalculationExpressionCode CalculationMethodCode CargoTypeCode "
    "CertificateTypeCode ChannelCode CharacterSetCode CommodityCode CompanyLegalFormCode "
    "CompanyLiquidationStatusCode ConditionCode CoordinateSystemCode CorporateRegistrationTypeCode "
    "CustomsStatusCode DescriptionCode DirectionCode DispositionCode DocumentStatusCode DocumentTypeCode "
    "EmergencyProceduresCode EncodingCode EnvironmentalEmissionTypeCode EvaluationCriterionTypeCode "
    "EvidenceTypeCode ExecutionRequirementCode ExemptionReasonCode ExpressionCode FormatCode FreightRateClassCode "
    "FullnessIndicationCode FundingProgramCode GenderCode GuaranteeTypeCode HandlingCode HazardousCategoryCode "
    "HazardousRegulationCode IdentificationCode ImportanceCode InhalationToxicityZoneCode ItemClassificationCode "
    "LatitudeDirectionCode LineStatusCode LocationTypeCode LongitudeDirectionCode LossRiskResponsibilityCode "
    "MathematicOperatorCode MedicalFirstAidGuideCode MimeCode NameCode NatureCode OrderTypeCode OwnerTypeCode "
    "PackageLevelCode PackagingTypeCode PackingCriteriaCode PaymentFrequencyCode PaymentPurposeCode PositionCode "
    "PreferenceCriterionCode PriceEvaluationCode PriceTypeCode ProcurementSubTypeCode ProviderTypeCode "
    "QualityControlCode QuantityDiscrepancyCode ReferenceEventCode RejectActionCode RejectReasonCode "
    "SealIssuerTypeCode SealStatusCode ServiceTypeCode ShippingPriorityLevelCode ShortageActionCode SizeTypeCode "
    "SourceCurrencyCode StatusCode StatusReasonCode SubcontractingConditionsCode TargetCurrencyCode TariffClassCode "
    "TariffCode TaxExemptionReasonCode TaxLevelCode TaxTypeCode TenderEnvelopeTypeCode TendererRequirementTypeCode "
    "TimingComplaintCode TrackingDeviceCode TradeServiceCode TransitDirectionCode TransportAuthorizationCode "
    "TransportEmergencyCardCode TransportEquipmentTypeCode TransportEventTypeCode TransportHandlingUnitTypeCode "
    "TransportMeansTypeCode TransportModeCode TransportServiceCode UNDGCode ValidationResultCode WeekDayCode "
    "WeightingAlgorithmCode"
)
MAIN_CODES = "ActivityTypeCode LocaleCode TypeCode"
REQUEST_CODES = "ContractTypeCode CurrencyCode ProcurementTypeCode RoleCode"
PARTY_IDS = "CompanyID EndpointID LanguageID LogoReferenceID NationalityID"
LOT_IDS = "OpenTenderID PaymentMeansID PrepaidPaymentReferenceID TenderEnvelopeID ValidatorID"
#: Short name of the rule, element, value by kind of document.
FIXED = (
    ("ubl-version", "UBLVersionID", {"request": "2.1", "response": "2.1"}),
    (
        "customisation",
        "CustomizationID",
        {
            "request": "urn:www.cenbii.eu:transaction:biitrns070:ver3.0",
            "response": "urn:www.cenbii.eu:transaction:biitrns092:ver3.0",
        },
    ),
    ("profile", "ProfileID", {"request": "ESPD", "response": "ESPD"}),
    ("execution", "ProfileExecutionID", {"request": "QT", "response": "QT"}),
)


def named(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def says_its_list(short: str) -> Check:
    def check(code: etree._Element) -> Iterable[Broken]:
        missing = [name for name in LIST_ATTRIBUTES if code.get(name) is None]
        if not missing:
            return ()
        return ((short, NO_LIST.format(element=named(code), missing=", ".join(missing)), string(code)),)

    return check


def says_its_agency(short: str) -> Check:
    def check(identifier: etree._Element) -> Iterable[Broken]:
        if identifier.get("schemeAgencyID"):
            return ()
        return ((short, NO_AGENCY.format(element=named(identifier)), string(identifier)),)

    return check


def says(short: str, expected: str) -> Check:
    def check(element: etree._Element) -> Iterable[Broken]:
        value = string(element)
        if value == expected:
            return ()
        message = WRONG_VALUE.format(element=named(element), value=value[:200], expected=expected)
        return ((short, message, value),)

    return check


def of_a_criterion(identifier: etree._Element) -> Iterable[Broken]:
    """File 04 also asks the identifiers of criteria, groups and questions to be those of the Commission."""
    parent = identifier.getparent()
    tag = parent.tag if parent is not None else ""
    if tag == GROUP:
        return differing(identifier, "ce groupe de questions", ITEM_ATTRIBUTES)
    if tag == CRITERION:
        return differing(identifier, "ce critère", (("criterion-id-agency", "schemeAgencyID", GROW),))
    if tag == REQUIREMENT and parent is not None:
        group = parent.getparent()
        if group is not None and group.tag == GROUP:
            return differing(identifier, "cette question", ITEM_ATTRIBUTES)
    return ()


def differing(
    identifier: etree._Element, owner: str, expected: tuple[tuple[str, str, str], ...]
) -> Iterable[Broken]:
    """An attribute that is absent says nothing wrong here."""
    get = identifier.get
    for _, name, value in expected:
        if get(name, value) != value:
            break
    else:
        return ()  # nearly always: the sentences below are for the others
    return [
        (short, WRONG_ATTRIBUTE.format(owner=owner, name=name, value=said[:200], expected=value), said)
        for short, name, value in expected
        if (said := get(name, value)) != value
    ]


def checks(kind: str) -> dict[str, list[Check]]:
    """By tag, the checks of files 02 and 03 for this kind of document (and of 04 for cbc:ID)."""
    found: dict[str, list[Check]] = {f"{EXT}ExtensionReasonCode": [says_its_list("list-extension")]}

    def watch(check: Check, namespace: str, names: str) -> None:
        for name in names.split():
            found.setdefault(namespace + name, []).append(check)

    main = says_its_list("list-main")
    watch(main, CBC, MAIN_CODES)
    watch(main, CCV_CBC, "JurisdictionLevelCode")
    watch(says_its_list("list-party"), CBC, PARTY_CODES)
    other = says_its_list("list-other")
    watch(other, CBC, OTHER_CODES)
    watch(main if kind == "request" else other, CBC, REQUEST_CODES)
    if kind == "response":
        watch(main, ESPD_CBC, "EconomicOperatorRoleCode")
        watch(
            says_its_list("list-person"),
            ESPD_CBC,
            "NaturalPersonRoleCode NaturalPersonRegistrationCountryCode",
        )
        watch(says_its_agency("id-agency-database"), ESPD_CBC, "NationalDataBaseURIID")
    watch(says_its_agency("id-agency"), CBC, "ContractFolderID ID PreviousVersionID UUID VersionID")
    watch(of_a_criterion, CBC, "ID")
    watch(says_its_agency("id-agency-extension"), EXT, "ExtensionAgencyID ExtensionVersionID")
    watch(says_its_agency("id-agency-party"), CBC, PARTY_IDS)
    watch(says_its_agency("id-agency-lot"), CBC, LOT_IDS)
    for short, name, values in FIXED:
        watch(says_its_agency(f"{short}-agency"), CBC, name)
        watch(says(short, values[kind]), CBC, name)
    return found
