"""Names of ours for the asserts of ESPD 1.0.2, which have neither id nor severity, and where each official one is.

A name is `v1.request.<short>` or `v1.response.<short>`: one for each of the 98 asserts and of the 24 checks of code
lists (context/value associations). `OFFICIAL` notes for each the official file (by the number it begins with; `cl`
is the file of code lists), the rank of its rule in the file, the rank of the assert in the rule, and what the rule
looks at, in words of ours.
"""

from dataclasses import dataclass
from typing import Final

CODE_LISTS: Final = "cl"


@dataclass(frozen=True, slots=True)
class Official:
    """Ranks count from 1."""

    file: str
    rule: int
    assertion: int
    context: str


#: (file, rank of the rule, context, short names in the order of the asserts), for both documents.
COMMON = (
    ("03", 1, "identifiers of the document, of the procedure and of every element", "id-agency"),
    ("04", 1, "lot", "lot-zero"),
    ("04", 2, "root", "id issue-date notice"),
    ("04", 3, "criterion", "criterion-id criterion-name criterion-text criterion-code criterion-law"),
    ("04", 4, "first level group of a criterion", "group-id"),
    ("04", 5, "question of a first level group", "question-text question-id question-type"),
    ("04", 6, "legislation of a criterion", "law-uri law-article law-level law-title law-text"),
    ("04", 7, "id of any group or question", "item-id-agency item-id-scheme item-id-version"),
    ("04", 8, "id of any criterion", "criterion-id-agency"),
    ("04", 9, "additional document", "notice-id notice-number"),
    (CODE_LISTS, 1, "type of a criterion", "code-criterion"),
    (CODE_LISTS, 2, "type of answer of a question", "code-answer-type"),
    (CODE_LISTS, 3, "language", "code-language"),
    (CODE_LISTS, 4, "currency of an amount", "code-amount-currency"),
    (CODE_LISTS, 5, "level of a legislation", "code-law-level"),
    (CODE_LISTS, 6, "activity of a buyer", "code-activity"),
    (CODE_LISTS, 7, "locale", "code-locale"),
    (CODE_LISTS, 8, "type of contract", "code-contract"),
    (CODE_LISTS, 11, "type of procedure", "code-procedure"),
    (CODE_LISTS, 12, "role of the operator", "code-role"),
)
REQUEST = (
    ("02", 1, "codes checked against a list", "list-main"),
    ("02", 2, "reason of an extension", "list-extension"),
    ("02", 3, "codes of parties and addresses", "list-party"),
    ("02", 4, "all other codes", "list-other"),
    ("03", 2, "identifiers of an extension", "id-agency-extension"),
    ("03", 3, "identifiers of a party", "id-agency-party"),
    ("03", 4, "identifiers of a lot", "id-agency-lot"),
    ("03", 5, "UBL version", "ubl-version-agency ubl-version"),
    ("03", 6, "customisation", "customisation-agency customisation"),
    ("03", 7, "profile", "profile-agency profile"),
    ("03", 8, "execution of the profile", "execution-agency execution"),
    (CODE_LISTS, 9, "region of an address", "code-region"),
    (CODE_LISTS, 10, "country", "code-country"),
)
QUESTIONS = (
    "answer-once answer-amount answer-code answer-country answer-date answer-description answer-evidence "
    "answer-indicator answer-percentage answer-period answer-quantity-integer answer-quantity-year "
    "answer-quantity"
)
RESPONSE = (
    ("02", 1, "codes checked against a list", "list-main"),
    ("02", 2, "codes of a representative", "list-person"),
    ("02", 3, "reason of an extension", "list-extension"),
    ("02", 4, "codes of parties and addresses", "list-party"),
    ("02", 5, "all other codes", "list-other"),
    ("03", 2, "address of a national database", "id-agency-database"),
    ("03", 3, "identifiers of an extension", "id-agency-extension"),
    ("03", 4, "identifiers of a party", "id-agency-party"),
    ("03", 5, "identifiers of a lot", "id-agency-lot"),
    ("03", 6, "UBL version", "ubl-version-agency ubl-version"),
    ("03", 7, "customisation", "customisation-agency customisation"),
    ("03", 8, "profile", "profile-agency profile"),
    ("03", 9, "execution of the profile", "execution-agency execution"),
    ("05", 1, "identifier of the operator", "operator-id"),
    ("05", 2, "name of the operator", "operator-name"),
    ("05", 3, "country of the operator", "operator-country"),
    (
        "05",
        4,
        "question of any group",
        QUESTIONS,
    ),
    (CODE_LISTS, 9, "country", "code-country"),
    (CODE_LISTS, 10, "currency", "code-currency"),
)


def table(kind: str, rows: tuple[tuple[str, int, str, str], ...]) -> dict[str, Official]:
    return {
        f"v1.{kind}.{short}": Official(file, rule, rank, context)
        for file, rule, context, names in rows
        for rank, short in enumerate(names.split(), start=1)
    }


OFFICIAL: Final = table("request", COMMON + REQUEST) | table("response", COMMON + RESPONSE)
