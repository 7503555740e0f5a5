"""What differs between the versions written in UBL: 2.x and 4.1.0.

Attributes of codes and ids are those that the official rules ask for: BR-OTH-01 (codes), BR-OTH-02 (ids) and the
attributes of the code lists themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dume.reading.parties import UNNAMED_AGENCY

Attributes = Mapping[str, str]
#: The scheme of UUIDs, as the ESPD writes it.
UUIDS = "ISO/IEC 9834-8:2008 - 4UUID"
AUTHORITY = "http://publications.europa.eu/resource/authority"
OURS: Attributes = {"schemeAgencyID": UNNAMED_AGENCY}
OFFICE, GROW = "OP", "EU-COM-GROW"
ISO_COUNTRY = "CountryCodeIdentifier"
#: Lists of 4.1.0: element -> list of the Publications Office and its issue.
PUBLISHED = {
    "CriterionTypeCode": ("criterion", "20240612-0"),
    "ProcedureCode": ("procurement-procedure-type", "20250924-0"),
    "ProcurementTypeCode": ("contract-nature", "20250924-0"),
    "IdentificationCode": ("country", "20250924-0"),
    "IndustryClassificationCode": ("economic-operator-size", "20250924-0"),
    "RoleCode": ("eo-role-type", "20211208-0"),
    "ConfidentialityLevelCode": ("access-right", "20250924-0"),
    "LocaleCode": ("language", "20250618-0"),
    "DocumentTypeCode": ("docrefcontent-type", "20250924-0"),
    "ItemClassificationCode": ("cpv", "20080817-0"),
}
#: Lists of the ESPD itself: element -> name in 4.1.0 and in 2.x.
TECHNICAL = {
    "PropertyGroupTypeCode": ("property-group-type", "PropertyGroupType"),
    "TypeCode": ("criterion-element-type", "CriterionElementType"),
    "ValueDataTypeCode": ("response-data-type", "ResponseDataType"),
    "EvaluationMethodTypeCode": ("evaluation-method-type", "EvaluationMethodType"),
    "WeightingTypeCode": ("weighting-type", "WeightingType"),
}
BOOLEAN_CONTROL = "boolean-gui-control-type"
#: Lists of 2.x kept by DG GROW, then those kept elsewhere.
GROW_LISTS = {
    "CriterionTypeCode": "CriteriaTypeCode",
    "IndustryClassificationCode": "EOIndustryClassificationCode",
    "RoleCode": "EORoleType",
    "ConfidentialityLevelCode": "ConfidentialityLevel",
    "DocumentTypeCode": "DocRefContentType",
    "QualificationApplicationTypeCode": "QualificationApplicationType",
    **{element: name for element, (_new, name) in TECHNICAL.items()},
}
BORROWED = {
    "ProcedureCode": ("ProcedureType", "EU-COM-OP"),
    "ProcurementTypeCode": ("ProjectType", "EU-COM-OP"),
    "ItemClassificationCode": ("CPVCodes", "EU-COM-OP"),
    "IdentificationCode": (ISO_COUNTRY, "ISO"),
}
#: Who keeps a list that an ExpectedCode names, and its issue, where they are not those of the ESPD.
NAMED_LISTS = {
    f"{AUTHORITY}/occupation": ("EMPL", "20221214-0"),
    f"{AUTHORITY}/cpv": (OFFICE, "20080817-0"),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """`head` are the elements that say which model the document follows: name, text, attributes.

    `upper` are the elements whose codes this edition writes in capitals: the model keeps them in lower case.
    """

    version: str
    ubl: str
    agency: str
    taxonomy: Attributes
    lists: Mapping[str, Attributes]
    boolean_control: str
    head: tuple[tuple[str, str, Attributes], ...] = ()
    upper: frozenset[str] = frozenset()

    @property
    def has_path_ids(self) -> bool:
        """4.x names a response after the path of its question; 2.x wants UUIDs."""
        return self.version.startswith("4.")

    @property
    def uuid(self) -> Attributes:
        return {"schemeID": UUIDS, **OURS, "schemeVersionID": self.version}

    @property
    def model(self) -> Attributes:
        return {"schemeAgencyID": self.agency, "schemeVersionID": self.version}

    def named_list(self, list_id: str) -> Attributes:
        """The attributes of a code of the list that the document names."""
        agency, issue = NAMED_LISTS.get(list_id, (self.agency, self.version))
        return {"listID": list_id, "listAgencyID": agency, "listVersionID": issue}


@cache
def edition(version: str, customization: str) -> Edition:
    """`customization` is the number of the CEN transaction, 070 for a request and 092 for a response (2.x)."""
    return newest(version) if version.startswith("4.") else second(version, customization)


def newest(version: str) -> Edition:
    published = {
        element: {"listID": f"{AUTHORITY}/{name}", "listAgencyID": OFFICE, "listVersionID": issue}
        for element, (name, issue) in PUBLISHED.items()
    }
    own = {
        element: {"listID": name, "listAgencyID": OFFICE, "listVersionID": version}
        for element, (name, _old) in TECHNICAL.items()
    }
    return Edition(
        version=version,
        ubl="2.3",
        agency=OFFICE,
        taxonomy={"schemeID": "Criterion", "schemeAgencyID": OFFICE, "schemeVersionID": version},
        lists={**published, **own},
        boolean_control=BOOLEAN_CONTROL,
    )


def second(version: str, customization: str) -> Edition:
    bii = {"schemeAgencyID": "CEN-BII", "schemeVersionID": version}
    own = {
        element: {"listID": name, "listAgencyID": GROW, "listVersionID": version}
        for element, name in GROW_LISTS.items()
    }
    borrowed = {
        element: {"listID": name, "listAgencyID": agency, "listVersionID": "1.0"}
        for element, (name, agency) in BORROWED.items()
    }
    language = {"listID": "LanguageCodeEU", "listAgencyName": GROW, "listVersionID": version}
    return Edition(
        version=version,
        ubl="2.2",
        agency=GROW,
        taxonomy={"schemeID": "CriteriaTaxonomy", "schemeAgencyID": GROW, "schemeVersionID": version},
        lists={**own, **borrowed, "LocaleCode": language},
        boolean_control="BooleanGUIControlType",
        head=(
            ("CustomizationID", f"urn:www.cenbii.eu:transaction:biitrdm{customization}:ver3.0", bii),
            ("ProfileID", "4.1", bii),
        ),
        upper=frozenset({"RoleCode", "IndustryClassificationCode"}),
    )
