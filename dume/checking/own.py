"""Our own few rules: what helps a depositor or a buyer at once, over the model. Names of ours, in lower case.

Each says « covered by » which official rules find the same thing, and is then not told twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dume.checking.facts import Asked, Facts, Ground, Links
from dume.model import Kind, Operator
from dume.report import Finding, Severity
from dume.values import compact, counted, is_alike, quoted
from procurement.identifiers import is_siret

#: Every request asks about convictions and about taxes and contributions (BR-REQ-30), so a response has both.
ALWAYS_ASKED = {"III.A": "les condamnations pénales", "III.B": "les impôts et les cotisations sociales"}
LISTED = 5
YES = "«\u00a0Oui\u00a0»"
#: Our rule -> the official ones that say it too (ids of 2.0 and later).
COVERED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "operator.name": frozenset({"BR-RESP-10-05"}),
        "operator.identifier": frozenset({"BR-RESP-10-04"}),
        "operator.country": frozenset({"BR-RESP-10-07"}),
        "operator.size": frozenset({"BR-RESP-10-06"}),
        "exclusion.missing": frozenset({"BR-REQ-30", "BR-RESP-30"}),
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the caller knows of the consultation and of the depositor; "" is not compared, None is any kind."""

    reference: str = ""
    operator_siret: str = ""
    buyer: str = ""
    kind: Kind | None = None


def findings(facts: Facts, expected: Expected) -> Iterator[Finding]:
    yield from check_procedure(facts, expected)
    if facts.kind is not Kind.RESPONSE:
        if expected.kind is Kind.RESPONSE:
            yield Finding(
                Severity.ERROR,
                "Fichier",
                "Ce fichier est la demande de l'acheteur (DUME acheteur), pas la réponse de l'entreprise. "
                "Répondez-y dans votre service DUME, puis joignez la réponse.",
                rule="kind.response",
                value=facts.kind.value,
            )
        return
    yield from check_operator(facts, expected)
    yield from check_exclusion(facts)
    yield from check_selection(facts)
    yield from check_links(facts.links)


def not_covered(own: Iterable[Finding], official: Iterable[Finding]) -> Iterator[Finding]:
    """Ours that no official rule has said on this document."""
    said = {finding.rule for finding in official}
    return (one for one in own if not COVERED_BY.get(one.rule, frozenset()) & said)


def check_procedure(facts: Facts, expected: Expected) -> Iterator[Finding]:
    procedure = facts.procedure
    where = "Partie I, procédure"
    if not procedure.reference:
        message = "La référence de la consultation n'est pas indiquée."
        yield Finding(Severity.INFO, where, message, "procedure.reference")
    elif expected.reference and not is_alike(expected.reference, procedure.reference):
        yield Finding(
            Severity.WARNING,
            where,
            f"Ce DUME porte la référence {quoted(procedure.reference)}, la consultation {quoted(expected.reference)}. "
            "Vérifiez qu'il répond bien à cette consultation.",
            "procedure.reference.differs",
            procedure.reference,
        )
    buyer = procedure.buyer.name
    if expected.buyer and buyer and not is_alike(expected.buyer, buyer):
        yield Finding(
            Severity.WARNING,
            "Partie I, acheteur",
            f"L'acheteur nommé est {quoted(buyer)}, celui de la consultation {quoted(expected.buyer)}.",
            "procedure.buyer.differs",
            buyer,
        )


def check_operator(facts: Facts, expected: Expected) -> Iterator[Finding]:
    where = "Partie II.A, opérateur économique"
    operator = facts.operator or Operator()
    party = operator.party
    if not party.name:
        message = "Le nom de l'entreprise qui répond manque\u00a0; on ne sait pas de qui est ce DUME."
        yield Finding(Severity.ERROR, where, message, "operator.name")
    if not party.identifiers:
        message = "Aucun identifiant de l'entreprise (SIRET, numéro de TVA) n'est indiqué."
        yield Finding(Severity.ERROR, where, message, "operator.identifier")
    elif expected.operator_siret:
        yield from check_siret(operator, expected.operator_siret, where)
    if not party.address.country:
        yield Finding(Severity.INFO, where, "Le pays de l'entreprise n'est pas indiqué.", "operator.country")
    if not operator.size:
        message = "La taille de l'entreprise (micro, petite, moyenne, grande) n'est pas indiquée."
        yield Finding(Severity.INFO, where, message, "operator.size")
    if not facts.representatives:
        message = "Aucun représentant habilité à engager l'entreprise n'est nommé."
        yield Finding(Severity.INFO, "Partie II.B, représentants", message, "operator.representative")


def check_siret(operator: Operator, siret: str, where: str) -> Iterator[Finding]:
    """The same company is enough: another establishment of one SIREN, or its French VAT number, is no finding."""
    written = [compact(one.value) for one in operator.party.identifiers]
    if any(siret[:9] in one for one in written):
        return
    given = next((one for one in written if is_siret(one)), written[0])
    yield Finding(
        Severity.WARNING,
        where,
        f"L'identifiant indiqué ({given}) n'est pas celui de l'entreprise qui dépose ({siret}). "
        "C'est normal pour un cotraitant ou un sous-traitant, sinon vérifiez le fichier.",
        "operator.identifier.differs",
        given,
    )


def check_exclusion(facts: Facts) -> Iterator[Finding]:
    grounds = facts.grounds
    if not grounds:
        message = (
            "Ce DUME ne répond à aucun motif d'exclusion\u00a0; la déclaration sur l'honneur n'y est pas."
        )
        yield Finding(Severity.ERROR, "Partie III, motifs d'exclusion", message, "exclusion.none")
        return
    for part, subject in ALWAYS_ASKED.items():
        if not any(ground.part == part for ground in grounds):
            message = f"Ce DUME ne demande rien sur {subject}."
            yield Finding(Severity.WARNING, f"Partie {part}", message, "exclusion.missing")
    yield from check_declared(grounds)
    silent = [ground for ground in grounds if ground.declared is None and ground.asks]
    if silent:
        message = f"Sans réponse par oui ou non\u00a0: {listed(silent)}."
        yield Finding(Severity.WARNING, "Partie III, motifs d'exclusion", message, "exclusion.unanswered")


def check_declared(grounds: Iterable[Ground]) -> Iterator[Finding]:
    """A declared ground is a fact for the buyer to weigh, self-cleaning included; never a refusal here."""
    declared = [ground for ground in grounds if ground.admitted]
    for ground in declared:
        article = f" (article {ground.law})" if ground.law else ""
        message = f"Réponse {YES} à un motif d'exclusion, {quoted(ground.title)}{article}."
        yield Finding(Severity.WARNING, f"Partie {ground.part}", message, "exclusion.declared", ground.code)
    if declared:
        yield Finding(
            Severity.INFO,
            "Partie III, motifs d'exclusion",
            f"Si une réponse {YES} est une erreur, corrigez-la. Sinon, décrivez les mesures prises pour "
            "démontrer la fiabilité de l'entreprise\u00a0; l'acheteur les examinera.",
            "exclusion.declared.advice",
        )


def check_selection(facts: Facts) -> Iterator[Finding]:
    where = "Partie IV, critères de sélection"
    if any(one.declared for one in facts.overall):
        return
    if any(one.declared is False for one in facts.overall):
        message = "L'indication globale répond que les critères de sélection ne sont pas tous remplis."
        yield Finding(Severity.WARNING, where, message, "selection.overall")
    if not facts.selection and not facts.overall:
        message = "Ce DUME ne contient aucun critère de sélection (capacités)."
        yield Finding(Severity.INFO, where, message, "selection.none")
    silent = [one for one in facts.selection if not one.answered]
    if silent:
        yield Finding(
            Severity.WARNING, where, f"Sans réponse\u00a0: {listed(silent)}.", "selection.unanswered"
        )


def check_links(links: Links) -> Iterator[Finding]:
    """Answers, evidences and lots that point to nothing in the document."""
    if links.answers:
        given = counted(links.answers, "réponse ne correspond", "réponses ne correspondent")
        message = f"{given} à aucune question du document."
        yield Finding(Severity.WARNING, "Réponses", message, "answer.unmatched")
    if links.evidences:
        cited = counted(
            links.evidences, "justificatif cité n'est pas décrit", "justificatifs cités ne sont pas décrits"
        )
        message = f"{cited} dans le document."
        yield Finding(Severity.WARNING, "Justificatifs", message, "evidence.missing")
    if links.lots:
        message = (
            "Des réponses visent des lots que le document ne décrit pas\u00a0: "
            f"{', '.join(links.lots[:LISTED])}."
        )
        yield Finding(Severity.WARNING, "Lots", message, "lot.unknown", links.lots[0])


def listed(found: Iterable[Ground | Asked]) -> str:
    """The first titles, then how many more."""
    titles = [quoted(one.title) for one in found]
    more = f" et {len(titles) - LISTED} autres" if len(titles) > LISTED else ""
    return ", ".join(titles[:LISTED]) + more
