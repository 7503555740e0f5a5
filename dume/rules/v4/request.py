"""What only a request must say: the buyer, the procedure, the criteria it cannot leave out, the lots.

Follows « ESPD Request » 02 (cardinality), 03 (criterion), 05 (procurer and specific).
"""

from collections.abc import Iterator

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import CAC, CBC, CRITERION, ID, REQUEST_ROOT, Index, child_texts, has
from dume.rules.ubl.words import NBSP
from dume.rules.v4.families import is_exclusion, is_selection
from dume.rules.v4.presence import ROOT_PARTS, Wanted, missing

CODE = f"{CBC}CriterionTypeCode"
PARTY = f"{CAC}Party"
BUYER = f"{CAC}ContractingParty"
LOT = (f"{CAC}ProcurementProjectLotReference", ID)
PARTY_ID = (f"{CAC}PartyIdentification", ID)
PARTY_NAME = (f"{CAC}PartyName", f"{CBC}Name")
PARTY_COUNTRY = (f"{CAC}PostalAddress", f"{CAC}Country", f"{CBC}IdentificationCode")

#: Parts III.A and III.B, which every request asks about (BR-REQ-30).
ALWAYS_ASKED = (
    "crime-org",
    "corruption",
    "fraud",
    "terr-offence",
    "finan-laund",
    "human-traffic",
    "tax-pay",
    "socsec-pay",
)
OF_BUYER: tuple[Wanted, ...] = (
    Wanted("BR-REQ-20-02", PARTY_NAME, "Le nom officiel de l'acheteur manque. Indiquez-le (PartyName/Name)."),
    Wanted("BR-REQ-20-03", PARTY_COUNTRY, "Le pays de l'acheteur manque. Ajoutez-le à son adresse."),
    Wanted(
        "BR-REQ-20-04",
        PARTY_ID,
        "Aucun identifiant de l'acheteur n'est indiqué. Ajoutez son SIRET.",
        Flag.WARNING,
    ),
)
OF_SERVICE_PROVIDER: tuple[Wanted, ...] = (
    Wanted(
        "BR-REQ-20-05",
        PARTY_ID,
        "L'identifiant du prestataire du service DUME manque. Ajoutez-le (PartyIdentification/ID).",
    ),
    Wanted(
        "BR-REQ-20-06",
        PARTY_NAME,
        "Le nom du prestataire du service DUME manque. Indiquez-le (PartyName/Name).",
    ),
    Wanted(
        "BR-REQ-20-07",
        PARTY_COUNTRY,
        "Le pays du prestataire du service DUME manque. Ajoutez-le à son adresse.",
    ),
)


def judge(index: Index) -> Iterator[Fired]:
    for root in index.all(REQUEST_ROOT):
        yield from missing(root, ROOT_PARTS)
        yield from judge_request(root)
    for party in index.under(PARTY, BUYER):
        yield from missing(party, OF_BUYER)
    for party in index.under(PARTY, f"{CAC}ServiceProviderParty"):
        yield from missing(party, OF_SERVICE_PROVIDER)
    for criterion in index.all(CRITERION):
        yield from judge_lots(criterion)


def judge_request(root: etree._Element) -> Iterator[Fired]:
    asked = [
        code for criterion in root.iterchildren(CRITERION) for code in child_texts(criterion, CODE) or [""]
    ]
    if absent := [code for code in ALWAYS_ASKED if code not in asked]:
        message = (
            f"Des motifs d'exclusion obligatoires manquent (parties III.A et III.B){NBSP}: "
            f"{', '.join(absent)}. Ajoutez-les{NBSP}: toute demande les pose."
        )
        yield Fired("BR-REQ-30", Flag.FATAL, root, message, ", ".join(absent))
    if not any(is_selection(code) for code in asked):
        message = "La demande ne contient aucun critère de sélection (partie IV). Vérifiez que c'est voulu."
        yield Fired("BR-REQ-40", Flag.WARNING, root, message)
    buyers = sum(1 for _ in root.iterchildren(BUYER))
    if buyers != 1:
        message = (
            f"La demande nomme {buyers} acheteurs (ContractingParty), il en faut un. "
            "Gardez l'acheteur qui passe le marché, ou le coordonnateur du groupement."
        )
        yield Fired("BR-REQ-20-01", Flag.WARNING, root, message, str(buyers))
    if not has(root, f"{CBC}ProcedureCode"):
        message = "Le type de procédure n'est pas indiqué (ProcedureCode, partie I). Ajoutez-le."
        yield Fired("BR-SC-10", Flag.FATAL, root, message)


def judge_lots(criterion: etree._Element) -> Iterator[Fired]:
    """A criterion without code belongs to both lists of the official rules: the first of them decides."""
    code = " ".join(child_texts(criterion, CODE))
    exclusion = is_exclusion(code)
    if not exclusion and not is_selection(code):
        return
    with_lot = has(criterion, *LOT)
    if exclusion and with_lot:
        message = (
            "Un motif d'exclusion est rattaché à un lot. Retirez le lot (ProcurementProjectLotReference)"
            f"{NBSP}: les motifs d'exclusion valent pour tout le marché."
        )
        yield Fired("BR-LOT-40", Flag.FATAL, criterion, message, code)
    elif not exclusion and not with_lot:
        message = (
            "Un critère de sélection n'est rattaché à aucun lot. Indiquez ses lots "
            "(ProcurementProjectLotReference), ou LOT-0000 si le marché n'est pas alloti."
        )
        yield Fired("BR-LOT-41", Flag.FATAL, criterion, message, code)
