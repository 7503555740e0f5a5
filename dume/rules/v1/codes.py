"""The code lists that ESPD 1.0.2 checks, and how an element may describe the list that it uses.

Facts of the official code lists of 1.0.2, in alphabetical order. Codes are compared without regard to case.
"""

from dataclasses import dataclass
from typing import Final

from lxml import etree


@dataclass(frozen=True, slots=True)
class CodeList:
    """`version`, `agency` and `agency_name` are what the attributes of an element must say if they are there."""

    name: str
    version: str
    agency: str
    agency_name: str
    codes: frozenset[str]

    def holds(self, code: str) -> bool:
        """Only A to Z have two cases here: « ſ » is no « S »."""
        return code in self.codes or (code.isascii() and code.upper() in self.codes)

    def misdescribed(self, element: etree._Element) -> str:
        """The first attribute of `element` that names another list than this one, or ""."""
        said = element.attrib
        if not said:
            return ""
        expected = {
            "listName": self.name,
            "listID": self.name,
            "listVersionID": self.version,
            "listSchemeURI": "",
            "listURI": "Placeholder",
            "listAgencyName": self.agency_name,
            "listAgencyID": self.agency,
        }
        return next((name for name, value in expected.items() if said.get(name, value) != value), "")


def code_list(name: str, version: str, agency: str, agency_name: str, codes: str) -> CodeList:
    return CodeList(name, version, agency, agency_name, frozenset(codes.split()))


GROW: Final = "EU-COM-GROW"
CONVICTIONS: Final = (
    "CHILD_LABOUR-HUMAN_TRAFFICKING CORRUPTION FRAUD MONEY_LAUNDERING PARTICIPATION_IN_CRIMINAL_ORGANISATION "
    "TERRORIST_OFFENCES"
)
BUSINESS: Final = (
    "ACTIVITIES_SUSPENDED BANKRUPTCY BANKRUPTCY_ANALOGOUS CREDITORS_ARRANGEMENT INSOLVENCY "
    "LIQUIDATOR_ADMINISTERED"
)
INTERESTS: Final = "EARLY_TERMINATION MISINTERPRETATION PROCEDURE_PARTICIPATION PROCEDURE_PREPARATION"
OPERATOR: Final = (
    "MEETS_THE_OBJECTIVE REGISTERED_IN_OFFICIAL_LIST RELIES_ON_OTHER_CAPACITIES SHELTERED_WORKSHOP "
    "SUBCONTRACTS_WITH_THIRD_PARTIES TOGETHER_WITH_OTHERS"
)
SUITABILITY: Final = "AUTHORISATION MEMBERSHIP PROFESSIONAL_REGISTER_ENROLMENT TRADE_REGISTER_ENROLMENT"
FINANCES: Final = (
    "FINANCIAL_RATIO OTHER_REQUIREMENTS RISK_INDEMNITY_INSURANCE TURNOVER.AVERAGE_YEARLY TURNOVER.GENERAL_YEARLY "
    "TURNOVER.SET_UP TURNOVER.SPECIFIC_AVERAGE TURNOVER.SPECIFIC_YEARLY"
)
ABILITY: Final = (
    "CERTIFICATES.ENVIRONMENTAL_MANAGEMENT.ENV_INDEPENDENT_CERTIFICATE "
    "CERTIFICATES.QUALITY_ASSURANCE.QA_INDEPENDENT_CERTIFICATE "
    "CERTIFICATES.QUALITY_ASSURANCE.QA_INSTITUTES_CERTIFICATE MANAGEMENT.ARTEFACTS.AUTHENTICATED_ARTEFACTS "
    "MANAGEMENT.ARTEFACTS.NO_AUTHENTICATED_ARTEFACTS MANAGEMENT.AVERAGE_ANNUAL_MANPOWER "
    "MANAGEMENT.MANAGERIAL_STAFF MANAGEMENT.SUBCONTRACTING_PROPORTION REFERENCES.SERVICES_DELIVERY_PERFORMANCE "
    "REFERENCES.SUPPLIES_DELIVERY_PERFORMANCE REFERENCES.WORKS_PERFORMANCE TECHNICAL.CHECKS.ALLOWANCE_OF_CHECKS "
    "TECHNICAL.ENVIRONMENTAL_MANAGEMENT_MEASURES TECHNICAL.EQUIPMENT TECHNICAL.FACILITIES_FOR_QUALITY_ENSURING "
    "TECHNICAL.FACILITIES_FOR_STUDY_RESEARCH TECHNICAL.PROFESSIONAL_QUALIFICATIONS "
    "TECHNICAL.SUPPLY_CHAIN_MANAGEMENT TECHNICAL.TECHNICIANS_FOR_CARRYING_WORKS "
    "TECHNICAL.TECHNICIANS_FOR_QUALITY_CONTROL"
)
#: The codes of criteria by the branch of the taxonomy that they hang on.
BRANCHES: Final = {
    "EXCLUSION.CONVICTIONS": CONVICTIONS,
    "EXCLUSION.CONTRIBUTIONS": "PAYMENT_OF_SOCIAL_SECURITY PAYMENT_OF_TAXES",
    "EXCLUSION.SOCIAL": "ENVIRONMENTAL_LAW LABOUR_LAW SOCIAL_LAW",
    "EXCLUSION.BUSINESS": BUSINESS,
    "EXCLUSION.MISCONDUCT": "MARKET_DISTORTION MC_PROFESSIONAL",
    "EXCLUSION.CONFLICT_OF_INTEREST": INTERESTS,
    "EXCLUSION.NATIONAL": "OTHER",
    "OTHER.EO_DATA": OPERATOR,
    "SELECTION": "ALL_SATISFIED",
    "SELECTION.SUITABILITY": SUITABILITY,
    "SELECTION.ECONOMIC_FINANCIAL_STANDING": FINANCES,
    "SELECTION.TECHNICAL_PROFESSIONAL_ABILITY": ABILITY,
}
COUNTRY_CODES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
CURRENCY_CODES: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYR BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CYP CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
    "GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK "
    "LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MTL MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SKK SLL SOS SRD SSP STD SYP "
    "SZL THB TJS TMM TND TOP TRY TTD TWD TZS UAH UGX USD USN USS UYU UZS VEB VND VUV WST XAF XAG XAU XBA XBB XBC XBD "
    "XCD XDR XFO XFU XOF XPD XPF XPT XTS XXX YER ZAR ZMK ZWD"
)

CRITERIA: Final = code_list(
    "CriteriaTypeCode",
    "1.0.2",
    GROW,
    "DG GROW (European Commission)",
    " ".join(f"CRITERION.{branch}.{leaf}" for branch, leaves in BRANCHES.items() for leaf in leaves.split()),
)
ANSWER_TYPES: Final = code_list(
    "ResponseDataType",
    "1.0.2",
    GROW,
    "DG GROW (European Commission)",
    "AMOUNT CODE CODE_COUNTRY DATE DESCRIPTION EVIDENCE_URL INDICATOR PERCENTAGE PERIOD QUANTITY QUANTITY_INTEGER "
    "QUANTITY_YEAR",
)
LAW_LEVELS: Final = code_list(
    "CriterionJurisdictionLevel",
    "1.0.2",
    GROW,
    "DG GROW (European Commission)",
    "EU_DECISION EU_DIRECTIVE EU_REGULATION NATIONAL_LEGISLATION SUBNATIONAL_LEGISLATION",
)
#: The official list spells the name of its agency so.
LANGUAGES: Final = code_list(
    "LanguageCodeEU",
    "1.0",
    "",
    "EuropeanComission",
    "BG CS DA DE EL EN ES ET FI FR GA HR HU IT LT LV MT NL PL PT RO SK SL SV",
)
ACTIVITIES: Final = code_list(
    "ActivityTypeCode", "1.0", "", "OJEU", "8 9 A B C D E F G H I J K L M N P R S T U W Z"
)
CONTRACTS: Final = code_list("ContractType", "1.0", "", "BII", "1 2 3 4 5 6 7 8")
PROCEDURES: Final = code_list("ProcedureType", "1.0", "", "OJEU", "1 2 3 4 6 9 A AMI C LOV T V VDL")
ROLES: Final = code_list("TendererRole", "1.0", "BII", "BII", "CL CM JV MT OTH SC SME")
COUNTRIES: Final = code_list("CountryCodeIdentifier", "1.0.2", GROW, GROW, COUNTRY_CODES)
CURRENCIES: Final = code_list("CurrencyCode", "1.0.2", GROW, GROW, CURRENCY_CODES)
